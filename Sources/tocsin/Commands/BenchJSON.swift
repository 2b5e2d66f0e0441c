import Foundation
import JSONTree

/// Measures reading and writing of JSON against Foundation's `JSONSerialization`, in turn within one run.
///
/// Both sides end in and start from the same value type, `JSON`, because that is what every caller needs: what
/// `JSONSerialization` gives is turned into it and back. How fast it reads without being turned into anything is told
/// beside that. The document is made like a security incident of about 20 KB.
struct JSONBenchmark {
    /// Runs the measurement.
    ///
    /// - Parameter quick: Takes about a second instead of ten; the figures vary more.
    /// - Returns: Sizes in bytes, speeds in megabytes (10^6 bytes) a second (median of the rounds), and ratios.
    static func run(quick: Bool) -> JSON {
        let document = BenchmarkIncident.document(artifacts: 50)
        let bytes = document.bytes()
        let data = Data(bytes)
        let rounds = quick ? 5 : 15
        let seconds = quick ? 0.05 : 0.16
        var speeds: [String: [Double]] = [:]
        var checks = 0
        for _ in 0..<rounds {
            speeds["parse", default: []].append(
                speed(bytes.count, seconds) {
                    if let value = try? JSON.parse(bytes), !value.isNull { checks += 1 }
                }
            )
            speeds["parseFoundation", default: []].append(
                speed(bytes.count, seconds) {
                    if let value = FoundationJSON.parse(data), !value.isNull { checks += 1 }
                }
            )
            speeds["parseFoundationAny", default: []].append(
                speed(bytes.count, seconds) { checks += FoundationJSON.parseOnly(data) ? 1 : 0 }
            )
            speeds["write", default: []].append(speed(bytes.count, seconds) { checks += document.bytes().count & 1 })
            speeds["writeFoundation", default: []].append(
                speed(bytes.count, seconds) { checks += (FoundationJSON.data(document)?.count ?? 0) & 1 }
            )
        }
        let median = speeds.mapValues { $0.sorted()[$0.count / 2] }
        let faithful = FoundationJSON.parse(data) == (try? JSON.parse(bytes)) && checks > 0
        func figure(_ name: String) -> JSON { .double((median[name, default: 0] * 10).rounded() / 10) }
        func ratio(_ mine: String, _ theirs: String) -> JSON {
            .double((median[mine, default: 0] / median[theirs, default: 1] * 100).rounded() / 100)
        }
        return [
            "documentBytes": .integer(Int64(bytes.count)),
            "rounds": .integer(Int64(rounds)),
            "sameValues": .bool(faithful),
            "parse": [
                "megabytesPerSecond": figure("parse"),
                "foundationMegabytesPerSecond": figure("parseFoundation"),
                "ratio": ratio("parse", "parseFoundation"),
                "foundationWithoutConversionMegabytesPerSecond": figure("parseFoundationAny"),
                "ratioWithoutConversion": ratio("parse", "parseFoundationAny"),
            ],
            "write": [
                "megabytesPerSecond": figure("write"),
                "foundationMegabytesPerSecond": figure("writeFoundation"),
                "ratio": ratio("write", "writeFoundation"),
            ],
        ]
    }

    /// Repeats some work for a time and gives megabytes a second.
    private static func speed(_ size: Int, _ seconds: Double, _ work: () -> Void) -> Double {
        let clock = ContinuousClock()
        work()
        let start = clock.now
        var count = 0
        var elapsed = Duration.zero
        repeat {
            for _ in 0..<8 { work() }
            count += 8
            elapsed = clock.now - start
        } while elapsed < .seconds(seconds)
        return Double(size * count) / (elapsed / .seconds(1)) / 1e6
    }
}

/// The made-up incident that is read and written.
private enum BenchmarkIncident {
    static func document(artifacts: Int) -> JSON {
        var list: [JSON] = []
        for number in 0..<artifacts {
            let id = Int64(1_000 + number)
            list.append([
                "id": .integer(id),
                "type": .string(["IP Address", "DNS Name", "Malware SHA-256 Hash", "Email Sender"][number % 4]),
                "value": .string("203.0.113.\(number) host-\(id).contoso.example"),
                "description": "Seen on \"three\" hosts\nand reported by the mail gateway – müssen wir prüfen",
                "created": .integer(1_772_442_000_000 + id),
                "relating": .bool(number % 3 == 0),
                "score": .double(Double(number) + 0.25),
                "parent": nil,
                "properties": [
                    "asn": .integer(64_496 + id), "country": "DE", "tags": ["phishing", "c2", "confirmed"],
                ],
                "hits": [["source": "threat-intelligence", "active": true, "confidence": 0.875]],
            ])
        }
        return [
            "id": 2_095,
            "name": "Suspicious sign-in followed by mailbox rule",
            "severityCode": 5,
            "startDate": "2026-03-02T09:00:00.0000000Z",
            "owner": ["id": 17, "email": "analyst@contoso.example"],
            "phase": ["name": "Engage", "ordinal": 2],
            "artifacts": .array(list),
        ]
    }
}

/// The same value type by way of `JSONSerialization`.
private enum FoundationJSON {
    static func parse(_ data: Data) -> JSON? {
        (try? JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed])).map(json)
    }

    static func parseOnly(_ data: Data) -> Bool {
        (try? JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed])) != nil
    }

    static func data(_ value: JSON) -> Data? {
        try? JSONSerialization.data(withJSONObject: object(value), options: [.fragmentsAllowed])
    }

    // `JSONSerialization` speaks Any; this is the only place that has to.
    private static func json(_ value: Any) -> JSON {
        switch value {
        case let text as String:
            return .string(text)
        case let members as [String: Any]:
            return .object(JSONObject(members.map { ($0.key, json($0.value)) }))
        case let items as [Any]:
            return .array(items.map(json))
        // Last, because asking a dictionary whether it is a number makes a bridged copy of it.
        case let number as NSNumber:
            if NumberKind.isBoolean(number) { return .bool(number.boolValue) }
            return NumberKind.isFraction(number) ? .double(number.doubleValue) : .integer(number.int64Value)
        default:
            return .null
        }
    }

    private static func object(_ value: JSON) -> Any {
        switch value {
        case .null: NSNull()
        case .bool(let value): value
        case .integer(let value): value
        case .double(let value): value
        case .digits(let text): Double(text) ?? 0
        case .string(let text): text
        case .array(let items): items.map(object)
        case .object(let members): Dictionary(uniqueKeysWithValues: members.map { ($0.name, object($0.value)) })
        }
    }
}

/// Tells the kinds of `NSNumber` apart.
private enum NumberKind {
    static func isBoolean(_ number: NSNumber) -> Bool {
        number.objCType.pointee == 0x63 && (number === (true as NSNumber) || number === (false as NSNumber))
    }

    static func isFraction(_ number: NSNumber) -> Bool {
        let type = UInt8(bitPattern: number.objCType.pointee)
        return type == 0x64 || type == 0x66
    }
}

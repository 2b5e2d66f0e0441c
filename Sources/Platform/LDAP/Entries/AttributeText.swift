import Content
import JSONTree
import Moments

/// Values of attributes as texts and JSON.
enum AttributeText {
    /// A GUID; its first three parts lie in memory the other way round.
    static func guid(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 16 else { return nil }
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        var text = ""
        for (place, index) in order.enumerated() {
            if [4, 6, 8, 10].contains(place) { text += "-" }
            text += (bytes[index] < 16 ? "0" : "") + String(bytes[index], radix: 16)
        }
        return text
    }

    /// The bytes of a GUID's text; nil when it is none.
    static func guidBytes(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12] else { return nil }
        let digits = Array(parts.joined())
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 32, by: 2) {
            guard let byte = UInt8(String(digits[index...(index + 1)]), radix: 16) else { return nil }
            bytes.append(byte)
        }
        return [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map { bytes[$0] }
    }

    /// A security identifier, as `S-1-5-21-…`.
    static func sid(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 8, bytes.count == 8 + 4 * Int(bytes[1]) else { return nil }
        let authority = bytes[2..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let parts = (0..<Int(bytes[1])).map { index in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[8 + 4 * index + $1]) << UInt32(8 * $1) }
        }
        return "S-\(bytes[0])-\(authority)" + parts.map { "-\($0)" }.joined()
    }

    /// The bytes of a security identifier's text; nil when it is none.
    static func sidBytes(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 18, parts[0].uppercased() == "S", let revision = UInt8(parts[1]),
            let authority = UInt64(parts[2]), authority < 1 << 48
        else { return nil }
        var bytes = [revision, UInt8(parts.count - 3)]
        bytes += stride(from: 40, through: 0, by: -8).map { UInt8(truncatingIfNeeded: authority >> UInt64($0)) }
        for part in parts.dropFirst(3) {
            guard let number = UInt32(part) else { return nil }
            bytes += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
        }
        return bytes
    }

    /// An instant that is counted in steps of 100 ns from 1601 on; nil for "never" and "not yet".
    static func fileTime(_ number: Int64) -> String? {
        guard number > 0, number < Int64.max else { return nil }
        return Timestamp(ticks: number &+ 504_911_232_000_000_000).iso8601
    }

    /// An instant as `20261130100000.0Z`.
    static func generalizedTime(_ text: String) -> String? {
        let digits = Array(text.prefix(14))
        guard digits.count == 14, digits.allSatisfy(\.isNumber), text.hasSuffix("Z") else { return nil }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z"
    }

    /// A value as JSON, by what its attribute is known to hold; bytes that are no text become Base64.
    static func json(_ name: String, _ bytes: [UInt8]) -> JSON {
        switch name.lowercased() {
        case "objectguid": return .string(guid(bytes) ?? Base64.encode(bytes))
        case "objectsid": return .string(sid(bytes) ?? Base64.encode(bytes))
        default: break
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
            return .string(Base64.encode(bytes))
        }
        switch name.lowercased() {
        case "useraccountcontrol", "badpwdcount", "grouptype", "logoncount", "primarygroupid", "admincount":
            return Int64(text).map(JSON.integer) ?? .string(text)
        case "accountexpires", "pwdlastset", "lastlogon", "lastlogontimestamp", "lockouttime", "badpasswordtime":
            return Int64(text).map { fileTime($0).map(JSON.string) ?? .null } ?? .string(text)
        case "whencreated", "whenchanged": return .string(generalizedTime(text) ?? text)
        default: return .string(text)
        }
    }

    /// The values of an attribute: one as itself, several as an array.
    static func json(_ name: String, _ values: [[UInt8]]) -> JSON {
        values.count == 1 ? json(name, values[0]) : .array(values.map { json(name, $0) })
    }
}

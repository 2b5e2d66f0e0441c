import Connectors
import Foundation
import JSONTree
import Moments
import Outbound
import Secrets
import Synchronization
import Testing

/// One row of a table in `Tests/ConnectorCases`: a call, the requests it must make, and what becomes of the answers.
struct ConnectorCase: Sendable, CustomTestStringConvertible {
    let connector: String
    let json: JSON

    var name: String { json["name"]?.stringValue ?? "?" }
    var testDescription: String { "\(connector): \(name)" }

    static let folder = "\(Folders.root)/Tests/ConnectorCases"

    /// The names of the tables, without `.json`.
    static let tables: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static func all(_ connector: String) throws -> [ConnectorCase] {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(connector).json")))
        return (try JSON.parse(bytes).arrayValue ?? []).map { ConnectorCase(connector: connector, json: $0) }
    }

    /// Makes the call and says what is not as the row has it; empty when all is.
    func run() async throws -> [String] {
        let replies = Replies(json["replies"]?.arrayValue ?? [])
        let network = RecordingTransport { _ in replies.next() }
        var connection = try connection()
        let registry = ConnectorRegistry(
            folders: [Folders.connectors],
            connections: FixedConnections([connection], secrets: secrets),
            transport: network,
            pages: FixedPages(),
            clock: VirtualClock(Fixtures.noon)
        )
        connection.name = "c"
        var problems: [String] = []
        do {
            let prepared = try await prepare(registry)
            let outputs = prepared.interpret(try await prepared.transport.send(prepared.request))
            if let error = json["error"] {
                problems.append("expected the error \(error.text), got \(outputs.json.text)")
            }
            problems += compare(outputs)
        } catch let error as ConnectorError {
            guard json["error"]?.stringValue?.isSame(ignoringCase: error.code.text) == true else {
                return ["unexpected error \(error)"]
            }
        }
        return problems + compare(network.requests)
    }

    private func prepare(_ registry: ConnectorRegistry) async throws -> PreparedCall {
        let call = json["call"] ?? .null
        func pairs(_ name: String) -> [(name: String, value: JSON)] {
            (call[name]?.objectValue ?? JSONObject()).map { (name: $0.name, value: $0.value) }
        }
        var request = ConnectorCall(
            tenant: "t1",
            connection: "c",
            method: call["method"]?.stringValue ?? "GET",
            path: call["path"]?.stringValue ?? "/",
            queries: pairs("queries"),
            headers: pairs("headers"),
            body: call["body"],
            executionKey: "t1/run/Action/0"
        )
        request.cursor = json["cursor"]
        guard let subscription = json["subscription"] else { return try await registry.prepare(request) }
        guard let ending = try await registry.unsubscribing(request, subscription: subscription) else {
            throw ConnectorError(.notSupported, "nothing ends this subscription")
        }
        return ending
    }

    private func connection() throws -> Connection {
        var connection = Connection(tenant: "t1", name: "c", connector: connector)
        for (name, value) in json["connection"]?["parameters"]?.objectValue ?? JSONObject() {
            connection.parameters[name] = value
        }
        connection.baseURL = json["connection"]?["baseUrl"]?.stringValue
        // Signing in is part of a row only where it gives the secrets for it.
        if secrets.isEmpty { connection.authentication = ["type": "None"] }
        return connection
    }

    private var secrets: [String: SecretValue] {
        var secrets: [String: SecretValue] = [:]
        for (name, value) in json["connection"]?["secrets"]?.objectValue ?? JSONObject() {
            secrets["c/\(name)"] = SecretValue(value.stringValue ?? value.text)
        }
        return secrets
    }

    private func compare(_ outputs: ConnectorOutputs) -> [String] {
        guard let expected = json["outputs"] else { return [] }
        var problems: [String] = []
        if let status = expected["statusCode"]?.integerValue, Int(status) != outputs.statusCode {
            problems.append("status \(outputs.statusCode) in place of \(status): \((outputs.body ?? .null).text)")
        }
        if let body = expected["body"], !CallTokens.fits(body, outputs.body ?? .null) {
            problems.append("body \((outputs.body ?? .null).text) in place of \(body.text)")
        }
        for (name, value) in expected["headers"]?.objectValue ?? JSONObject() {
            let found = outputs.headers.member(ignoringCase: name)?.value
            if found != value { problems.append("header \(name): \((found ?? .null).text) in place of \(value.text)") }
        }
        return problems
    }

    private func compare(_ requests: [OutboundRequest]) -> [String] {
        let expected = json["sent"]?.arrayValue ?? []
        guard expected.count == requests.count else {
            let list = requests.map { "\($0.method) \($0.url)" }.joined(separator: ", ")
            return ["\(requests.count) requests in place of \(expected.count): \(list)"]
        }
        return zip(expected, requests).flatMap { row, request in
            var problems: [String] = []
            if let method = row["method"]?.stringValue, method != request.method {
                problems.append("method \(request.method) in place of \(method)")
            }
            if let url = row["url"]?.stringValue, !Self.isSame(url, request.url) {
                problems.append("url \(request.url) in place of \(url)")
            }
            for (name, value) in row["headers"]?.objectValue ?? JSONObject()
            where !CallTokens.fits(value.stringValue ?? value.text, request.headers[name] ?? "") {
                problems.append("header \(name): \(request.headers[name] ?? "none") in place of \(value.text)")
            }
            if let body = row["body"], !Self.isSame(body, request) {
                let text = String(decoding: request.body ?? [], as: UTF8.self)
                problems.append("sent \(text) in place of \(body.text)")
            }
            return problems
        }
    }

    /// Whether two addresses mean the same: what may be encoded or not is decoded once on both sides.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        left == right
            || zip(parts(left), parts(right)).allSatisfy { CallTokens.fits($0, $1) }
                && parts(left).count == parts(right).count
    }

    private static func parts(_ url: String) -> [String] {
        let mark = url.firstIndex(of: "?") ?? url.endIndex
        let query = mark == url.endIndex ? [] : url[url.index(after: mark)...].split(separator: "&").map(String.init)
        return [String(url[..<mark])] + query.map { ($0.replacing("+", with: "%20")).removingPercentEncoding ?? $0 }
    }

    private static func isSame(_ body: JSON, _ request: OutboundRequest) -> Bool {
        let bytes = request.body ?? []
        let sent = String(decoding: bytes, as: UTF8.self)
        if let text = body.stringValue, CallTokens.fits(text, sent) { return true }
        guard !bytes.isEmpty else { return body.isNull }
        return (try? JSON.parse(bytes)).map { CallTokens.fits(body, $0) } ?? false
    }
}

/// The answers of a row, one after another.
private final class Replies: Sendable {
    private static let nothing: JSON = ["statusCode": 200]
    private let rest: Mutex<[JSON]>

    init(_ replies: [JSON]) { rest = Mutex(replies) }

    func next() -> OutboundResponse {
        let reply = rest.withLock { rest -> JSON in rest.isEmpty ? Self.nothing : rest.removeFirst() }
        var headers = OutboundHeaders()
        for (name, value) in reply["headers"]?.objectValue ?? JSONObject() {
            headers.add(name, value.stringValue ?? value.text)
        }
        let status = Int(reply["statusCode"]?.integerValue ?? 200)
        guard let body = reply["body"], !body.isNull else {
            return OutboundResponse(status: status, headers: headers, body: [])
        }
        if let text = body.stringValue, headers["Content-Type"].map({ !$0.contains("json") }) ?? false {
            return OutboundResponse(status: status, headers: headers, body: Array(text.utf8))
        }
        if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return OutboundResponse(status: status, headers: headers, body: body.bytes())
    }
}

private struct FixedPages: AnswerPages {
    func address(of page: AnswerPage, key: String) async throws -> String { "https://soar.example/answers/page" }
}

/// `{key}`, `{guid}` and `{marker}` in expected texts: any value of that length.
private enum CallTokens {
    private static let lengths = [("{key}", 64), ("{guid}", 36), ("{marker}", 32)]

    static func fits(_ expected: String, _ text: String) -> Bool {
        if expected == text { return true }
        guard let (token, length) = lengths.first(where: { expected.contains($0.0) }),
            let place = expected.range(of: token)
        else { return expected == text }
        let head = expected[..<place.lowerBound]
        guard text.hasPrefix(head), text.count >= head.count + length else { return false }
        return fits(String(expected[place.upperBound...]), String(text.dropFirst(head.count + length)))
    }

    static func fits(_ expected: JSON, _ value: JSON) -> Bool {
        if let text = expected.stringValue, let other = value.stringValue { return fits(text, other) }
        if let items = expected.arrayValue, let others = value.arrayValue {
            return items.count == others.count && zip(items, others).allSatisfy { fits($0, $1) }
        }
        if let object = expected.objectValue, let other = value.objectValue {
            return object.count == other.count
                && object.allSatisfy { member in other[member.name].map { fits(member.value, $0) } ?? false }
        }
        return expected == value
    }
}

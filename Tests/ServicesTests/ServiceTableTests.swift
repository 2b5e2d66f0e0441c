import Connectors
import Foundation
import JSONTree
import Outbound
import Secrets
import Testing

/// The tables `Tests/Counterparts/NAME.json`: calls of a connector that speaks HTTP, answered by a real server.
struct ServiceTableTests {
    @Test func `operations of AWS work against moto's server, but for what moto does not have`() async throws {
        guard let server = try Counterpart.start("aws", environment: "aws") else { return }
        try await ServiceTable("aws", server).run()
    }

    @Test func `operations of TAXII work against medallion`() async throws {
        guard let server = try Counterpart.start("taxii", environment: "taxii") else { return }
        try await ServiceTable("taxii", server).run()
    }

    @Test func `every operation of the two connectors has a row`() throws {
        for name in ["aws", "taxii"] {
            let registry = ConnectorRegistry(
                folders: [Folders.connectors],
                connections: FixedConnections([]),
                transport: NoNetwork()
            )
            let connector = try #require(try registry.connector(name))
            let rows = try ServiceTable.rows(name).compactMap { row in
                row["call"]?["path"]?.stringValue.map { "\(row["call"]?["method"]?.stringValue ?? "") \($0)" }
            }
            for operation in connector.operations {
                let pattern = "\(operation.method) \(operation.path.text)".split(separator: "/").map(String.init)
                let isCalled = rows.contains { row in
                    let parts = row.split(separator: "/").map(String.init)
                    return parts.count == pattern.count
                        && zip(parts, pattern).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
                }
                #expect(isCalled, "\(name): \(operation.id)")
            }
        }
    }
}

/// The network, with JSON under its own media type: moto calls it text/html where AWS says application/x-amz-json-1.1.
private struct NamingJSON: Transport {
    let network: HTTPTransport

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        var answer = try await network.send(request)
        if answer.headers["Content-Type"]?.hasPrefix("text/html") == true, answer.body.first == UInt8(ascii: "{") {
            answer.headers.remove("Content-Type")
            answer.headers.add("Content-Type", "application/x-amz-json-1.1")
        }
        return answer
    }
}

/// Rows that are called in their order; what answers say is kept under names for those that follow.
private final class ServiceTable {
    private let connector: String
    private let server: Counterpart
    private let rows: [JSON]
    private var known: [String: String] = [:]

    init(_ connector: String, _ server: Counterpart) throws {
        self.connector = connector
        self.server = server
        rows = try Self.rows(connector)
        for (name, value) in server.about.objectValue ?? JSONObject() { known[name] = value.stringValue ?? value.text }
    }

    static func rows(_ connector: String) throws -> [JSON] {
        let file = URL(fileURLWithPath: "\(Folders.root)/Tests/Counterparts/\(connector).json")
        return try JSON.parse(Array(try Data(contentsOf: file))).arrayValue ?? []
    }

    func run() async throws {
        let network = try HTTPTransport()
        let transport = NamingJSON(network: network)
        for row in rows where row["gap"] == nil {
            let connection = Connection(
                tenant: "t1",
                name: "c",
                connector: connector,
                parameters: ["region": "eu-west-1", "accessKeyId": "test", "username": "admin"],
                baseURL: "http://127.0.0.1:\(server.port)",
                networks: ["127.0.0.0/8"]
            )
            let registry = ConnectorRegistry(
                folders: [Folders.connectors],
                connections: FixedConnections(
                    [connection],
                    secrets: ["c/secretAccessKey": SecretValue("test"), "c/password": SecretValue("Password0")]
                ),
                transport: transport
            )
            let call = filled(row["call"] ?? .null)
            func pairs(_ name: String) -> [(name: String, value: JSON)] {
                (call[name]?.objectValue ?? JSONObject()).map { (name: $0.name, value: $0.value) }
            }
            let prepared = try await registry.prepare(
                ConnectorCall(
                    tenant: "t1",
                    connection: "c",
                    method: call["method"]?.stringValue ?? "GET",
                    path: call["path"]?.stringValue ?? "/",
                    queries: pairs("queries"),
                    headers: pairs("headers"),
                    body: call["body"],
                    executionKey: "t1/run/\(row.text.utf8.count)"
                )
            )
            check(row, prepared.interpret(try await prepared.transport.send(prepared.request)))
        }
        await network.shutdown()
    }

    private func check(_ row: JSON, _ outputs: ConnectorOutputs) {
        let body = outputs.body ?? .null
        let name = "\(row["call"]?["path"]?.stringValue ?? ""): \(outputs.statusCode) \(body.text.prefix(600))"
        #expect(row["status"]?.integerValue == Int64(outputs.statusCode), "\(name)")
        for (pointer, value) in row["expect"]?.objectValue ?? JSONObject() {
            #expect(at(pointer, body) == filled(value), "\(pointer) of \(name)")
        }
        for (name, pointer) in row["save"]?.objectValue ?? JSONObject() {
            known[name] = at(pointer.stringValue ?? "", body)?.stringValue ?? ""
        }
    }

    private func at(_ pointer: String, _ body: JSON) -> JSON? {
        pointer.split(separator: "/").reduce(Optional(body)) { value, part in
            Int(part).map { value?[$0] } ?? value?[String(part)]
        }
    }

    /// A value with the names in braces that are known.
    private func filled(_ value: JSON) -> JSON {
        switch value {
        case .string(let text):
            return .string(known.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) })
        case .array(let items): return .array(items.map(filled))
        case .object(let members): return .object(members.mapValues(filled))
        default: return value
        }
    }
}

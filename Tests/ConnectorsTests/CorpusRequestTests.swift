import Foundation
import JSONTree
import Outbound
import Testing

@testable import Connectors

/// Every operation of the corpus: a generated request passes our checks and those of connexion, spoiled ones are refused.
@Suite(.enabled(if: Corpus.isThere, "the corpus of public connectors is not there"))
struct CorpusRequestTests {
    static let names = Corpus.isThere ? ConnectorLoader.names(in: ["\(Corpus.folder)/connectors"]) : []

    /// Operations whose definition no request with its parameters can satisfy, because it contradicts itself, with the reason.
    ///
    /// Each is sent all the same: one that connexion accepts fails the test.
    static let contradictory = [
        "egnyte createFile": "it takes multipart/form-data only, and yet its body is one text and no form",
        "elfsquadproductconfigurator Files_Post":
            "a file is a part of multipart/form-data; it takes 'application/form-data'",
        "elfsquadproductconfigurator Quotations_AddFile":
            "a file is a part of multipart/form-data; it takes 'application/form-data'",
        "iobeya CreateCard": "it requires the header 'Type Card', and no header's name has a space",
        "sos-inventory UpdatePickTicket":
            "it takes forms only, and its body is an object: each field of such a form is a list, and no member is one",
    ]

    /// A folder with the definitions only: policies give requests an address that definitions do not have.
    static func definitions() throws -> String {
        let folder = NSTemporaryDirectory() + "tocsin-corpus-\(UInt64.random(in: 0 ... .max))"
        for name in names {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/\(name)/apiDefinition.swagger.json",
                withDestinationPath: "\(Corpus.folder)/connectors/\(name)/apiDefinition.swagger.json"
            )
        }
        return folder
    }

    static func registry(_ folder: String, port: Int, transport: any Transport) -> ConnectorRegistry {
        ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections(
                names.map { name in
                    Connection(
                        tenant: "t1",
                        name: name,
                        connector: name,
                        baseURL: "http://127.0.0.1:\(port)/\(name)",
                        networks: ["127.0.0.0/8"],
                        authentication: ["type": "None"]
                    )
                }
            ),
            transport: transport,
            clock: Fixtures.clock
        )
    }

    static func prepare(
        _ registry: ConnectorRegistry,
        _ name: String,
        _ operation: OperationDescription,
        _ parameters: JSONObject
    ) async throws -> PreparedCall {
        let start = ConnectorCall(tenant: "t1", connection: name, method: "GET", path: "/", executionKey: "k")
        let call = try await registry.resolving(start, operation: operation.id, parameters: .object(parameters))
        return try await registry.prepare(call)
    }

    /// A seed of its own for each operation, the same in every run.
    static func seed(_ name: String, _ operation: OperationDescription) -> UInt64 {
        "\(name) \(operation.id)".utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }

    @Test(.enabled(if: ConnexionServer.python != nil, "connexion is not there: scripts/connexion-server says why"))
    func `a generated request of every operation is accepted by connexion`() async throws {
        let folder = try Self.definitions()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try ConnexionServer(python: try #require(ConnexionServer.python), folder: folder)
        defer { server.stop() }
        let transport = try HTTPTransport()
        let registry = Self.registry(folder, port: server.port, transport: transport)
        var accepted = 0
        var troubles: [String] = []
        for name in Self.names {
            let definition = try #require(try registry.connector(name))
            for operation in definition.operations {
                var generator = RequestGenerator(document: definition.document, seed: Self.seed(name, operation))
                let parameters = generator.parameters(operation)
                let trouble = await Self.trouble(registry, transport, name, operation, parameters)
                let key = "\(name) \(operation.id)"
                if let reason = Self.contradictory[key] {
                    if trouble == nil {
                        troubles.append("\(key) is accepted, though its definition is said to be wrong: \(reason)")
                    }
                } else if let trouble {
                    troubles.append("\(key): \(trouble)")
                } else {
                    accepted += 1
                }
            }
        }
        await transport.shutdown()
        print("connexion accepted \(accepted) requests; \(Self.contradictory.count) operations cannot have one")
        #expect(troubles.isEmpty, "\(troubles.joined(separator: "\n"))")
        #expect(accepted + Self.contradictory.count == 2_373)
    }

    /// What keeps a request from being accepted as the one of its operation; nil when nothing does.
    static func trouble(
        _ registry: ConnectorRegistry,
        _ transport: any Transport,
        _ name: String,
        _ operation: OperationDescription,
        _ parameters: JSONObject
    ) async -> String? {
        do {
            let call = try await prepare(registry, name, operation, parameters)
            let response = try await transport.send(call.request)
            let asked = "\(operation.method) \(operation.path.text)"
            if response.status == 200 {
                let heard = response.headers["X-Operation"] ?? "no operation"
                return heard == asked ? nil : "it came to \(heard)"
            }
            let answer = (try? JSON.parse(response.body))?["detail"]?.text
            return "\(response.status) \(answer ?? String(decoding: response.body, as: UTF8.self))"
        } catch {
            return "\(error)"
        }
    }

    @Test func `spoiled requests of every operation are refused before they are sent`() async throws {
        let folder = try Self.definitions()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let transport = RecordingTransport()
        let registry = Self.registry(folder, port: 9, transport: transport)
        var count = 0
        var missed: [String] = []
        for name in Self.names {
            let definition = try #require(try registry.connector(name))
            for operation in definition.operations {
                var generator = RequestGenerator(document: definition.document, seed: Self.seed(name, operation))
                let parameters = generator.parameters(operation)
                for spoiled in Spoiler(document: definition.document).spoiled(parameters, operation) {
                    count += 1
                    do {
                        _ = try await Self.prepare(registry, name, operation, spoiled.parameters)
                        missed.append("\(name) \(operation.id): \(spoiled.what)")
                    } catch let error as ConnectorError
                        where error.message.contains(operation.id) && error.message.contains(spoiled.name)
                    {
                        continue
                    } catch {
                        missed.append("\(name) \(operation.id): \(spoiled.what): \(error)")
                    }
                }
            }
        }
        for miss in missed { print("MISSED", miss) }
        print(
            "\(count - missed.count) of \(count) spoiled requests were refused, with the names of operation and fault"
        )
        #expect(missed.isEmpty, "\(missed.joined(separator: "\n"))")
        #expect(transport.requests.isEmpty)
        #expect(count > 10_000)
    }
}

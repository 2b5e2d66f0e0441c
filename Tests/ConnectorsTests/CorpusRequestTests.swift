import Foundation
import JSONTree
import Outbound
import Testing

@testable import Connectors

/// Every operation of the corpus: a generated request passes our checks and those of connexion, spoiled ones are refused.
@Suite(.enabled(if: Corpus.isThere, "the corpus of public connectors is not there"))
struct CorpusRequestTests {
    static let names = Corpus.isThere ? ConnectorLoader.names(in: ["\(Corpus.folder)/connectors"]) : []

    /// Definitions whose own text no request can satisfy for connexion, with the reason.
    static let contradictory: [String: String] = [:]

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
            for operation in definition.operations where Self.contradictory["\(name) \(operation.id)"] == nil {
                var generator = RequestGenerator(document: definition.document, seed: Self.seed(name, operation))
                let parameters = generator.parameters(operation)
                do {
                    let call = try await Self.prepare(registry, name, operation, parameters)
                    let response = try await transport.send(call.request)
                    let answer =
                        (try? JSON.parse(response.body)) ?? .string(String(decoding: response.body, as: UTF8.self))
                    if response.status == 200, operation.method == "HEAD" || answer["operation"] != nil {
                        accepted += 1
                    } else {
                        troubles.append(
                            "\(name) \(operation.id): \(response.status) \(answer["detail"]?.text ?? answer.text)"
                        )
                    }
                } catch {
                    troubles.append("\(name) \(operation.id): \(error)")
                }
            }
        }
        await transport.shutdown()
        let total = accepted + troubles.count
        print("connexion accepted \(accepted) of \(total) generated requests")
        // The rest are bodies that are no JSON, media types that the definition names twice, and paths that are all value.
        #expect(
            troubles.count * 100 <= total * 7,
            "\(troubles.count) of \(total):\n\(troubles.prefix(60).joined(separator: "\n"))"
        )
        #expect(total >= 2_300)
    }

    @Test func `spoiled requests of every operation are refused before they are sent`() async throws {
        let folder = try Self.definitions()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let registry = Self.registry(folder, port: 9, transport: RecordingTransport())
        var spoiled = 0
        var missed: [String] = []
        for name in Self.names {
            let definition = try #require(try registry.connector(name))
            for operation in definition.operations {
                var generator = RequestGenerator(document: definition.document, seed: Self.seed(name, operation))
                let parameters = generator.parameters(operation)
                for (what, bad) in Spoiler(document: definition.document).spoiled(parameters, operation) {
                    spoiled += 1
                    do {
                        _ = try await Self.prepare(registry, name, operation, bad)
                        missed.append("\(name) \(operation.id): \(what)")
                    } catch let error as ConnectorError where error.message.contains(operation.id) {
                        continue
                    } catch {
                        missed.append("\(name) \(operation.id): \(what): \(error)")
                    }
                }
            }
        }
        print("\(spoiled - missed.count) of \(spoiled) spoiled requests were refused, with the operation's name")
        #expect(missed.count * 200 <= spoiled, "\(missed.joined(separator: "\n"))")
        #expect(spoiled > 3_000)
    }
}

/// Makes requests that a definition does not allow out of one that it does.
struct Spoiler {
    let document: OpenAPIDocument

    func spoiled(
        _ parameters: JSONObject,
        _ operation: OperationDescription
    ) -> [(what: String, parameters: JSONObject)] {
        var result: [(String, JSONObject)] = []
        for parameter in operation.parameters {
            let schema = parameter.schema ?? [:]
            func with(_ value: JSON?) -> JSONObject {
                var changed = parameters
                changed[parameter.name] = value
                return changed
            }
            let isMade =
                parameter.place == .header
                && ["content-type", "accept", "authorization"].contains(parameter.name.lowercased())
            if parameter.isRequired, !isMade, parameter.defaultValue == nil, !hasDefaults(parameter) {
                result.append(("without \(parameter.name)", with(nil)))
            }
            if parameter.place == .body {
                result += body(parameters, parameter, operation)
                continue
            }
            if parameter.place == .header, isMade { continue }
            if ["integer", "number", "boolean"].contains(parameter.type) {
                result.append(("wrong type of \(parameter.name)", with("not a number")))
            }
            if schema["enum"]?.arrayValue?.isEmpty == false, schema["x-ms-dynamic-values"] == nil,
                schema["x-ms-dynamic-list"] == nil,
                parameter.type != "array"
            {
                result.append(("bad choice of \(parameter.name)", with("none-of-them-at-all")))
            }
        }
        return result
    }

    /// Whether a body that is left out is made of what users do not see.
    private func hasDefaults(_ parameter: ParameterDescription) -> Bool {
        guard parameter.place == .body, let schema = parameter.schema else { return false }
        let filling = DefaultFilling(schema: ValueSchema(schema, in: document), form: .byName, now: Fixtures.noon)
        return ((try? filling.filled(nil)) ?? nil) != nil
    }

    private func body(
        _ parameters: JSONObject,
        _ parameter: ParameterDescription,
        _ operation: OperationDescription
    ) -> [(String, JSONObject)] {
        let schema = document.resolve(parameter.schema ?? [:])
        guard schema["type"] == "object", schema["allOf"] == nil, schema["x-ms-dynamic-schema"] == nil,
            schema["x-ms-dynamic-properties"] == nil,
            operation.consumes.isEmpty || operation.consumes.contains(where: { $0.contains("json") }),
            case .object(let object)? = parameters[parameter.name]
        else { return [] }
        func with(_ body: JSON) -> JSONObject {
            var changed = parameters
            changed[parameter.name] = body
            return changed
        }
        var result = [("a body that is an array", with([1]))]
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for (name, property) in schema["properties"]?.objectValue ?? JSONObject() {
            let property = document.resolve(property)
            guard property["readOnly"] != true, property["x-ms-dynamic-schema"] == nil else { continue }
            func member(_ value: JSON?) -> JSONObject {
                var changed = object
                changed[name] = value
                return with(.object(changed))
            }
            let filling = DefaultFilling(
                schema: ValueSchema(
                    .object(["type": "object", "required": [.string(name)], "properties": .object([name: property])]),
                    in: document
                ),
                form: .byName,
                now: Fixtures.noon
            )
            let isFilled = ((try? filling.filled([:])) ?? nil)?[name] != nil
            if required.contains(name), !isFilled { result.append(("a body without \(name)", member(nil))) }
            switch property["type"]?.stringValue {
            case "integer", "number", "boolean": result.append(("a wrong \(name)", member("not a number")))
            case "string", "object": result.append(("a wrong \(name)", member([[1]])))
            case "array": result.append(("a wrong \(name)", member(7)))
            default: break
            }
            if property["enum"]?.arrayValue?.isEmpty == false, property["type"] == "string",
                property["x-ms-dynamic-values"] == nil,
                property["x-ms-dynamic-list"] == nil
            {
                result.append(("a bad choice of \(name)", member("none-of-them-at-all")))
            }
        }
        return result
    }
}

import Connectors
import Foundation
import JSONTree
import Moments
import Testing

@testable import Lab

/// Every operation of every connector of the project: its stand-in takes a call made from the definition, and refuses
/// calls that the definition does not allow.
struct GeneratedCallTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Connectors").path
    static let catalogue = LabCatalogue(folders: [folder])
    static let now = Timestamp(iso8601: "2026-03-02T09:00:00Z") ?? .unixEpoch
    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.filter {
            FileManager.default.fileExists(atPath: "\(folder)/\($0)/apiDefinition.swagger.json")
        }.sorted()
    }()

    @Test func `the connectors are there`() { #expect(Self.names.count >= 60) }

    @Test(arguments: names)
    func `its stand-in takes what the definition allows`(_ name: String) throws {
        let connector = try #require(Self.catalogue.find(name))
        for operation in connector.operations {
            for requiredOnly in [false, true] {
                let request = Self.request(operation, connector, requiredOnly: requiredOnly)
                var memory = ResourceMemory()
                let answer = Self.service(connector, operation, request).answer(&memory)
                #expect(answer.isSuccess, "\(operation.id): \(answer.status) \(answer.body?.text ?? "")")
                #expect(answer.status == operation.answerStatus, "\(operation.id)")
            }
        }
    }

    @Test(arguments: names)
    func `its stand-in refuses what the definition does not allow`(_ name: String) throws {
        let connector = try #require(Self.catalogue.find(name))
        for operation in connector.operations {
            for (what, request) in Self.spoiled(operation, connector) {
                var memory = ResourceMemory()
                let answer = Self.service(connector, operation, request).answer(&memory)
                #expect(answer.status == 400, "\(operation.id) without \(what): \(answer.status)")
                #expect(
                    answer.body?["error"]?["message"]?.stringValue?.contains(what) == true,
                    "\(operation.id): \(what)"
                )
            }
        }
    }

    @Test(arguments: names)
    func `the same request gets the same answer`(_ name: String) throws {
        let connector = try #require(Self.catalogue.find(name))
        for operation in connector.operations.prefix(20) {
            let request = Self.request(operation, connector, requiredOnly: false)
            let answers = (0..<2).map { _ in
                var memory = ResourceMemory()
                return Self.service(connector, operation, request).answer(&memory).body
            }
            #expect(answers[0] == answers[1], "\(operation.id)")
        }
    }

    private static func service(
        _ connector: ConnectorDefinition,
        _ operation: OperationDescription,
        _ request: LabRequest
    ) -> GeneratedService {
        GeneratedService(connector: connector, operation: operation, request: request, url: "", seed: "s", now: now)
    }

    private static func request(
        _ operation: OperationDescription,
        _ connector: ConnectorDefinition,
        requiredOnly: Bool
    ) -> LabRequest {
        let call = SampleCall(of: operation, in: connector, now: now, requiredOnly: requiredOnly)
        var request = LabRequest(["method": .string(call.method), "path": .string(call.path)])
        request.parameters = call.parameters
        for (name, value) in call.queries {
            for item in value.arrayValue ?? [value] { request.queries.append((name, item.stringValue ?? item.text)) }
        }
        request.headers = call.headers.map { ($0.name, $0.value.stringValue ?? $0.value.text) }
        request.body = call.body
        // Hidden parameters have their defaults, which the runtime fills in.
        for parameter in operation.parameters where parameter.isInternal {
            guard let value = parameter.defaultValue else { continue }
            switch parameter.place {
            case .query where request.query(parameter.name) == nil:
                request.queries.append((parameter.name, value.stringValue ?? value.text))
            case .header where request.header(parameter.name) == nil:
                request.headers.append((parameter.name, value.stringValue ?? value.text))
            case .body where request.body == nil: request.body = value
            default: continue
            }
        }
        return request
    }

    /// The call with one thing missing or wrong each.
    private static func spoiled(
        _ operation: OperationDescription,
        _ connector: ConnectorDefinition
    ) -> [(what: String, request: LabRequest)] {
        let good = request(operation, connector, requiredOnly: false)
        var spoiled: [(what: String, request: LabRequest)] = []
        let computed = ["content-type", "accept", "authorization", "content-length"]
        for parameter in operation.parameters where parameter.isRequired {
            var bad = good
            switch parameter.place {
            case .query: bad.queries.removeAll { $0.name == parameter.name }
            case .header:
                guard !computed.contains(parameter.name.lowercased()) else { continue }
                bad.headers.removeAll { $0.name.lowercased() == parameter.name.lowercased() }
            case .body:
                bad.body = nil
                spoiled.append(("body", bad))
                continue
            case .path, .formData, .cookie: continue
            }
            spoiled.append((parameter.name, bad))
        }
        guard let parameter = operation.parameters.first(where: { $0.place == .body }), let schema = parameter.schema,
            let body = good.body?.objectValue,
            operation.consumes.isEmpty || operation.consumes.contains("application/json")
        else { return spoiled }
        for case let name? in (schema["required"]?.arrayValue ?? []).map(\.stringValue) {
            let rule = schema["properties"]?[name].map(connector.resolved)
            guard rule?["default"] == nil, rule?["readOnly"] == nil else { continue }
            var bad = good
            var object = body
            _ = object.remove(name)
            bad.body = .object(object)
            spoiled.append((name, bad))
        }
        for (name, rule) in schema["properties"]?.objectValue ?? JSONObject() where body[name] != nil {
            let rule = connector.resolved(rule)
            var object = body
            switch rule["type"]?.stringValue {
            case "integer", "number", "boolean": object[name] = "no such value"
            case "string" where rule["enum"] != nil: object[name] = "no such value"
            case "array": object[name] = ["a": 1]
            default: continue
            }
            var bad = good
            bad.body = .object(object)
            spoiled.append((name, bad))
        }
        return spoiled
    }
}

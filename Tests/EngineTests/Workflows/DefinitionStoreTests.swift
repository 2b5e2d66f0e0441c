import Engine
import Foundation
import JSONTree
import Stores
import Testing

/// Definitions as they are stored: byte for byte, with versions, sealed.
@Suite(.timeLimit(.minutes(2)))
struct DefinitionStoreTests {
    private static let tenant = ServiceHouse.tenant

    @Test("a definition comes back byte for byte, in any case of its key")
    func bytes() async throws {
        let house = try await ServiceHouse()
        let text =
            "{\r\n\t\"triggers\" : { \"manual\": {\"type\":\"Request\",\"inputs\":{ }} },\n \"actions\":{\"A\":{\"type\":\"Compose\",\"inputs\": 1.50}}, \"x\\u0041\": 1e3 }"
        try await house.live { service, _ in
            let put = try await service.put(
                ServiceHouse.key("Play"),
                WorkflowDraft(definition: Array(text.utf8), tags: ["a": "b"]),
                tenant: Self.tenant
            )
            #expect(put.isNew)
            let found = try await service.workflow(
                WorkflowKey(subscription: "SUB", resourceGroup: "group", name: "PLAY"),
                tenant: Self.tenant
            )
            #expect(String(decoding: found.definition, as: UTF8.self) == text)
            #expect(found.workflow.key.name == "Play")
            #expect(found.workflow.tags == ["a": "b"])
            await #expect(throws: EngineError.self) {
                try await service.workflow(ServiceHouse.key("Play"), tenant: "fabrikam")
            }
        }
    }

    @Test("a new version is made only when something changes, and the newest comes first")
    func versions() async throws {
        let house = try await ServiceHouse()
        let one = ServiceHouse.definition(["A": ["type": "Compose", "inputs": 1]])
        let two = ServiceHouse.definition(["A": ["type": "Compose", "inputs": 2]])
        try await house.live { service, _ in
            let key = ServiceHouse.key("play")
            let first = try await service.put(key, WorkflowDraft(definition: one), tenant: Self.tenant).record
            let same = try await service.put(key, WorkflowDraft(definition: one), tenant: Self.tenant)
            #expect(same.record.version == first.version)
            #expect(!same.isNew)
            let second = try await service.put(key, WorkflowDraft(definition: two), tenant: Self.tenant).record
            #expect(second.version < first.version, "names fall with time")
            #expect(second.id == first.id)
            let versions = try await service.versions(of: second, limit: 10)
            #expect(versions.map(\.version) == [second.version, first.version])
            #expect(versions.map(\.definition) == [two, one])
            let disabled = try await service.setState(.disabled, of: key, tenant: Self.tenant)
            #expect(disabled.state == .disabled)
            #expect(disabled.version == second.version)
            #expect(try await service.delete(key, tenant: Self.tenant))
            #expect(try await service.delete(key, tenant: Self.tenant) == false)
            #expect(try await service.workflows(tenant: Self.tenant, limit: 10).isEmpty)
        }
    }

    @Test("lists are pages in the order of their keys")
    func lists() async throws {
        let house = try await ServiceHouse()
        let definition = ServiceHouse.definition(["A": ["type": "Compose", "inputs": 1]])
        try await house.live { service, _ in
            for name in ["c", "A", "b"] {
                _ = try await service.put(ServiceHouse.key(name), WorkflowDraft(definition: definition), tenant: "t")
            }
            let first = try await service.workflows(tenant: "t", subscription: "SUB", limit: 2)
            #expect(first.map(\.key.name) == ["A", "b"])
            let rest = try await service.workflows(tenant: "t", after: first.last?.key, limit: 2)
            #expect(rest.map(\.key.name) == ["c"])
            #expect(try await service.workflows(tenant: "t", resourceGroup: "other", limit: 2).isEmpty)
        }
    }

    static let refused: [(text: String, code: String, words: String)] = [
        ("{\"actions\": {,}}", "InvalidRequestContent", "line 1, column 14"),
        (
            "{\"triggers\":{},\"actions\":{\"A\":{\"type\":\"Compose\",\"inputs\":\"@body('B')\"}}}", "InvalidTemplate",
            "'B'"
        ),
        (
            "{\"triggers\":{},\n\"actions\":{\"A\":{\"type\":\"Compose\",\"inputs\":\"@nothing()\"}}}",
            "InvalidTemplate",
            "at line '2'"
        ),
    ]

    @Test("a definition that is not right is not stored, and the error names the place", arguments: refused)
    func refusals(text: String, code: String, words: String) async throws {
        let house = try await ServiceHouse()
        try await house.live { service, _ in
            let error = await #expect(throws: EngineError.self) {
                try await service.put(
                    ServiceHouse.key("x"),
                    WorkflowDraft(definition: Array(text.utf8)),
                    tenant: Self.tenant
                )
            }
            #expect(error?.status == 400)
            #expect(error?.code == code)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            await #expect(throws: EngineError.self) {
                try await service.workflow(ServiceHouse.key("x"), tenant: Self.tenant)
            }
        }
    }

    @Test("values of secure parameters are neither shown nor in the database's files in clear")
    func secrets() async throws {
        let house = try await ServiceHouse()
        let definition: JSON = [
            "parameters": ["key": ["type": "SecureString"], "plain": ["type": "String"]],
            "triggers": ["manual": ["type": "Request", "inputs": [:]]],
            "actions": ["A": ["type": "Compose", "inputs": "@parameters('plain')"]],
        ]
        let canary = "canary-7f3a9c"
        try await house.live { service, _ in
            let draft = WorkflowDraft(
                definition: definition.bytes(),
                parameters: ["key": ["value": .string(canary)], "plain": ["value": "shown"]]
            )
            _ = try await service.put(ServiceHouse.key("x"), draft, tenant: Self.tenant)
            let found = try await service.workflow(ServiceHouse.key("x"), tenant: Self.tenant)
            #expect(found.parameters["plain"]?["value"] == "shown")
            #expect(found.parameters["key"]?["value"] == nil)
        }
        let folder = URL(fileURLWithPath: house.store.folder)
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var looked = 0
        for case let file as URL in files where !file.hasDirectoryPath {
            looked += 1
            #expect(try Data(contentsOf: file).range(of: Data(canary.utf8)) == nil, "\(file.lastPathComponent)")
        }
        #expect(looked > 0)
    }
}

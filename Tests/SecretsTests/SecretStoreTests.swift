import Foundation
import Moments
import Stores
import Testing

@testable import Secrets

@Suite struct SecretStoreTests {
    private func withSecrets(_ body: (House, Store, Keyring, SecretStore) async throws -> Void) async throws {
        let house = try House()
        defer { house.remove() }
        let (store, keyring) = try await house.open()
        try await body(house, store, keyring, SecretStore(keyring))
        try await store.close()
    }

    @Test func secretsAreKeptByTenantAndName() async throws {
        try await withSecrets { _, _, _, secrets in
            try await secrets.put("token", SecretValue("one"), tenant: "a")
            try await secrets.put("token", SecretValue("two"), tenant: "b")
            try await secrets.put("token", SecretValue("three"), tenant: "a")
            #expect(try await secrets.get("token", tenant: "a")?.text == "three")
            #expect(try await secrets.get("token", tenant: "b")?.text == "two")
            #expect(try await secrets.get("Token", tenant: "a") == nil)
            #expect(try await secrets.get("token", tenant: "c") == nil)
            let entry = try #require(try await secrets.list(tenant: "a").first)
            #expect(entry.name == "token" && entry.revision == 2)
            #expect(try await secrets.delete("token", tenant: "a"))
            #expect(try await secrets.delete("token", tenant: "a") == false)
            #expect(try await secrets.get("token", tenant: "b")?.text == "two")
        }
    }

    @Test func listsComeInPages() async throws {
        try await withSecrets { _, _, _, secrets in
            for number in 10..<35 { try await secrets.put("s\(number)", SecretValue("x"), tenant: "a") }
            let first = try await secrets.list(tenant: "a", limit: 20)
            #expect(first.map(\.name) == (10..<30).map { "s\($0)" })
            let last = try #require(first.last)
            #expect(
                try await secrets.list(tenant: "a", after: last.name, limit: 20).map(\.name)
                    == (30..<35).map { "s\($0)" }
            )
        }
    }

    @Test(arguments: ["", "a\u{0}b", "line\nbreak", String(repeating: "x", count: 257)])
    func badNamesAreRefused(name: String) async throws {
        try await withSecrets { _, _, _, secrets in
            await #expect {
                try await secrets.put(name, SecretValue("x"), tenant: "a")
            } throws: {
                $0.isSecrets(.invalidName)
            }
        }
    }

    @Test func whatIsTooLargeIsRefused() async throws {
        try await withSecrets { _, _, _, secrets in
            try await secrets.put("fits", SecretValue(bytes: Array(repeating: 1, count: 65_536)), tenant: "a")
            await #expect {
                try await secrets.put("large", SecretValue(bytes: Array(repeating: 1, count: 65_537)), tenant: "a")
            } throws: {
                $0.isSecrets(.tooLarge)
            }
        }
    }

    @Test func aSecretMovedToAnotherNameDoesNotOpen() async throws {
        try await withSecrets { _, store, _, secrets in
            try await secrets.put("admin", SecretValue("one"), tenant: "a")
            try await secrets.put("guest", SecretValue("two"), tenant: "a")
            try await store.commit(
                .rest,
                Change(
                    "UPDATE secrets_value SET sealed = (SELECT sealed FROM secrets_value WHERE name = 'admin') WHERE name = 'guest'"
                )
            )
            await #expect { _ = try await secrets.get("guest", tenant: "a") } throws: { $0.isSecrets(.notAuthentic) }
        }
    }

    @Test func aNewDataKeySealsAllAnew() async throws {
        try await withSecrets { _, store, keyring, secrets in
            for number in 0..<120 {
                try await secrets.put("s\(number)", SecretValue("value \(number)"), tenant: "t\(number % 3)")
            }
            try await keyring.rotateDataKey()
            #expect(try await secrets.resealAll() == 120)
            let numbers = try await store.read { snapshot in
                Set(
                    try snapshot.query("SELECT sealed FROM secrets_value").map {
                        try Envelope.keyNumber(of: try $0[0].blob)
                    }
                )
            }
            #expect(numbers == [2])
            #expect(try await secrets.get("s77", tenant: "t2")?.text == "value 77")
        }
    }

    /// Nothing that can be read from the disk shows a secret.
    @Test func noFileShowsASecret() async throws {
        let canary = "CANARY-7f3a91c2-secret"
        try await withSecrets { house, store, keyring, secrets in
            try await secrets.put("password", SecretValue(canary), tenant: "a")
            try await secrets.put("password", SecretValue(canary + "2"), tenant: "a")
            let blobs = try BlobFiles(store: store, sealer: keyring)
            let body = Array(String(repeating: canary, count: 5_000).utf8)
            let pin = try await blobs.put(body, tenant: "a")
            try await store.commit(.rest) { try blobs.hold(pin, owner: "run/1", in: $0) }
            #expect(try await blobs.get(pin.reference) == body)
            #expect(try await secrets.get("password", tenant: "a")?.text == canary + "2")
            #expect(try search(house.folder, for: canary) == [])
            _ = try await store.backup(to: house.folder + "/backup")
            #expect(try search(house.folder, for: canary) == [])
            // The search itself finds what is there.
            try Data("xx\(canary)yy".utf8).write(to: URL(fileURLWithPath: house.folder + "/blobs/found"))
            #expect(try search(house.folder, for: canary) == ["blobs/found"])
        }
    }

    private func search(_ folder: String, for text: String) throws -> [String] {
        let files = try #require(FileManager.default.enumerator(atPath: folder))
        var found: [String] = []
        var count = 0
        for case let name as String in files {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            count += 1
            if data.range(of: Data(text.utf8)) != nil { found.append(name) }
        }
        #expect(count >= 5)
        return found
    }

    @Test func aSecretShowsItselfNowhere() {
        let value = SecretValue("canary-in-memory")
        struct Holder { let secret: SecretValue }
        var dumped = ""
        dump(Holder(secret: value), to: &dumped)
        for text in ["\(value)", String(reflecting: value), "\(Holder(secret: value))", "\([value])", dumped] {
            #expect(!text.contains("canary"))
        }
        #expect(!((value as Any) is any Encodable))
        #expect(value.text == "canary-in-memory")
        #expect(value.isEqual(to: SecretValue("canary-in-memory")))
        #expect(!value.isEqual(to: SecretValue("canary-in-memorz")))
        #expect(SecretValue("").bytes == [])
        #expect(SecretValue.random(count: 24).count == 24)
    }

    @Test func everyTableHasATenant() async throws {
        try await withSecrets { _, store, _, _ async throws in
            #expect(try await store.tablesWithoutTenant() == [])
        }
    }
}

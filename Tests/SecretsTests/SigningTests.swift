import Foundation
import Stores
import Testing

@testable import Secrets

@Suite struct SigningTests {
    private func withKeys(_ body: (House, Store, Keyring, SigningKeyStore) async throws -> Void) async throws {
        let house = try House()
        defer { house.remove() }
        let (store, keyring) = try await house.open()
        try await body(house, store, keyring, SigningKeyStore(keyring))
        try await store.close()
    }

    /// RFC 4231, test cases 1, 2 and 6.
    private static let vectors: [([UInt8], String, String)] = [
        (
            Array(repeating: 0x0b, count: 20), "Hi There",
            "sDRMYdjbOFNcqK_OrwvxK4gdwgDJgz2nJuk3bC4yz_c"
        ),
        (Array("Jefe".utf8), "what do ya want for nothing?", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM"),
        (
            Array(repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "YOQxWR7gtn8Niiaqy_W3f44LxiE3KMUUBUYEDw7jf1Q"
        ),
    ]

    @Test func signaturesAreHMACSHA256() {
        for (key, text, expected) in Self.vectors {
            let key = SigningKey(bytes: key)
            #expect(key.signature(of: text).count == 43)
            #expect(key.isValid(key.signature(of: text), for: text))
            #expect(key.signature(of: text) == expected, "\(text)")
        }
    }

    @Test func onlyTheRightSignatureIsValid() async throws {
        try await withKeys { _, _, _, store in
            let keys = try await store.keys(of: "workflow-1", tenant: "a")
            let text = "/triggers/manual/run.1.0"
            let signature = keys.signature(of: text)
            #expect(keys.isValid(signature, for: text))
            #expect(keys.isValid(signature + "=", for: text))
            #expect(!keys.isValid(signature, for: text + "x"))
            #expect(!keys.isValid(String(signature.dropLast()), for: text))
            #expect(!keys.isValid("", for: text))
            #expect(!keys.isValid(String(repeating: "A", count: 43), for: text))
            #expect(!keys.isValid(String(repeating: "A", count: 10_000), for: text))
            #expect(!keys.isValid("💥", for: text))
            #expect(keys.signature(of: text, by: .secondary) != signature)
            let others = try await store.keys(of: "workflow-1", tenant: "b")
            #expect(!others.isValid(signature, for: text))
        }
    }

    @Test func keysLastAndOneCanBeChanged() async throws {
        try await withKeys { _, _, keyring, store in
            let keys = try await store.keys(of: "w", tenant: "a")
            let first = keys.signature(of: "x", by: .primary)
            let second = keys.signature(of: "x", by: .secondary)
            #expect(try await SigningKeyStore(keyring).keys(of: "w", tenant: "a").signature(of: "x") == first)
            try await store.regenerate(.primary, of: "w", tenant: "a")
            for current in [
                try await store.keys(of: "w", tenant: "a"),
                try await SigningKeyStore(keyring).keys(of: "w", tenant: "a"),
            ] {
                #expect(!current.isValid(first, for: "x"))
                #expect(current.isValid(second, for: "x"))
            }
            try await store.delete("w", tenant: "a")
            #expect(store.cachedKeys(of: "w", tenant: "a") == nil)
            #expect(try await !store.keys(of: "w", tenant: "a").isValid(second, for: "x"))
        }
    }

    /// Whoever asks first, all get the same keys; and no one is left with old ones after a change.
    @Test func askersAtTheSameTimeAgree() async throws {
        try await withKeys { _, _, _, store in
            for round in 0..<10 {
                let signatures = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try await store.keys(of: "w\(round)", tenant: "a").signature(of: "x") }
                    }
                    var all: Set<String> = []
                    for try await signature in group { all.insert(signature) }
                    return all
                }
                #expect(signatures.count == 1)
                async let changed = store.regenerate(.primary, of: "w\(round)", tenant: "a")
                for _ in 0..<5 { _ = try await store.keys(of: "w\(round)", tenant: "a") }
                let now = try await changed.signature(of: "x")
                #expect(try await store.keys(of: "w\(round)", tenant: "a").signature(of: "x") == now)
            }
        }
    }

    @Test func passwordsMatchTheirHashesOnly() async throws {
        let hash = try await PasswordHash.make(SecretValue("correct horse"))
        #expect(hash.text.hasPrefix("$scrypt$ln=14,r=8,p=1$"))
        #expect(!hash.text.contains("correct"))
        #expect(try await PasswordHash(text: hash.text).isMatched(by: SecretValue("correct horse")))
        #expect(try await !hash.isMatched(by: SecretValue("correct horsf")))
        #expect(try await !hash.isMatched(by: SecretValue("")))
        #expect(try await PasswordHash.make(SecretValue("correct horse")) != hash)
    }

    /// RFC 7914, section 12: scrypt of "pleaseletmein" with SodiumChloride, N 16384, r 8, p 1; the first 32 bytes.
    @Test func scryptIsScrypt() async throws {
        let hash = PasswordHash(
            text: "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI"
        )
        #expect(try await hash.isMatched(by: SecretValue("pleaseletmein")))
        #expect(try await !hash.isMatched(by: SecretValue("pleaseletmeout")))
    }

    @Test(arguments: [
        "", "plain", "$scrypt$", "$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAA$AAAA",
        "$argon2$ln=14,r=8,p=1$AAAAAAAAAAAAAAAA$x",
        "$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=x,r=8,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=14,r=8$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=14,ln=14,r=8$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func brokenHashesAreRefused(text: String) async throws {
        await #expect {
            _ = try await PasswordHash(text: text).isMatched(by: SecretValue("x"))
        } throws: {
            $0.isSecrets(.invalidHash)
        }
    }
}

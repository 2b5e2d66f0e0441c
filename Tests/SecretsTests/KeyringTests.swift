import Foundation
import Moments
import Stores
import Testing

@testable import Secrets

/// A data folder with its store and keys, which can be opened again.
struct House {
    let folder: String

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-secrets-\(UUID().uuidString)").path
    }

    var keyFile: String { folder + "/keys/master.key" }

    func open(_ source: MasterKeySource? = nil) async throws -> (Store, Keyring) {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: SecretsMigrations.all))
        do {
            return (store, try await Keyring.open(store: store, masterKey: source ?? .file(besides: store)))
        } catch {
            try await store.close()
            throw error
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

extension Error {
    func isSecrets(_ code: SecretsError.Code) -> Bool { (self as? SecretsError)?.code == code }
}

@Suite struct KeyringTests {
    private static let text = SecretValue(String(repeating: "0f", count: 32))
    private static let other = SecretValue(String(repeating: "1e", count: 32))

    private func withHouse(_ body: (House) async throws -> Void) async throws {
        let house = try House()
        defer { house.remove() }
        try await body(house)
    }

    @Test(arguments: [0, 1, 15, 16, 1_000, 100_000])
    func sealedBytesOpenAtTheirPlaceOnly(count: Int) async throws {
        try await withHouse { house in
            let (store, keyring) = try await house.open()
            let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let sealed = try keyring.seal(plain, tenant: "t", context: "c")
            #expect(sealed.count == count + 45)
            #expect(try keyring.open(sealed, tenant: "t", context: "c") == plain)
            #expect { _ = try keyring.open(sealed, tenant: "u", context: "c") } throws: { $0.isSecrets(.notAuthentic) }
            #expect { _ = try keyring.open(sealed, tenant: "t", context: "d") } throws: { $0.isSecrets(.notAuthentic) }
            #expect { _ = try keyring.open(sealed, tenant: "tc", context: "") } throws: { $0.isSecrets(.notAuthentic) }
            #expect(try keyring.seal(plain, tenant: "t", context: "c") != sealed)
            try await store.close()
        }
    }

    @Test func everyChangedByteIsSeen() async throws {
        try await withHouse { house in
            let (store, keyring) = try await house.open()
            let sealed = try keyring.seal(Array("a secret".utf8), tenant: "t", context: "c")
            for index in sealed.indices {
                var changed = sealed
                changed[index] ^= 1
                #expect(throws: SecretsError.self, "byte \(index)") {
                    try keyring.open(changed, tenant: "t", context: "c")
                }
            }
            for length in 0..<sealed.count {
                #expect(throws: SecretsError.self, "\(length) bytes") {
                    try keyring.open(Array(sealed.prefix(length)), tenant: "t", context: "c")
                }
            }
            try await store.close()
        }
    }

    @Test func keysLastAndNamesStay() async throws {
        try await withHouse { house in
            let (store, keyring) = try await house.open()
            let sealed = try keyring.seal([1, 2, 3], tenant: "t", context: "c")
            let name = keyring.fingerprint([1, 2, 3], tenant: "t")
            #expect(keyring.fingerprint([1, 2, 3], tenant: "u") != name)
            try await keyring.rotateDataKey()
            try await keyring.rotateMasterKey()
            try await keyring.rotateDataKey()
            #expect(keyring.currentDataKey == 3)
            let later = try keyring.seal([4], tenant: "t", context: "c")
            try await store.close()
            let (again, reopened) = try await house.open()
            #expect(reopened.currentDataKey == 3)
            #expect(try reopened.open(sealed, tenant: "t", context: "c") == [1, 2, 3])
            #expect(try reopened.open(later, tenant: "t", context: "c") == [4])
            #expect(reopened.fingerprint([1, 2, 3], tenant: "t") == name)
            try await again.close()
        }
    }

    /// Changes of keys at the same time: each is done wholly or refused, and no key is lost.
    @Test func changesAtTheSameTimeLoseNoKey() async throws {
        try await withHouse { house in
            let (store, keyring) = try await house.open()
            let sealed = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for number in 0..<24 {
                    group.addTask {
                        var isDone = false
                        while !isDone {
                            do {
                                if number.isMultiple(of: 3) {
                                    try await keyring.rotateMasterKey()
                                } else {
                                    try await keyring.rotateDataKey()
                                }
                                isDone = true
                            } catch let error as SecretsError where error.code == .changing {
                                // Refused while another change is under way, as documented.
                                try await Task.sleep(for: .milliseconds(1))
                            }
                        }
                        return try keyring.seal([7], tenant: "t", context: "c")
                    }
                }
                var all: [[UInt8]] = []
                for try await one in group { all.append(one) }
                return all
            }
            #expect(keyring.currentDataKey == 17)
            try await store.close()
            let (again, reopened) = try await house.open()
            for one in sealed { #expect(try reopened.open(one, tenant: "t", context: "c") == [7]) }
            try await again.close()
        }
    }

    @Test func theKeysFileIsItsOwnersOnly() async throws {
        try await withHouse { house in
            let (store, _) = try await house.open()
            try await store.close()
            let attributes = try FileManager.default.attributesOfItem(atPath: house.keyFile)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: house.keyFile)
            await #expect { _ = try await house.open() } throws: { $0.isSecrets(.masterKeyInvalid) }
        }
    }

    @Test func aMissingKeyIsNeverMadeAnew() async throws {
        try await withHouse { house in
            let (store, _) = try await house.open()
            try await store.close()
            try FileManager.default.removeItem(atPath: house.keyFile)
            await #expect { _ = try await house.open() } throws: { $0.isSecrets(.masterKeyMissing) }
            #expect(!FileManager.default.fileExists(atPath: house.keyFile))
        }
    }

    @Test func anotherKeyIsRefused() async throws {
        try await withHouse { house in
            let (store, _) = try await house.open(.given(Self.text, place: "a test"))
            try await store.close()
            await #expect {
                _ = try await house.open(.given(Self.other, place: "a test"))
            } throws: {
                $0.isSecrets(.masterKeyWrong)
            }
            #expect(!FileManager.default.fileExists(atPath: house.keyFile))
        }
    }

    @Test func aGivenKeyCanBeChanged() async throws {
        try await withHouse { house in
            let (store, keyring) = try await house.open(.given(Self.text, place: "a test"))
            let sealed = try keyring.seal([1], tenant: "t", context: "c")
            await #expect { try await keyring.rotateMasterKey() } throws: { $0.isSecrets(.masterKeyInvalid) }
            try await keyring.rotateMasterKey(to: Self.other, place: "a test")
            try await store.close()
            let (again, reopened) = try await house.open(.given(Self.other, place: "a test"))
            #expect(try reopened.open(sealed, tenant: "t", context: "c") == [1])
            try await again.close()
        }
    }

    /// The two moments at which a crash can interrupt a change of the master key.
    @Test(arguments: [true, false])
    func anInterruptedChangeIsEnded(afterWrapping: Bool) async throws {
        try await withHouse { house in
            let (store, keyring) = try await house.open()
            let sealed = try keyring.seal([1], tenant: "t", context: "c")
            let old = try Data(contentsOf: URL(fileURLWithPath: house.keyFile))
            if afterWrapping {
                try await keyring.rotateMasterKey()
                try FileManager.default.moveItem(atPath: house.keyFile, toPath: house.keyFile + ".next")
                try old.write(to: URL(fileURLWithPath: house.keyFile))
            } else {
                let next = MasterKey.generate()
                try Data(next.text.utf8).write(to: URL(fileURLWithPath: house.keyFile + ".next"))
            }
            for name in ["", ".next"] {
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: house.keyFile + name)
            }
            try await store.close()
            for _ in 0..<2 {
                let (again, reopened) = try await house.open()
                #expect(try reopened.open(sealed, tenant: "t", context: "c") == [1])
                #expect(!FileManager.default.fileExists(atPath: house.keyFile + ".next"))
                try await again.close()
            }
        }
    }

    private static let keyTexts: [(String, Bool)] = [
        (String(repeating: "aB", count: 32), true),
        ("# comment\n" + String(repeating: "00", count: 32) + "\n", true),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", true),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", true),
        (String(repeating: "ab", count: 31), false),
        (String(repeating: "xy", count: 32), false),
        ("AAECAwQFBgcICQoLDA0ODw==", false),
        ("", false),
        ("password", false),
    ]

    @Test(arguments: keyTexts)
    func aKeysTextIsReadOrRefused(text: String, isValid: Bool) {
        if isValid {
            #expect(throws: Never.self) { try MasterKey(text: text, place: "a test") }
        } else {
            #expect { _ = try MasterKey(text: text, place: "a test") } throws: { $0.isSecrets(.masterKeyInvalid) }
        }
    }

    @Test func aWrittenKeyReadsBack() throws {
        let key = MasterKey.generate()
        #expect(try MasterKey(text: key.text, place: "a test").id == key.id)
    }
}

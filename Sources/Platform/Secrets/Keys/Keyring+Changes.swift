import Crypto
import Moments
import Stores
import Synchronization

extension Keyring {
    /// The number of the data key that seals now.
    public var currentDataKey: Int { keys.withLock { Int($0.current) } }

    /// Makes a new data key, with which everything is sealed from now on; older ones still open.
    ///
    /// - Throws: `StoreError`.
    public func rotateDataKey() async throws {
        try await changing { try await self.makeDataKey() }
    }

    private func makeDataKey() async throws {
        let (master, number) = keys.withLock { ($0.master, ($0.sealing.keys.max() ?? 0) + 1) }
        let key = SymmetricKey(size: .bits256)
        let row = try KeyRow(number: number, purpose: .seal, key: key, master: master, created: clock.now)
        try await store.commit(.rest, row.insertion)
        keys.withLock {
            $0.sealing[number] = key
            $0.current = max($0.current, number)
        }
    }

    /// Makes a new master key in the place of the old one, and wraps all data keys by it.
    ///
    /// A crash at any moment leaves either the old or the new key in force. Copies of the old key open older backups only.
    ///
    /// - Throws: ``SecretsError``: `.masterKeyInvalid` when the key is not kept in a file; `StoreError`.
    public func rotateMasterKey() async throws {
        guard let file else {
            throw SecretsError(
                .masterKeyInvalid,
                "The master key was given by a setting; use rotateMasterKey(to:) with the new one, then change the setting."
            )
        }
        try await changing {
            try await self.checkWrapping()
            let next = MasterKey.generate()
            try file.next.remove()
            try file.next.write(next)
            try await self.rewrap(by: next)
            try file.next.replace(file)
        }
    }

    /// An earlier change whose end is not known may have wrapped the keys by the next key: then that file must stay.
    private func checkWrapping() async throws {
        let current = keys.withLock { $0.master.id }
        guard try await KeyRows.load(store).allSatisfy({ $0.master == current }) else {
            throw SecretsError(
                .masterKeyWrong,
                "An earlier change of the master key did not come to its end here; restart the server to finish it."
            )
        }
    }

    /// Runs one change of keys, while no other runs: a data key must not be wrapped by a master key that is going.
    private func changing(_ change: () async throws -> Void) async throws {
        let mayBegin = isChanging.withLock { isChanging in
            defer { isChanging = true }
            return !isChanging
        }
        guard mayBegin else {
            throw SecretsError(.changing, "Another change of keys is under way; try again when it has ended.")
        }
        defer { isChanging.withLock { $0 = false } }
        try await change()
    }

    /// Wraps all data keys by another master key, which is to be given at the next start.
    ///
    /// - Parameters:
    ///   - text: 64 hexadecimal digits, or Base64 of 32 bytes.
    ///   - place: Where it will be kept, for messages.
    /// - Throws: ``SecretsError``: `.masterKeyInvalid`; `StoreError`.
    public func rotateMasterKey(to text: SecretValue, place: String) async throws {
        guard file == nil else {
            throw SecretsError(
                .masterKeyInvalid,
                "The master key is kept in a file; use rotateMasterKey() to change it."
            )
        }
        let next = try MasterKey(text: text.text, place: place)
        try await changing {
            try await self.checkWrapping()
            try await self.rewrap(by: next)
        }
    }

    private func rewrap(by next: MasterKey) async throws {
        let rows = try await KeyRows.load(store)
        let current = keys.withLock { $0.master }
        let wrapped = try rows.map { try $0.rewrapped(from: current, to: next) }
        try await store.commit(.rest) { transaction in
            let count = try transaction.first("SELECT count(*) FROM secrets_key")?[0].integer
            guard count == Int64(wrapped.count) else {
                throw SecretsError(.keyMissing, "A data key was made at the same time; try again.")
            }
            for row in wrapped {
                try transaction.execute(
                    "UPDATE secrets_key SET master = ?, wrapped = ? WHERE tenant = ? AND number = ?",
                    [.text(row.master), .blob(row.wrapped), .text(Store.serverTenant), .integer(Int64(row.number))]
                )
            }
        }
        keys.withLock { $0.master = next }
    }
}

import Crypto
public import Moments
public import Stores
import Synchronization

/// The keys of a server, open: seals and opens bytes, and names blobs.
///
/// A master key, kept outside of the database, wraps data keys, which are kept in it; data keys seal everything else.
/// ``rotateDataKey()`` makes a new data key for what is sealed from now on; ``rotateMasterKey()`` wraps all data keys anew.
///
/// ```swift
/// let keyring = try await Keyring.open(store: store, masterKey: .file(besides: store))
/// let sealed = try keyring.seal(body, tenant: tenant, context: "journal/\(run)")
/// ```
public final class Keyring: Sealer {
    struct Keys: Sendable {
        var master: MasterKey
        /// Data keys by number.
        var sealing: [UInt32: SymmetricKey]
        /// The number of the one that seals.
        var current: UInt32
        var naming: SymmetricKey

        func fingerprint(_ bytes: [UInt8], tenant: String) -> [UInt8] {
            var mac = HMAC<SHA256>(key: naming)
            mac.update(data: Array("\(tenant.utf8.count):\(tenant)".utf8))
            mac.update(data: bytes)
            return Array(mac.finalize())
        }
    }

    let store: Store
    let clock: any WallClock
    let file: MasterKeyFile?
    let keys: Mutex<Keys>
    /// One change of keys at a time.
    let isChanging = Mutex(false)

    private init(store: Store, clock: any WallClock, file: MasterKeyFile?, keys: Keys) {
        self.store = store
        self.clock = clock
        self.file = file
        self.keys = Mutex(keys)
    }

    /// Opens the keys of a store; at the very first start they are made.
    ///
    /// - Parameters:
    ///   - store: The store, opened with ``SecretsMigrations``.
    ///   - masterKey: Where the master key comes from.
    ///   - clock: Tells when keys are made.
    /// - Returns: The open keys.
    /// - Throws: ``SecretsError``: `.masterKeyMissing` when the data were sealed and the key's file is gone (it is never
    ///   silently made anew then), `.masterKeyWrong`, `.masterKeyInvalid`; `StoreError`.
    public static func open(
        store: Store,
        masterKey: MasterKeySource,
        clock: any WallClock = SystemClock()
    ) async throws -> Keyring {
        let rows = try await KeyRows.load(store)
        let file: MasterKeyFile?
        let master: MasterKey
        switch masterKey.kind {
        case .file(let path):
            let found = MasterKeyFile(path: path)
            master = try settled(found, rows)
            file = found
        case .given(let text, let place):
            master = try MasterKey(text: text.text, place: place)
            file = nil
        }
        if rows.isEmpty {
            let keys = Keys(
                master: master,
                sealing: [1: SymmetricKey(size: .bits256)],
                current: 1,
                naming: SymmetricKey(size: .bits256)
            )
            try await KeyRows.create(keys, in: store, at: clock.now)
            return Keyring(store: store, clock: clock, file: file, keys: keys)
        }
        return Keyring(store: store, clock: clock, file: file, keys: try KeyRows.unwrap(rows, with: master))
    }

    /// The master key of a file: made when nothing was ever sealed, and a change that a crash interrupted is ended.
    private static func settled(_ file: MasterKeyFile, _ rows: [KeyRow]) throws -> MasterKey {
        let key = try file.read()
        if let next = try file.next.read() {
            if let first = rows.first, first.master == next.id {
                // All data keys are wrapped by the next key already: it takes its place.
                try file.next.replace(file)
                return next
            }
            try file.next.remove()
        }
        if let key { return key }
        guard rows.isEmpty else {
            throw SecretsError(
                .masterKeyMissing,
                "The master key \(file.path) is missing, and the data were sealed with it; put it back from your copy."
            )
        }
        let made = MasterKey.generate()
        try file.write(made)
        return made
    }

    // MARK: - Sealing

    /// Encrypts bytes and binds them to a tenant and a place.
    ///
    /// - Parameters:
    ///   - plaintext: The bytes.
    ///   - tenant: Whose bytes they are.
    ///   - context: Where they belong; only the same context opens them.
    /// - Returns: The sealed bytes, 45 longer.
    /// - Throws: ``SecretsError``.
    public func seal(_ plaintext: [UInt8], tenant: String, context: String) throws -> [UInt8] {
        let (number, key) = try keys.withLock { state -> (UInt32, SymmetricKey) in
            guard let key = state.sealing[state.current] else { throw Self.missing(state.current) }
            return (state.current, key)
        }
        return try Envelope.seal(plaintext, keyNumber: number, key: key, tenant: tenant, context: context)
    }

    /// Decrypts what ``seal(_:tenant:context:)`` gave, now or before a change of keys.
    ///
    /// - Parameters:
    ///   - sealed: The sealed bytes.
    ///   - tenant: Whose bytes they are.
    ///   - context: The context that they were sealed with.
    /// - Returns: The bytes.
    /// - Throws: ``SecretsError``: `.notAuthentic`, `.keyMissing`.
    public func open(_ sealed: [UInt8], tenant: String, context: String) throws -> [UInt8] {
        let number = try Envelope.keyNumber(of: sealed)
        guard let key = keys.withLock({ $0.sealing[number] }) else { throw Self.missing(number) }
        return try Envelope.open(sealed, key: key, tenant: tenant, context: context)
    }

    /// A name for bytes that tells nothing about them; it stays the same over changes of keys.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - tenant: Whose bytes they are.
    /// - Returns: 32 bytes.
    public func fingerprint(_ bytes: [UInt8], tenant: String) -> [UInt8] {
        keys.withLock { $0 }.fingerprint(bytes, tenant: tenant)
    }

    static func missing(_ number: UInt32) -> SecretsError {
        SecretsError(.keyMissing, "The data key \(number) is not in this database; restore the backup that has it.")
    }
}

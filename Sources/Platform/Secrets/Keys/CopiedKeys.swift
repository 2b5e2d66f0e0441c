import Crypto
public import Stores

/// The keys of a backup, open for reading: nothing is made, changed or ended.
public struct CopiedKeys: Sealer {
    private let keys: Keyring.Keys

    /// Opens the keys of a backup.
    ///
    /// - Parameters:
    ///   - source: The backup.
    ///   - masterKey: Where the master key comes from.
    /// - Returns: The keys; nil when the master key's file is not there, or nothing was ever sealed.
    /// - Throws: ``SecretsError``: `.masterKeyWrong` when the backup was sealed under another key, `.masterKeyInvalid`;
    ///   `StoreError`.
    public static func open(_ source: some SnapshotSource, masterKey: MasterKeySource) async throws -> CopiedKeys? {
        let rows = try await KeyRows.load(source)
        let master: MasterKey?
        switch masterKey.kind {
        case .given(let text, let place): master = try MasterKey(text: text.text, place: place)
        case .file(let path):
            let file = MasterKeyFile(path: path)
            // A change of the master key may be under way: then the next one wraps the data keys already.
            if let next = try file.next.read(), next.id == rows.first?.master {
                master = next
            } else {
                master = try file.read()
            }
        }
        guard let master, !rows.isEmpty else { return nil }
        return CopiedKeys(keys: try KeyRows.unwrap(rows, with: master))
    }

    /// The primary signing key of a subject; nil when it has none.
    ///
    /// - Parameters:
    ///   - subject: What the key is for.
    ///   - tenant: Whose it is.
    ///   - source: The backup.
    /// - Returns: The key.
    /// - Throws: ``SecretsError``; `StoreError`.
    public func signingKey(
        of subject: String,
        tenant: String,
        in source: some SnapshotSource
    ) async throws -> SigningKey? {
        let found = try await source.read { try SigningKeyStore.load($0, subject, tenant) }
        guard let sealed = found[.primary] else { return nil }
        let context = SigningKeyStore.context(subject, .primary)
        return SigningKey(bytes: try open(sealed, tenant: tenant, context: context))
    }

    /// Encrypts bytes with the newest data key of the backup.
    public func seal(_ plaintext: [UInt8], tenant: String, context: String) throws -> [UInt8] {
        try Envelope.seal(
            plaintext,
            keyNumber: keys.current,
            key: try key(keys.current),
            tenant: tenant,
            context: context
        )
    }

    /// Decrypts what the server that was backed up has sealed.
    public func open(_ sealed: [UInt8], tenant: String, context: String) throws -> [UInt8] {
        try Envelope.open(sealed, key: try key(Envelope.keyNumber(of: sealed)), tenant: tenant, context: context)
    }

    /// A name for bytes, as the server that was backed up gives it.
    public func fingerprint(_ bytes: [UInt8], tenant: String) -> [UInt8] {
        keys.fingerprint(bytes, tenant: tenant)
    }

    private func key(_ number: UInt32) throws -> SymmetricKey {
        guard let key = keys.sealing[number] else { throw Keyring.missing(number) }
        return key
    }
}

public import Moments
public import Secrets
public import Stores

/// The journal of a server: large values encrypted beside the database, and the ends of its chains of hashes signed.
///
/// Make one a process: opening the files removes what an earlier process left unfinished.
///
/// ```swift
/// let runs = try await SealedJournal(store: store, keyring: keyring, clock: clock)
/// let driver = try await Driver(machine: machine, journal: runs.journal, …)
/// let report = try await runs.verifier.verify()
/// ```
public struct SealedJournal: Sendable {
    /// The largest single value: a message of 100 MiB, sealed and written as text, and some room.
    public static let valueLimit = 256 << 20

    /// Where the runs live.
    public let journal: SQLJournal
    /// The files of large values.
    public let files: BlobFiles
    private let store: Store
    private let keyring: Keyring
    private let key: SigningKey

    /// Opens the journal of a store.
    ///
    /// - Parameters:
    ///   - store: a store that was opened with the migrations of `Secrets` and `Durable`.
    ///   - keyring: encrypts large values, and keeps the key that signs.
    ///   - clock: dates business keys.
    /// - Throws: `StoreError`, `SecretsError`.
    public init(store: Store, keyring: Keyring, clock: any WallClock) async throws {
        self.store = store
        self.keyring = keyring
        files = try BlobFiles(store: store, sealer: keyring, sizeLimit: Self.valueLimit)
        key = try await SigningKeyStore(keyring).keys(of: Self.subject, tenant: Store.serverTenant).primary
        journal = SQLJournal(store: store, clock: clock, blobs: files, signer: key)
    }

    /// Proves this journal.
    public var verifier: JournalVerifier { JournalVerifier(store: store, blobs: files, key: key) }

    /// Proves a backup of this journal, with the keys that are open here.
    ///
    /// - Parameter copy: the backup.
    /// - Returns: its verifier.
    public func verifier(of copy: StoredCopy) -> JournalVerifier {
        JournalVerifier(store: copy, blobs: copy.blobs(openedBy: keyring), key: key)
    }

    /// Proves a backup with the keys that it was made with; nothing is written.
    ///
    /// - Parameters:
    ///   - copy: the backup.
    ///   - masterKey: where the master key lies; nil, or a file that is not there: chains of hashes are proved only.
    /// - Returns: the verifier, and whether it has the keys.
    /// - Throws: `SecretsError` when the master key is another than that of the backup; `StoreError`.
    public static func verifier(
        of copy: StoredCopy,
        masterKey: MasterKeySource?
    ) async throws -> (verifier: JournalVerifier, hasKeys: Bool) {
        guard let masterKey, let keys = try await CopiedKeys.open(copy, masterKey: masterKey) else {
            return (JournalVerifier(store: copy), false)
        }
        let key = try await keys.signingKey(of: Self.subject, tenant: Store.serverTenant, in: copy)
        return (JournalVerifier(store: copy, blobs: copy.blobs(openedBy: keys), key: key), true)
    }

    private static let subject = "journal"
}

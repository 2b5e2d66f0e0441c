/// Makes bytes unreadable and unchangeable for everyone but this server.
///
/// The room Secrets implements it with keys that are kept outside of the database. It is declared here because blobs and
/// journals are sealed below that room.
public protocol Sealer: Sendable {
    /// Encrypts bytes and binds them to where they belong.
    ///
    /// - Parameters:
    ///   - plaintext: The bytes.
    ///   - tenant: Whose bytes they are.
    ///   - context: Where they belong, such as `blob/1f2e…`; only the same context opens them, so that sealed bytes cannot
    ///     be moved from one place to another.
    /// - Returns: The sealed bytes, longer by some tens of bytes.
    /// - Throws: An error that never shows the bytes.
    func seal(_ plaintext: [UInt8], tenant: String, context: String) throws -> [UInt8]

    /// Decrypts what ``seal(_:tenant:context:)`` gave.
    ///
    /// - Parameters:
    ///   - sealed: The sealed bytes.
    ///   - tenant: Whose bytes they are.
    ///   - context: The context that they were sealed with.
    /// - Returns: The bytes.
    /// - Throws: An error when the bytes were changed, moved, or sealed with a key that is not here.
    func open(_ sealed: [UInt8], tenant: String, context: String) throws -> [UInt8]

    /// A name for bytes that tells nothing about them: a keyed hash of 32 bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - tenant: Whose bytes they are; other tenants' equal bytes have other names.
    /// - Returns: 32 bytes, always the same for the same bytes and tenant.
    /// - Throws: An error when the key is not here.
    func fingerprint(_ bytes: [UInt8], tenant: String) throws -> [UInt8]
}

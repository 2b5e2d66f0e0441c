import Glibc
public import Stores

/// Where the master key comes from.
public struct MasterKeySource: Sendable {
    enum Kind: Sendable {
        case file(String)
        case given(SecretValue, place: String)
    }

    let kind: Kind

    /// A file; it is made with a new key at the very first start, readable by its owner only.
    ///
    /// - Parameter path: The file, such as `keys/master.key` in the data folder or, better, on another disk.
    /// - Returns: The source.
    public static func file(_ path: String) -> MasterKeySource { MasterKeySource(kind: .file(path)) }

    /// The file `keys/master.key` in a store's data folder.
    ///
    /// - Parameter store: The store.
    /// - Returns: The source.
    public static func file(besides store: Store) -> MasterKeySource { .file(store.folder + "/keys/master.key") }

    /// A key that was given by a setting, an environment variable or a key service.
    ///
    /// - Parameters:
    ///   - text: 64 hexadecimal digits, or Base64 of 32 bytes.
    ///   - place: The setting's name, for messages.
    /// - Returns: The source.
    public static func given(_ text: SecretValue, place: String) -> MasterKeySource {
        MasterKeySource(kind: .given(text, place: place))
    }

    /// A key in an environment variable of this process.
    ///
    /// - Parameter name: The variable's name.
    /// - Returns: The source, or nil when the variable is not set.
    public static func environment(_ name: String) -> MasterKeySource? {
        guard let value = getenv(name) else { return nil }
        return .given(SecretValue(String(cString: value)), place: "the environment variable \(name)")
    }
}

/// Reads and writes the file of a master key.
struct MasterKeyFile {
    let path: String

    /// Where the next key lies while all data keys are wrapped anew.
    var next: MasterKeyFile { MasterKeyFile(path: path + ".next") }

    /// The key; nil when there is no file.
    func read() throws -> MasterKey? {
        guard DurableFiles.exists(path) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else { throw unreadable }
        guard status.st_mode & 0o077 == 0 else {
            throw SecretsError(
                .masterKeyInvalid,
                "The master key \(path) can be read by others than its owner; run: chmod 600 \(path)"
            )
        }
        return try MasterKey(text: String(decoding: try DurableFiles.read(path), as: UTF8.self), place: path)
    }

    /// Writes a key where none is.
    func write(_ key: MasterKey) throws {
        guard !DurableFiles.exists(path) else {
            throw SecretsError(.masterKeyExists, "\(path) exists already; a key is never overwritten.")
        }
        try FolderMaker.make(DurableFiles.parent(of: path))
        try DurableFiles.write(Array(key.text.utf8), to: path, by: path + ".unfinished")
        try DurableFiles.syncFolder(DurableFiles.parent(of: DurableFiles.parent(of: path)))
    }

    /// Puts this file in the place of another.
    func replace(_ other: MasterKeyFile) throws {
        guard rename(path, other.path) == 0 else { throw unreadable }
        try DurableFiles.syncFolder(DurableFiles.parent(of: other.path))
    }

    func remove() throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw unreadable }
        try DurableFiles.syncFolder(DurableFiles.parent(of: path))
    }

    private var unreadable: SecretsError {
        SecretsError(.masterKeyInvalid, "The master key's file \(path) cannot be used; check the folder and its owner.")
    }
}

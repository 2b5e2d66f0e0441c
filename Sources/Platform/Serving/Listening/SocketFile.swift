#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The file of a Unix socket.
struct SocketFile: Sendable {
    /// The longest path that the system takes, in bytes.
    static let longestPath = 107

    let path: String

    init(path: String) throws(ServingError) {
        guard path.utf8.count <= Self.longestPath else {
            throw ServingError(
                code: .address,
                message:
                    "The path of the socket '\(path)' is longer than \(Self.longestPath) bytes; use a shorter folder."
            )
        }
        self.path = path
    }

    /// Closes it to all but its owner.
    func close() { chmod(path, 0o600) }

    func remove() { unlink(path) }
}

import Glibc

/// Holds a data folder for one process, by an advisory lock on its file `lock`.
///
/// The kernel lets go of it when the process ends, however it ends, so that no stale lock is left.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, and writes this process's id into the file.
    ///
    /// - Throws: ``StoreError/Code/locked`` with the holder's process id, or ``StoreError/Code/inputOutput``.
    init(folder: String) throws {
        let path = folder + "/lock"
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileTrouble.error("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.holder(descriptor)
            Glibc.close(descriptor)
            guard code == EWOULDBLOCK else { throw FileTrouble.error("lock", path, code) }
            throw StoreError(
                .locked,
                "The data folder \(folder) is in use by process \(holder ?? "unknown"); stop it, or talk to it instead."
            )
        }
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        let written = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        if written != text.count {
            // The id is only for the message to others: the lock itself holds without it.
            ftruncate(descriptor, 0)
        }
        self.descriptor = descriptor
    }

    /// Lets go.
    func release() {
        ftruncate(descriptor, 0)
        Glibc.close(descriptor)
    }

    private static func holder(_ descriptor: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        let digits = buffer[0..<count].prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}

import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes files that only their owner can read.
enum PrivateFile {
    /// Writes the text with mode 0600 from the first moment, then moves it into place.
    static func write(_ text: String, to path: String) throws(ServingError) {
        let temporary = path + ".\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", path) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                close(descriptor)
                unlink(temporary)
                throw failure("write", path)
            }
            bytes = bytes.dropFirst(count)
        }
        let isSynced = fsync(descriptor) == 0
        guard close(descriptor) == 0, isSynced, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw failure("write", path)
        }
    }

    private static func failure(_ verb: String, _ path: String) -> ServingError {
        let reason = String(cString: strerror(errno))
        return ServingError(code: .file, message: "Cannot \(verb) '\(path)': \(reason).")
    }
}

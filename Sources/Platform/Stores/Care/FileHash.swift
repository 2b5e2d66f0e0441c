import Crypto
import FoundationEssentials
import Glibc

/// Hashes of files, read in pieces.
enum FileHash {
    /// SHA-256 of a file, in hexadecimal digits.
    static func sha256(of path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileTrouble.error("read", path) }
        defer { close(descriptor) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return Hex.digits(hash.finalize()) }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileTrouble.error("read", path)
            }
            buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}

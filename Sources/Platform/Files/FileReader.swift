import Glibc
import Outbound

/// Reads ordinary files.
final class FileReader {
    let entry: FileEntry
    private let descriptor: Int32

    /// Opens a file for reading.
    ///
    /// - Throws: ``FileFailure`` when it is a link, or neither file nor folder.
    init(_ root: RootFolder, _ path: FilePath) throws {
        guard !path.names.isEmpty else { throw FileFailure(409, "IsFolder", "The root folder is no file.") }
        let folder = try root.folder(path.parent)
        // Without waiting: opening a pipe would block.
        let opened = openat(folder.descriptor, path.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw FileFailure.system(errno, path.text) }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw FileFailure(409, "NotAFile", "'\(path.text)' is no ordinary file.")
        }
        descriptor = opened
        entry = FileEntry(path, status)
    }

    deinit { close(descriptor) }

    /// The next bytes, at most as many as said; none at the end.
    func next(_ count: Int) throws -> [UInt8] {
        let path = entry.path.text
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var got = read(descriptor, buffer.baseAddress, count)
            while got < 0, errno == EINTR { got = read(descriptor, buffer.baseAddress, count) }
            guard got >= 0 else { throw FileFailure.system(errno, path) }
            filled = got
        }
    }

    /// The whole content.
    ///
    /// - Throws: ``FileFailure`` with 413 when it has more bytes than the limit.
    func all(limit: Int, watch: BlockingWatch) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(min(entry.size, Int64(limit))))
        while true {
            if watch.isAbandoned { throw FileFailure(504, "TimedOut", "The time of the call is over.") }
            let part = try next(1 << 20)
            if part.isEmpty { return bytes }
            guard bytes.count + part.count <= limit else {
                throw FileFailure(413, "FileTooLarge", "'\(entry.path.text)' has more than \(limit) bytes.")
            }
            bytes += part
        }
    }
}

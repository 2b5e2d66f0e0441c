import Glibc
import Outbound

/// Writes files so that others see the old content or the new one, and nothing between.
struct FileWriter {
    /// How the names of unfinished files begin; listings leave them out.
    static let temporaryPrefix = ".tocsin-part-"

    let root: RootFolder
    let watch: BlockingWatch
    /// The key of the call, which makes the name of the unfinished file.
    let key: String

    /// Writes a file, in the place of an older one.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - bytes: Its content.
    ///   - mustExist: Whether there must be one already.
    /// - Returns: The file as it is now.
    /// - Throws: ``FileFailure``.
    func write(_ path: FilePath, _ bytes: [UInt8], mustExist: Bool = false) throws -> FileEntry {
        guard !path.names.isEmpty else { throw FileFailure(409, "IsFolder", "The root folder is no file.") }
        let folder = try mustExist ? root.folder(path.parent) : root.makeFolder(path.parent)
        let known = try FileEntry(folder, path)
        if mustExist, known == nil { throw FileFailure.system(ENOENT, path.text) }
        if let known, !known.isFile {
            throw FileFailure(409, "NotAFile", "'\(path.text)' is a folder or a link, and is not replaced.")
        }
        try watch.begin()
        let temporary = Self.temporaryPrefix + key.prefix(32)
        unlinkat(folder.descriptor, temporary, 0)
        let file = openat(folder.descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw FileFailure.system(errno, path.text) }
        do {
            defer { close(file) }
            try Self.write(bytes, to: file, path)
            guard fsync(file) == 0 else { throw FileFailure.system(errno, path.text) }
            guard renameat(folder.descriptor, temporary, folder.descriptor, path.name) == 0 else {
                throw FileFailure.system(errno, path.text)
            }
        } catch {
            unlinkat(folder.descriptor, temporary, 0)
            throw error
        }
        guard fsync(folder.descriptor) == 0 else { throw FileFailure.system(errno, path.text) }
        guard let entry = try FileEntry(folder, path) else { throw FileFailure.system(ENOENT, path.text) }
        return entry
    }

    /// Removes a file.
    func delete(_ path: FilePath) throws {
        guard !path.names.isEmpty else { throw FileFailure(409, "IsFolder", "The root folder is no file.") }
        let folder = try root.folder(path.parent)
        guard let known = try FileEntry(folder, path) else { throw FileFailure.system(ENOENT, path.text) }
        guard !known.isFolder else { throw FileFailure.system(EISDIR, path.text) }
        try watch.begin()
        guard unlinkat(folder.descriptor, path.name, 0) == 0 else { throw FileFailure.system(errno, path.text) }
        guard fsync(folder.descriptor) == 0 else { throw FileFailure.system(errno, path.text) }
    }

    private static func write(_ bytes: [UInt8], to file: Int32, _ path: FilePath) throws {
        try bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                let count = Glibc.write(file, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw FileFailure.system(errno, path.text) }
                done += count
            }
        }
    }
}

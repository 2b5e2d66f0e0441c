import Glibc
import JSONTree
import Moments

/// A file or folder as the system describes it.
struct FileEntry: Sendable {
    let path: FilePath
    let isFolder: Bool
    let isFile: Bool
    let size: Int64
    /// When its content was changed.
    let modified: Timestamp
    /// When anything about it was changed, a move into its folder too; never before ``modified``.
    let changed: Timestamp
    private let tag: String

    init(_ path: FilePath, _ status: stat) {
        self.path = path
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isFile = status.st_mode & S_IFMT == S_IFREG
        size = Int64(status.st_size)
        modified = Self.instant(status.st_mtim)
        changed = max(modified, Self.instant(status.st_ctim))
        tag = "\"\(status.st_ino)-\(status.st_size)-\(modified.ticks)\""
    }

    /// Describes a name in an open folder, a link as a link; nil when there is none.
    init?(_ folder: OpenFolder, _ path: FilePath) throws {
        var status = stat()
        let code =
            path.names.isEmpty
            ? fstat(folder.descriptor, &status) : fstatat(folder.descriptor, path.name, &status, AT_SYMLINK_NOFOLLOW)
        if code != 0 {
            if errno == ENOENT { return nil }
            throw FileFailure.system(errno, path.text)
        }
        self.init(path, status)
    }

    private static func instant(_ time: timespec) -> Timestamp {
        Timestamp(ticks: Timestamp.unixEpoch.ticks + Int64(time.tv_sec) * 10_000_000 + Int64(time.tv_nsec) / 100)
    }

    /// The metadata as the connector gives them.
    var json: JSON {
        [
            "Id": .string(path.id), "Name": .string(path.name), "DisplayName": .string(path.name),
            "Path": .string(path.text), "LastModified": .string(modified.iso8601),
            "LastChanged": .string(changed.iso8601), "Size": .integer(isFolder ? 0 : size),
            "MediaType": isFolder ? .null : .string(MediaTypes.type(of: path.name)), "IsFolder": .bool(isFolder),
            "ETag": .string(tag), "FileLocator": .string(path.id),
        ]
    }
}

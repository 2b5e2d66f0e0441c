import Glibc

/// A folder that is open, by its descriptor.
final class OpenFolder: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}

/// The folder below which a connection may reach everything, and nothing else.
///
/// Every name of a path is opened relative to the folder before it, without following links, so that no link that somebody
/// makes in between can lead out.
struct RootFolder: Sendable {
    private let folder: OpenFolder

    /// Opens the root folder of a connection.
    ///
    /// - Parameters:
    ///   - path: Its absolute path; links on the way to it are followed, as the operator set them up.
    ///   - allowed: The folders that connections may name, or folders in them.
    ///   - closed: Folders that no connection may reach or contain, such as the server's own data.
    /// - Throws: ``FileFailure``.
    init(_ path: String, allowed: [String], closed: [String]) throws {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw FileFailure(400, "InvalidRootFolder", "The root folder of the connection is no absolute path.")
        }
        guard let real = Self.real(path) else {
            throw FileFailure(404, "RootFolderNotFound", "The root folder of the connection is not there.")
        }
        guard allowed.compactMap(Self.real).contains(where: { Self.isSame(real, orIn: $0) }) else {
            throw FileFailure(
                403,
                "RootFolderNotAllowed",
                "The operator of this server has not opened the root folder of the connection. The setting "
                    + "'files.folders' names the folders that connections may use."
            )
        }
        for other in closed.compactMap(Self.real) where Self.isSame(real, orIn: other) || Self.isSame(other, orIn: real)
        {
            throw FileFailure(403, "RootFolderNotAllowed", "The root folder holds this server's own data.")
        }
        let top = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard top >= 0 else { throw FileFailure.system(errno, "/") }
        folder = try Self.descend(OpenFolder(top), try FilePath(real))
    }

    /// Opens a folder below.
    func folder(_ path: FilePath) throws -> OpenFolder { try Self.descend(folder, path) }

    /// Opens a folder below, and makes what is missing on the way.
    func makeFolder(_ path: FilePath) throws -> OpenFolder {
        var current = folder
        for name in path.names {
            if mkdirat(current.descriptor, name, 0o750) != 0, errno != EEXIST {
                throw FileFailure.system(errno, path.text)
            }
            current = try Self.step(current, name, path)
        }
        return current
    }

    private static func descend(_ start: OpenFolder, _ path: FilePath) throws -> OpenFolder {
        try path.names.reduce(start) { try step($0, $1, path) }
    }

    private static func step(_ folder: OpenFolder, _ name: String, _ path: FilePath) throws -> OpenFolder {
        let next = openat(folder.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard next >= 0 else { throw FileFailure.system(errno, path.text) }
        return OpenFolder(next)
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isSame(_ path: String, orIn folder: String) -> Bool {
        path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
    }
}

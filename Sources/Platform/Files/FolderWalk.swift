import Glibc
import Outbound

/// Lists folders, one or with all below it, without following links.
struct FolderWalk {
    /// The most entries that one call looks at: 100,000.
    static let entryLimit = 100_000

    let root: RootFolder
    let watch: BlockingWatch
    private(set) var count = 0

    init(root: RootFolder, watch: BlockingWatch) {
        self.root = root
        self.watch = watch
    }

    /// The entries of a folder by name; links and what is neither file nor folder are left out.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - isDeep: Whether also what lies in folders below is given.
    /// - Returns: The entries.
    /// - Throws: ``FileFailure`` with 413 when there are more than the limit.
    mutating func entries(_ path: FilePath, isDeep: Bool) throws -> [FileEntry] {
        var found: [FileEntry] = []
        var open = [path]
        while let next = open.popLast() {
            if watch.isAbandoned { throw FileFailure(504, "TimedOut", "The time of the call is over.") }
            let listed: [FileEntry]
            do {
                listed = try list(next)
            } catch let failure as FileFailure where next != path && failure.status != 413 {
                // A folder below that went away or is closed to us does not spoil the rest.
                continue
            }
            found += listed
            if isDeep { open += listed.filter { $0.isFolder && $0.path.names.count < FilePath.depthLimit }.map(\.path) }
        }
        return found.sorted { $0.path.text.utf8.lexicographicallyPrecedes($1.path.text.utf8) }
    }

    private mutating func list(_ path: FilePath) throws -> [FileEntry] {
        let folder = try root.folder(path)
        // The stream closes its descriptor, so that it gets one of its own.
        let own = openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = fdopendir(own) else { throw FileFailure.system(errno, path.text) }
        defer { closedir(stream) }
        var found: [FileEntry] = []
        while let entry = readdir(stream) {
            count += 1
            guard count <= Self.entryLimit else {
                throw FileFailure(
                    413,
                    "FolderTooLarge",
                    "There are more than \(Self.entryLimit) entries in '\(path.text)' and what was looked at before it."
                )
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            guard let name, name != ".", name != "..", !name.hasPrefix(FileWriter.temporaryPrefix) else { continue }
            // What goes away while it is listed is not there.
            guard let entry = try FileEntry(folder, path.appending(listed: name)), entry.isFile || entry.isFolder else {
                continue
            }
            found.append(entry)
        }
        return found
    }
}

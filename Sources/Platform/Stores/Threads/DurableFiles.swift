import Glibc

/// Files that are whole or absent, also after a power cut.
package enum DurableFiles {
    /// Writes a file under another name, syncs it, and renames it into place; the folder is synced too.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - path: Where the file is to be; what is there is replaced.
    ///   - temporary: Where it is written, on the same file system.
    /// - Throws: ``StoreError``: `.diskFull`, `.inputOutput`; nothing is left behind then.
    package static func write(_ bytes: [UInt8], to path: String, by temporary: String) throws {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileTrouble.error("make", temporary) }
        do {
            do {
                try writeAll(bytes, descriptor, temporary)
                guard fdatasync(descriptor) == 0 else { throw FileTrouble.error("sync", temporary) }
            } catch {
                close(descriptor)
                throw error
            }
            guard close(descriptor) == 0 else { throw FileTrouble.error("close", temporary) }
            guard rename(temporary, path) == 0 else { throw FileTrouble.error("rename into place", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncFolder(parent(of: path))
    }

    private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws {
        try bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let part = UnsafeRawBufferPointer(rebasing: buffer[offset...])
                let count = Glibc.write(descriptor, part.baseAddress, part.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw FileTrouble.error("write", path)
                }
                offset += count
            }
        }
    }

    /// Reads a whole file.
    package static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileTrouble.error("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileTrouble.error("read", path) }
        var failure: StoreError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, Int(status.st_size))) { buffer, filled in
            filled = 0
            while filled < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
                let count = Glibc.read(descriptor, rest.baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    failure = FileTrouble.error("read", path)
                    return
                }
                if count == 0 { return }
                filled += count
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Makes the names in a folder durable.
    package static func syncFolder(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileTrouble.error("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileTrouble.error("sync", path) }
    }

    /// Makes what a file holds durable.
    static func syncFile(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileTrouble.error("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileTrouble.error("sync", path) }
    }

    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a folder, sorted; empty when there is no such folder.
    static func names(in path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw FileTrouble.error("list", path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

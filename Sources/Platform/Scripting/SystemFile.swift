import Glibc

/// Reading of the system's small files.
enum SystemFile {
    /// The text of a file, at most 4 MB; nil when it cannot be read.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < 4_194_304 {
            let count = read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What the system says about processes.
enum ProcessTable {
    /// The last descendant of a process by first children: the program inside of its wrappers.
    static func innermostChild(of process: pid_t) -> pid_t? {
        let parents = parentsByProcess()
        var current = process
        while let child = parents.first(where: { $0.parent == current })?.process { current = child }
        return current == process ? nil : current
    }

    /// Memory that a process holds, in bytes; nil when there is no such process.
    static func residentBytes(of process: pid_t) -> Int? {
        guard let text = SystemFile.text("/proc/\(process)/statm") else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func parentsByProcess() -> [(process: pid_t, parent: pid_t)] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var result: [(process: pid_t, parent: pid_t)] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let process = pid_t(name), let text = SystemFile.text("/proc/\(name)/stat") else { continue }
            // The program's name, in parentheses, may hold blanks; state and parent follow it.
            guard let end = text.lastIndex(of: ")") else { continue }
            let fields = text[text.index(after: end)...].split(separator: " ")
            if fields.count > 1, let parent = pid_t(fields[1]) { result.append((process, parent)) }
        }
        return result
    }
}

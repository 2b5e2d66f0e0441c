import Glibc

/// The command line that confines a worker.
///
/// The worker sees the system's libraries and itself, read-only, `/dev/null` and `/dev/urandom`; nothing else: no
/// network (a namespace of its own without interfaces), no other processes, no `/proc`, no environment but the engine's
/// settings, no rights, no way to make further namespaces. It dies with the thread that started it.
struct BubblewrapCommand {
    let bubblewrapPath: String
    let workerPath: String

    static let workerInside = "/tocsin-script"

    var arguments: [String] {
        var words = [
            bubblewrapPath, "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--disable-userns",
            "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv", "--chdir", "/",
        ]
        for (name, value) in BubblewrapCommand.environment { words += ["--setenv", name, value] }
        for folder in ["/usr/lib", "/usr/lib64"] where isFolder(folder) { words += ["--ro-bind", folder, folder] }
        words += ["--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"]
        for folder in LoadedLibraries.foldersOutsideSystem { words += ["--ro-bind", folder, folder] }
        for device in ["/dev/null", "/dev/urandom"] { words += ["--dev-bind", device, device] }
        words += ["--ro-bind", workerPath, BubblewrapCommand.workerInside]
        return words + ["--remount-ro", "/", "--", BubblewrapCommand.workerInside]
    }

    /// The engine's settings: no code generation at run time and no caged address ranges, which would reserve 134 GB of
    /// addresses; a small idea of the machine's memory, so that it collects early; neutral language and time zone.
    private static let environment = [
        ("JSC_useJIT", "0"), ("JSC_useWasm", "0"), ("GIGACAGE_ENABLED", "0"), ("JSC_forceRAMSize", "536870912"),
        ("LANG", "en_US.UTF-8"), ("TZ", "UTC"),
    ]

    private func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// Where this program's own libraries are, which the worker, built together with it, needs too.
enum LoadedLibraries {
    /// The folders of Swift's runtime libraries when they are not among the system's; none in a static build.
    static let foldersOutsideSystem: [String] = {
        guard let maps = SystemFile.text("/proc/self/maps") else { return [] }
        var folders: [String] = []
        for line in maps.split(separator: "\n") {
            guard let start = line.firstIndex(of: "/") else { continue }
            let path = line[start...]
            guard let slash = path.lastIndex(of: "/"), path[slash...].hasPrefix("/libswift"), path.hasSuffix(".so")
            else {
                continue
            }
            let folder = String(path[..<slash])
            guard !folder.hasPrefix("/usr/lib/"), !folders.contains(folder) else { continue }
            folders.append(folder)
        }
        return folders
    }()
}

/// Where the running program is.
enum ProgramFolder {
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return "." }
        let program = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "."
    }()
}

import Glibc

/// What the worker gives up by itself, on top of what it was denied from outside.
enum Confinement {
    /// No core files, no files written, few descriptors.
    static func tighten() {
        for (resource, limit) in [(RLIMIT_CORE, 0), (RLIMIT_FSIZE, 0), (RLIMIT_NOFILE, 16)] {
            var bounds = rlimit(rlim_cur: rlim_t(limit), rlim_max: rlim_t(limit))
            guard setrlimit(CInt(resource.rawValue), &bounds) == 0 else { exit(1) }
        }
    }
}

import CSpawn
import Glibc

/// Starting of a worker's process.
///
/// `posix_spawn` on the thread that drives the worker, not a general library: `--die-with-parent` is tied to the very
/// thread that spawns, so that a thread of a pool, which may end at any time, would take the worker with it.
enum WorkerSpawn {
    /// Starts a program whose standard input and output are one socket to us and which has no environment and no other
    /// descriptor of ours.
    static func spawn(_ arguments: [String]) throws(ScriptError) -> (pid_t, WorkerChannel) {
        var ends: [CInt] = [-1, -1]
        var errors: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw failure("a socket", errno) }
        guard socketpair(AF_UNIX, type, 0, &errors) == 0 else {
            let reason = errno
            for end in ends { close(end) }
            throw failure("a socket", reason)
        }
        defer {
            close(ends[1])
            close(errors[1])
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals as in a fresh process, and a group of its own: Ctrl-C at a terminal is for the server alone.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP)
        )
        var process = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        let status = posix_spawn(&process, arguments[0], &actions, &attributes, &words, &environment)
        guard status == 0 else {
            close(ends[0])
            close(errors[0])
            throw failure(arguments[0], status)
        }
        return (process, WorkerChannel(socket: ends[0], errors: errors[0]))
    }

    private static func failure(_ what: String, _ reason: CInt) -> ScriptError {
        let text = String(cString: strerror(reason))
        return ScriptError(
            .confinementUnavailable,
            "JavaScript is refused: \(what) could not be made or started: \(text)."
        )
    }
}

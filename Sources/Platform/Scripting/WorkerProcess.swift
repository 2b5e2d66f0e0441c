import Glibc

/// One confined worker process, driven by one thread.
final class WorkerProcess {
    /// The outermost process: bubblewrap.
    private let wrapper: pid_t
    /// The worker inside, for its memory.
    private let inside: pid_t
    private let channel: WorkerChannel
    /// Memory when it was idle first, in bytes.
    private let baselineBytes: Int
    private var scripts = 0
    private var isBroken = false
    private var isReaped = false

    private init(wrapper: pid_t, inside: pid_t, channel: WorkerChannel, baselineBytes: Int) {
        self.wrapper = wrapper
        self.inside = inside
        self.channel = channel
        self.baselineBytes = baselineBytes
    }

    static let cancelled = ScriptError(.cancelled, "The script was cancelled.")

    /// Starts a worker and waits until it is ready, at most ten seconds.
    static func start(_ configuration: ScriptPool.Configuration) throws(ScriptError) -> WorkerProcess {
        guard access(configuration.bubblewrapPath, X_OK) == 0 else {
            let text =
                "JavaScript is refused: bubblewrap, which confines it, is not at \(configuration.bubblewrapPath). "
            throw ScriptError(.confinementUnavailable, text + "Install the package bubblewrap.")
        }
        guard access(configuration.workerPath, X_OK) == 0 else {
            let text = "JavaScript is refused: the worker program is not at \(configuration.workerPath). "
            throw ScriptError(.confinementUnavailable, text + "Install tocsin-script beside tocsin.")
        }
        let command = BubblewrapCommand(
            bubblewrapPath: configuration.bubblewrapPath,
            workerPath: configuration.workerPath
        )
        let (wrapper, channel) = try WorkerSpawn.spawn(command.arguments)
        let deadline = ContinuousClock.now + .seconds(10)
        guard case .answer(.ready) = channel.receive(until: deadline, limit: 0, tick: { nil }),
            let inside = ProcessTable.innermostChild(of: wrapper),
            let baseline = ProcessTable.residentBytes(of: inside)
        else {
            kill(wrapper, SIGKILL)
            waitpid(wrapper, nil, 0)
            let said = channel.errorText
            channel.close()
            let reason = said.isEmpty ? "the confined worker did not start" : said
            let text = "JavaScript is refused: \(reason). Bubblewrap needs user namespaces, and /proc must be readable."
            throw ScriptError(.confinementUnavailable, text)
        }
        return WorkerProcess(wrapper: wrapper, inside: inside, channel: channel, baselineBytes: baseline)
    }

    /// Whether the process still runs, as far as the system says.
    var isAlive: Bool {
        guard !isBroken, !isReaped else { return false }
        isReaped = waitpid(wrapper, nil, WNOHANG) != 0
        return !isReaped
    }

    /// Whether it should be replaced before the next script.
    func isSpent(after scriptLimit: Int, memoryBytes: Int) -> Bool {
        if isBroken || scripts >= scriptLimit { return true }
        guard let resident = ProcessTable.residentBytes(of: inside) else { return true }
        return resident > baselineBytes + memoryBytes / 4
    }

    /// Kills the process and waits for its end.
    func end() {
        isBroken = true
        if !isReaped {
            kill(wrapper, SIGKILL)
            waitpid(wrapper, nil, 0)
            isReaped = true
        }
        channel.close()
    }

    /// Runs a script; after a failure of the worker itself, it is spent.
    func run(_ job: ScriptJob) -> ScriptJob.Outcome {
        scripts += 1
        let limits = job.limits
        // The worker stops itself at its limit; a little later it is killed.
        let deadline = ContinuousClock.now + .milliseconds(limits.milliseconds + 250)
        let memoryLimit = baselineBytes + limits.memoryBytes
        let tick: () -> ScriptError? = { [inside] in
            if job.isCancelled { return WorkerProcess.cancelled }
            // No process to be read is the end of the stream, which the channel sees.
            guard let resident = ProcessTable.residentBytes(of: inside), resident > memoryLimit else { return nil }
            return ScriptError(
                .outOfMemory,
                "The script took more than the \(limits.memoryBytes / 1_048_576) MB it may."
            )
        }
        var head: [UInt8] = []
        for number in [job.code.count, job.context.count, limits.milliseconds, limits.valueBytes] {
            WorkerChannel.append(number, to: &head)
        }
        if let failure = channel.send([head, job.code, job.context], until: deadline, tick: tick) {
            return fail(failure, limits)
        }
        switch channel.receive(until: deadline, limit: limits.valueBytes, tick: tick) {
        case .answer(let answer): return outcome(answer, limits)
        case .failure(let failure): return fail(failure, limits)
        }
    }

    private func outcome(_ answer: WorkerAnswer, _ limits: ScriptLimits) -> ScriptJob.Outcome {
        switch answer {
        case .result(let bytes): return .success(bytes)
        case .exception(let name, let message, let line):
            return .failure(ScriptError(.exception, message, name: name, line: line > 0 ? line : nil))
        case .timedOut: return .failure(timedOut(limits))
        case .tooLarge(let count):
            let text = "The script's result has \(count) bytes; at most \(limits.valueBytes) are allowed."
            return .failure(ScriptError(.tooLarge, text))
        case .ready: return fail(.closed, limits)
        }
    }

    private func fail(_ failure: WorkerChannel.Failure, _ limits: ScriptLimits) -> ScriptJob.Outcome {
        isBroken = true
        switch failure {
        case .stopped(let error): return .failure(error)
        case .timedOut: return .failure(timedOut(limits))
        case .closed:
            let text =
                "The process that ran the script ended unexpectedly. The script may have asked for too much memory."
            return .failure(ScriptError(.crashed, text))
        }
    }

    private func timedOut(_ limits: ScriptLimits) -> ScriptError {
        ScriptError(.timedOut, "The script ran longer than the \(limits.milliseconds) ms it may.")
    }
}

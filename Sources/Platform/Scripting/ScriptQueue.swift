import Dispatch
import Glibc
import Synchronization

/// The scripts that wait, and the threads that take them.
final class ScriptQueue: Sendable {
    private struct State {
        var waiting: [ScriptJob] = []
        var running: [ObjectIdentifier: ScriptJob] = [:]
        var threads = 0
        var isClosed = false
    }

    let configuration: ScriptPool.Configuration
    private let state = Mutex(State())
    /// Signalled once for each waiting job, and once for each thread on closing.
    private let work = DispatchSemaphore(value: 0)

    init(configuration: ScriptPool.Configuration) {
        self.configuration = configuration
    }

    func submit(_ job: ScriptJob) {
        let refusal: ScriptError? = state.withLock { state in
            if state.isClosed { return ScriptQueue.stopped }
            guard state.waiting.count < configuration.queueLimit else {
                let text = "\(state.waiting.count) scripts wait already, the most that may. Try again later."
                return ScriptError(.busy, text)
            }
            state.waiting.append(job)
            if state.threads < configuration.workers, state.threads < state.waiting.count + state.running.count {
                guard startThread() else {
                    state.waiting.removeLast()
                    return ScriptError(.busy, "No thread could be started for a script worker. Try again later.")
                }
                state.threads += 1
            }
            return nil
        }
        if let refusal { job.finish(.failure(refusal)) } else { work.signal() }
    }

    /// Refuses what waits and ends what runs.
    func close() {
        let (jobs, threads) = state.withLock { state in
            defer { state.waiting = [] }
            state.isClosed = true
            for job in state.running.values { job.cancel() }
            return (state.waiting, state.threads)
        }
        for job in jobs { job.finish(.failure(ScriptQueue.stopped)) }
        for _ in 0..<threads { work.signal() }
    }

    private static let stopped = ScriptError(.stopped, "The script pool was stopped.")

    private func startThread() -> Bool {
        var thread = pthread_t()
        let queue = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<ScriptQueue>.fromOpaque(argument).takeRetainedValue().serve() }
                return nil
            },
            queue.toOpaque()
        )
        guard status == 0 else {
            queue.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private enum Next {
        case job(ScriptJob)
        case idle
        case closed
    }

    private func next(waitingAtMost seconds: Double?) -> Next {
        if let seconds {
            guard work.wait(timeout: .now() + seconds) == .success else { return .idle }
        } else {
            work.wait()
        }
        return state.withLock { state in
            if state.isClosed { return .closed }
            guard !state.waiting.isEmpty else { return .idle }
            let job = state.waiting.removeFirst()
            state.running[ObjectIdentifier(job)] = job
            return .job(job)
        }
    }

    /// A thread's life: it keeps one worker, which never outlives it.
    private func serve() {
        let (seconds, attoseconds) = configuration.idleTime.components
        let idleSeconds = Double(seconds) + Double(attoseconds) / 1e18
        var worker: WorkerProcess?
        while true {
            switch next(waitingAtMost: worker == nil ? nil : idleSeconds) {
            case .closed:
                worker?.end()
                return
            case .idle:
                worker?.end()
                worker = nil
            case .job(let job):
                let outcome = run(job, in: &worker)
                let isClosed = state.withLock { state in
                    state.running[ObjectIdentifier(job)] = nil
                    return state.isClosed
                }
                job.finish(isClosed && outcome.isFailure ? .failure(ScriptQueue.stopped) : outcome)
            }
        }
    }

    private func run(_ job: ScriptJob, in worker: inout WorkerProcess?) -> ScriptJob.Outcome {
        if job.isCancelled { return .failure(WorkerProcess.cancelled) }
        if let old = worker, !old.isAlive {
            old.end()
            worker = nil
        }
        do throws(ScriptError) {
            let current: WorkerProcess
            if let warm = worker { current = warm } else { current = try WorkerProcess.start(configuration) }
            worker = current
            let outcome = current.run(job)
            if current.isSpent(after: configuration.scriptsPerWorker, memoryBytes: job.limits.memoryBytes) {
                current.end()
                worker = nil
            }
            return outcome
        } catch {
            return .failure(error)
        }
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { return true }
        return false
    }
}

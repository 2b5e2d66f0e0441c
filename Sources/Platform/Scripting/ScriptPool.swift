public import JSONTree

/// Runs JavaScript in separate, confined processes, a bounded number at a time.
///
/// The code is the body of a function that sees `workflowContext` and returns a value (workflow definition language,
/// action JavaScriptCode). Each script has an engine of its own; it has no network, no files, no timers, no `require`,
/// and its `console` is ignored. Workers are kept warm between scripts and replaced after a while, or when one was
/// killed. Without bubblewrap no script is run.
///
/// Each worker is driven by a thread of its own, never by the cooperative pool: the thread waits in system calls, and
/// the confinement ends with the thread that made it.
public final class ScriptPool: Sendable {
    /// How a pool is set up.
    public struct Configuration: Sendable, Hashable {
        /// Where the worker program `tocsin-script` is.
        public var workerPath: String
        /// Where bubblewrap is.
        public var bubblewrapPath: String
        /// How many scripts run at the same time.
        public var workers: Int
        /// How many scripts may wait; more are refused.
        public var queueLimit: Int
        /// After how many scripts a worker is replaced.
        public var scriptsPerWorker: Int
        /// After which time without work a worker is ended.
        public var idleTime: Duration

        /// Makes a configuration.
        ///
        /// - Parameters:
        ///   - workerPath: Where the worker program is; beside the running program.
        ///   - bubblewrapPath: Where bubblewrap is.
        ///   - workers: How many scripts run at the same time.
        ///   - queueLimit: How many scripts may wait; more are refused.
        ///   - scriptsPerWorker: After how many scripts a worker is replaced.
        ///   - idleTime: After which time without work a worker is ended.
        public init(
            workerPath: String = ScriptPool.workerBesideProgram,
            bubblewrapPath: String = "/usr/bin/bwrap",
            workers: Int = 2,
            queueLimit: Int = 1_000,
            scriptsPerWorker: Int = 100,
            idleTime: Duration = .seconds(60)
        ) {
            self.workerPath = workerPath
            self.bubblewrapPath = bubblewrapPath
            self.workers = max(1, workers)
            self.queueLimit = max(1, queueLimit)
            self.scriptsPerWorker = max(1, scriptsPerWorker)
            self.idleTime = idleTime
        }
    }

    /// The path of `tocsin-script` in the folder of the running program.
    public static var workerBesideProgram: String { ProgramFolder.path + "/tocsin-script" }

    private let queue: ScriptQueue

    /// Makes a pool; its workers start when they are first needed.
    ///
    /// - Parameter configuration: How the pool is set up.
    public init(configuration: Configuration = Configuration()) {
        queue = ScriptQueue(configuration: configuration)
    }

    deinit { queue.close() }

    /// Runs a script.
    ///
    /// - Parameters:
    ///   - code: The body of a function; it ends with `return value;`.
    ///   - context: The value of `workflowContext`.
    ///   - limits: Bounds on time, memory and sizes.
    /// - Returns: The value that the script returned, null for `undefined`.
    /// - Throws: `ScriptError`; with code `exception` and the script's own name, message and line when it threw.
    public func run(code: String, context: JSON, limits: ScriptLimits = .default) async throws(ScriptError) -> JSON {
        guard code.count <= limits.codeCharacters else {
            throw ScriptError(.tooLarge, "The script is longer than the \(limits.codeCharacters) characters allowed.")
        }
        let contextBytes = context.bytes()
        guard contextBytes.count <= limits.valueBytes else {
            let text =
                "The script's context has \(contextBytes.count) bytes; at most \(limits.valueBytes) are allowed. "
            throw ScriptError(.tooLarge, text + "Let the script name only the actions that it needs.")
        }
        let job = ScriptJob(code: Array(code.utf8), context: contextBytes, limits: limits)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                job.whenDone(continuation)
                queue.submit(job)
            }
        } onCancel: {
            job.cancel()
        }
        let bytes = try outcome.get()
        do {
            return try JSON.parse(bytes)
        } catch {
            throw ScriptError(.invalidResult, "The script returned a value that is no usable JSON: \(error.message)")
        }
    }

    /// Ends all workers; scripts that wait or run get an error.
    public func stop() { queue.close() }
}

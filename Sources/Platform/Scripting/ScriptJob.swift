import Synchronization

/// One script on its way through the pool.
final class ScriptJob: Sendable {
    typealias Outcome = Result<[UInt8], ScriptError>

    let code: [UInt8]
    /// The JSON text of `workflowContext`.
    let context: [UInt8]
    let limits: ScriptLimits

    private let cancelled = Atomic(false)
    private let waiter = Mutex<CheckedContinuation<Outcome, Never>?>(nil)

    init(code: [UInt8], context: [UInt8], limits: ScriptLimits) {
        self.code = code
        self.context = context
        self.limits = limits
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    func cancel() { cancelled.store(true, ordering: .relaxed) }

    func whenDone(_ continuation: CheckedContinuation<Outcome, Never>) {
        waiter.withLock { $0 = continuation }
    }

    /// Tells the waiting task; only the first outcome counts.
    func finish(_ outcome: Outcome) {
        let continuation = waiter.withLock { waiter in
            defer { waiter = nil }
            return waiter
        }
        continuation?.resume(returning: outcome)
    }
}

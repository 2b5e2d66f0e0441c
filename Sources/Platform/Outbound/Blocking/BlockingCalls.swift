import NIOPosix
import Synchronization

/// Threads for calls that block, such as those of C libraries; never the threads that serve everybody.
///
/// A call that is not done at its deadline is left behind: its caller goes on at once, and its thread comes back when the
/// library lets it.
public final class BlockingCalls: Sendable {
    private let threads: NIOThreadPool

    /// Makes the threads, which live as long as the process.
    ///
    /// - Parameter count: How many calls may block at a time; others wait, and their time runs.
    public init(count: Int) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    /// Runs the body on one of the threads.
    ///
    /// - Parameters:
    ///   - timeout: The time for it, waiting included.
    ///   - body: What blocks; it tells the watch when it begins to have an effect.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws; ``OutboundError`` with `.timedOut` or `.cancelled`, which is certainly not sent as
    ///   long as the body has not said that it began.
    public func run<Value: Sendable>(
        timeout: Duration,
        _ body: @escaping @Sendable (BlockingWatch) throws -> Value
    ) async throws -> Value {
        let watch = BlockingWatch(deadline: .now + timeout)
        let once = Once<Value>()
        let alarm = Task {
            try await Task.sleep(until: watch.deadline)
            once.resume(.failure(watch.abandon(.timedOut)))
        }
        defer { alarm.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                once.wait(continuation)
                threads.submit { state in
                    guard case .active = state, !watch.isAbandoned else {
                        return once.resume(.failure(watch.abandon(.cancelled)))
                    }
                    once.resume(Result { try body(watch) })
                }
            }
        } onCancel: {
            once.resume(.failure(watch.abandon(.cancelled)))
        }
    }
}

/// What a blocking call and its caller know of each other.
public final class BlockingWatch: Sendable {
    private struct State {
        var hasBegun = false
        var isAbandoned = false
        var interrupt: (@Sendable () -> Void)?
    }

    /// When the caller stops to wait.
    public let deadline: ContinuousClock.Instant
    private let state = Mutex(State())

    init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

    /// Whether the caller has gone on without the answer.
    public var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// The time that is left, at least a millisecond.
    public var remaining: Duration { max(.milliseconds(1), deadline - .now) }

    /// Says that from here on something may have happened outside.
    ///
    /// - Throws: ``OutboundError`` when the caller has gone: nothing must begin any more.
    public func begin() throws {
        let isAbandoned = state.withLock { state in
            if !state.isAbandoned { state.hasBegun = true }
            return state.isAbandoned
        }
        if isAbandoned { throw Self.error(.cancelled, hasBegun: false) }
    }

    /// Keeps how the call can be interrupted from another thread; nil when it no longer can.
    public func interrupt(by action: (@Sendable () -> Void)?) {
        state.withLock { $0.interrupt = action }
    }

    func abandon(_ code: OutboundError.Code) -> OutboundError {
        state.withLock { state in
            if !state.isAbandoned { state.interrupt?() }
            state.isAbandoned = true
            return Self.error(code, hasBegun: state.hasBegun)
        }
    }

    private static func error(_ code: OutboundError.Code, hasBegun: Bool) -> OutboundError {
        OutboundError(
            code: code,
            message: code == .timedOut
                ? "The time of the call is over before its answer was complete." : "The call was cancelled.",
            certainlyNotSent: !hasBegun
        )
    }
}

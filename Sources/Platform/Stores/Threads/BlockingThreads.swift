/// A few threads for calls that block on the file system, with a bounded queue before them.
package final class BlockingThreads: @unchecked Sendable {
    // `state` is touched only while `gate` is locked; the rest is constant.
    private let gate = Gate()
    private var state = State()
    private let name: String
    private let threadLimit: Int
    private let queueLimit: Int

    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var head = 0
        var threads = 0
        var asleep = 0

        mutating func popFirst() -> (@Sendable () -> Void)? {
            guard head < waiting.count else { return nil }
            let work = waiting[head]
            head += 1
            if head == waiting.count {
                waiting.removeAll()
                head = 0
            }
            return work
        }
    }

    package init(_ name: String, threads: Int, queueLimit: Int) {
        self.name = name
        threadLimit = max(1, threads)
        self.queueLimit = queueLimit
    }

    /// Runs work that blocks, away from the cooperative pool.
    ///
    /// - Throws: ``StoreError/Code/overloaded`` when too much waits; what the work throws.
    package func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let isAccepted = gate.locked {
                guard state.waiting.count - state.head < queueLimit else { return false }
                state.waiting.append { continuation.resume(with: Result { try work() }) }
                if state.asleep > 0 {
                    gate.wakeOne()
                } else if state.threads < threadLimit {
                    state.threads += 1
                    OwnThread.start(name) { self.serve() }
                }
                return true
            }
            if !isAccepted {
                continuation.resume(
                    throwing: StoreError(.overloaded, "\(queueLimit) file operations wait already; try again later.")
                )
            }
        }
    }

    private func serve() {
        while let work = next() { work() }
    }

    /// The next work; nil when this thread is to end, which is noted then.
    private func next() -> (@Sendable () -> Void)? {
        gate.locked {
            while true {
                if let work = state.popFirst() { return work }
                let start = MonotonicTime.nanoseconds
                state.asleep += 1
                gate.wait(atMost: Self.patience)
                state.asleep -= 1
                if state.head == state.waiting.count, MonotonicTime.nanoseconds - start >= Self.patience {
                    state.threads -= 1
                    return nil
                }
            }
        }
    }

    /// How long a thread waits for more before it ends.
    private static let patience: UInt64 = 10_000_000_000
}

import Dispatch
import Foundation
import Synchronization

/// Work that blocks, on a thread of its own: never on the cooperative pool, whose threads others need.
enum OwnThread {
    /// The stack of such a thread: 16 MiB, because values nest deep.
    static let stackBytes = 16_777_216

    /// Runs work that may block, and waits for it without blocking.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: work()) }
            thread.stackSize = stackBytes
            thread.name = "rehearsal"
            thread.start()
        }
    }

    /// Blocks the thread until asynchronous work is done; only for threads that ``run(_:)`` has made.
    static func wait<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) -> Result {
        let box = Box<Result>()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            box.put(await work())
            done.signal()
        }
        while true {
            done.wait()
            if let result = box.take() { return result }
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        private let value = Mutex<Value?>(nil)

        func put(_ new: Value) { value.withLock { $0 = new } }
        func take() -> Value? { value.withLock { $0 } }
    }
}

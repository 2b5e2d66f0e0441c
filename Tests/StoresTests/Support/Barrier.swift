import Dispatch
import Stores

/// Holds up the committer until it is opened, so that a test can fill the queues first.
final class Barrier: Sendable {
    private let reached = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    /// Submits work that waits; returns when the committer stands in it.
    static func stand(in store: any StoreEngine) async -> Barrier {
        let barrier = Barrier()
        store.submit(.rest, { _ in barrier.stop() }, whenDone: { _ in })
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                barrier.reached.wait()
                continuation.resume()
            }
        }
        return barrier
    }

    private func stop() {
        reached.signal()
        opened.wait()
    }

    func open() { opened.signal() }
}

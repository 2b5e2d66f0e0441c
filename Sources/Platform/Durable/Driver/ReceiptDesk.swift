import Synchronization

/// Keeps who waits to hear that an input is durable.
final class ReceiptDesk: Sendable {
    typealias Completion = @Sendable (Result<RunHeader, DurableError>) -> Void

    private struct Desk {
        var next: ReceiptNumber = 1
        var waiting: [ReceiptNumber: Completion] = [:]
        var isClosed = false
    }

    private let desk = Mutex(Desk())

    /// Takes a completion in; nil when the desk is closed.
    func admit(_ completion: @escaping Completion) -> ReceiptNumber? {
        desk.withLock { desk in
            guard !desk.isClosed else { return nil }
            let number = desk.next
            desk.next += 1
            desk.waiting[number] = completion
            return number
        }
    }

    func acknowledge(_ receipt: ReceiptNumber, _ result: Result<RunHeader, DurableError>) {
        let completion = desk.withLock { $0.waiting.removeValue(forKey: receipt) }
        completion?(result)
    }

    /// Lets nobody in any more, and tells everyone who waits.
    func close() {
        let waiting = desk.withLock { desk -> [Completion] in
            desk.isClosed = true
            let all = desk.waiting.sorted { $0.key < $1.key }.map(\.value)
            desk.waiting = [:]
            return all
        }
        for completion in waiting { completion(.failure(Self.stopped)) }
    }

    /// Lets nobody in any more; those who wait still hear of their commits.
    func closeDoor() {
        desk.withLock { $0.isClosed = true }
    }

    static let stopped = DurableError(.stopped, "The server is shutting down; send the request again when it is back.")
}

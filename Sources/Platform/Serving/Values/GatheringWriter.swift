import Synchronization

/// A writer that keeps what it is given.
final class GatheringWriter: BodyWriter {
    private let gathered = Mutex<[UInt8]>([])

    var bytes: [UInt8] { gathered.withLock { $0 } }

    func write(_ bytes: [UInt8]) async throws { gathered.withLock { $0 += bytes } }
}

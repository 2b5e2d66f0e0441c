import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A page of shared memory, backed by a file, that says which run each shard is working on.
///
/// It costs a store instruction a step and survives the end of the process, however it comes: the next start reads which runs were
/// being worked on and counts that against them.
public final class SteppingMarker: Sendable {
    /// The most shards that a page has room for.
    public static let capacity = 64

    // Sendable by proof: the pointer never changes, each shard writes only its own aligned word, and nobody else reads the words while the process lives.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Int64>

    /// The runs that were being worked on when the last process ended; empty after a clean end.
    public let suspects: [RunNumber]

    /// Maps the page, reading what the last process left in it.
    ///
    /// - Parameter path: the file; made when absent.
    /// - Throws: `DurableError` with code `storage`.
    public init(path: String) throws(DurableError) {
        let size = Self.capacity * MemoryLayout<Int64>.size
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DurableError(
                .storage,
                "The file \(path) cannot be opened (errno \(errno)). Check the data folder's owner and mode."
            )
        }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(size)) == 0,
            let page = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), page != MAP_FAILED
        else {
            throw DurableError(.storage, "The file \(path) cannot be mapped (errno \(errno)).")
        }
        words = page.bindMemory(to: Int64.self, capacity: Self.capacity)
        var found: [RunNumber] = []
        for index in 0..<Self.capacity where words[index] != 0 {
            found.append(RunNumber(words[index]))
            words[index] = 0
        }
        suspects = found
    }

    deinit {
        munmap(words, Self.capacity * MemoryLayout<Int64>.size)
    }

    /// Notes what a shard works on; nil: nothing.
    func set(_ run: RunNumber?, shard: Int) {
        words[shard % Self.capacity] = run?.value ?? 0
    }
}

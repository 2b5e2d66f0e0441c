import Synchronization

/// Which blobs a commit in flight may name, so that collecting garbage leaves them alone.
///
/// A collection reads which blobs the rows name, and then removes the others. A blob whose row is committed after that
/// reading must not be removed; it was pinned at some time during the collection. So every name that is pinned while a
/// collection runs, or was when it began, is spared by it.
final class BlobPinTable: Sendable {
    private struct State {
        var pins: [BlobKey: Int] = [:]
        /// What the collection that runs must spare; nil when none runs.
        var spared: Set<BlobKey>?
        /// Backups that copy files just now.
        var holders = 0
    }

    private let state = Mutex(State())

    func pin(_ key: BlobKey) {
        state.withLock {
            $0.pins[key, default: 0] += 1
            $0.spared?.insert(key)
        }
    }

    func unpin(_ key: BlobKey) {
        state.withLock {
            guard let count = $0.pins[key] else { return }
            $0.pins[key] = count == 1 ? nil : count - 1
        }
    }

    /// Begins a collection; false when one runs already or a backup copies files.
    func beginCollection() -> Bool {
        state.withLock {
            guard $0.spared == nil, $0.holders == 0 else { return false }
            $0.spared = Set($0.pins.keys)
            return true
        }
    }

    func endCollection() {
        state.withLock { $0.spared = nil }
    }

    /// Removes a file unless it must be spared, so that no pin can come in between.
    ///
    /// - Returns: What `remove` gave; false when the blob is spared.
    func removing(_ key: BlobKey, _ remove: () throws -> Bool) rethrows -> Bool {
        try state.withLock {
            guard let spared = $0.spared, !spared.contains(key), $0.pins[key] == nil else { return false }
            return try remove()
        }
    }

    /// Keeps collections away while files are copied; false while one runs.
    func beginHolding() -> Bool {
        state.withLock {
            guard $0.spared == nil else { return false }
            $0.holders += 1
            return true
        }
    }

    func endHolding() {
        state.withLock { $0.holders -= 1 }
    }
}

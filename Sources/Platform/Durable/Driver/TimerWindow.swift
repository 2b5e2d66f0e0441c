import Moments

/// The near part of all timers, kept in memory; the rest waits in the store.
///
/// All stored timers due before `horizon` are in the window. It holds at most twice `capacity`; when more would be near, the
/// horizon draws closer instead.
struct TimerWindow: Sendable {
    struct Name: Hashable, Sendable {
        var run: RunNumber
        var key: TimerKey
    }

    /// How many timers are loaded at a time: at most 10,000 stay in memory.
    let capacity: Int
    /// How far ahead timers are loaded.
    static let lookAhead = TimeSpan(ticks: 30 * 60 * 10_000_000)
    /// How close the horizon may come before more is loaded.
    static let lead = TimeSpan(ticks: 60 * 10_000_000)

    private(set) var horizon: Timestamp
    private(set) var asked: Timestamp?
    /// Whether timers were dropped since the store was asked: then the answer may lack one of them.
    private var isAnswerStale = false
    private var heap: [StoredTimer] = []
    private var live: [Name: Timestamp] = [:]
    /// Timers that were delivered and are still in the store until the commit that clears them.
    private var firing: Set<Name> = []

    init(capacity: Int) {
        self.capacity = capacity
        self.horizon = Timestamp(ticks: 0)
    }

    var count: Int { live.count }
    var isEmpty: Bool { live.isEmpty }

    /// The instant of the earliest timer in memory.
    var next: Timestamp? { heap.first?.due }

    /// What to ask of the store now, from the horizon on; nil when the window reaches far enough or is full.
    mutating func refill(now: Timestamp) -> Timestamp? {
        // With a full window the horizon may lie near: what is in memory comes first, and makes room by firing.
        guard asked == nil, live.count < capacity,
            horizon < now + Self.lead
                || (live.count < capacity / 4 && horizon < now + TimeSpan(ticks: Self.lookAhead.ticks / 2))
        else { return nil }
        let bound = now + Self.lookAhead
        asked = bound
        isAnswerStale = false
        return bound
    }

    /// Takes what the store gave for the last `refill`: the timers from the horizon of that moment on.
    mutating func loaded(_ timers: [StoredTimer], before bound: Timestamp, isComplete: Bool) {
        asked = nil
        guard !isAnswerStale else {
            dropBeyondHorizon()
            return
        }
        for timer in timers {
            let name = Name(run: timer.run, key: timer.key)
            if firing.contains(name) || live[name] != nil { continue }
            insert(timer, name)
        }
        horizon = isComplete ? bound : (timers.last?.due ?? bound)
        dropBeyondHorizon()
        shrink()
    }

    mutating func loadFailed() {
        asked = nil
        dropBeyondHorizon()
    }

    /// Drops what was set beyond the horizon while the store was asked: a window full of such timers would let in no nearer ones.
    private mutating func dropBeyondHorizon() {
        guard heap.contains(where: { $0.due > horizon }) else { return }
        for timer in heap where timer.due > horizon {
            let name = Name(run: timer.run, key: timer.key)
            if live[name] == timer.due { live[name] = nil }
        }
        // A sorted list is a heap, too.
        heap = heap.filter { $0.due <= horizon }.sorted()
    }

    mutating func set(run: RunNumber, key: TimerKey, due: Timestamp) {
        let name = Name(run: run, key: key)
        firing.remove(name)
        guard due < max(horizon, asked ?? horizon) else {
            live[name] = nil
            return
        }
        insert(StoredTimer(due: due, run: run, key: key), name)
        shrink()
    }

    /// Makes a stored timer near again that was delivered in vain: its run could not be read, or was kept from running.
    mutating func restore(_ timer: StoredTimer) {
        guard live[Name(run: timer.run, key: timer.key)] == nil else { return }
        set(run: timer.run, key: timer.key, due: timer.due)
    }

    mutating func clear(run: RunNumber, key: TimerKey) {
        let name = Name(run: run, key: key)
        live[name] = nil
        firing.remove(name)
    }

    /// Takes the earliest timer if it is due.
    mutating func pop(now: Timestamp) -> StoredTimer? {
        while let first = heap.first {
            let name = Name(run: first.run, key: first.key)
            guard live[name] == first.due else {
                removeFirst()
                continue
            }
            guard first.due <= now else { return nil }
            removeFirst()
            live[name] = nil
            firing.insert(name)
            return first
        }
        return nil
    }

    private mutating func insert(_ timer: StoredTimer, _ name: Name) {
        live[name] = timer.due
        heap.append(timer)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[smallest] {
                smallest = child
            }
            guard smallest != parent else { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }

    /// Drops stale entries, and the farthest timers when too many are near.
    private mutating func shrink() {
        guard heap.count > 2 * capacity else { return }
        var kept = heap.filter { live[Name(run: $0.run, key: $0.key)] == $0.due }
        kept.sort()
        if kept.count > capacity {
            horizon = min(horizon, kept[capacity].due)
            isAnswerStale = true
            for timer in kept[capacity...] { live[Name(run: timer.run, key: timer.key)] = nil }
            kept.removeSubrange(capacity...)
            // Those due exactly at the new horizon are read again.
            while let last = kept.last, last.due >= horizon, kept.count > 1, kept[0].due < horizon {
                live[Name(run: last.run, key: last.key)] = nil
                kept.removeLast()
            }
        }
        heap = kept
    }
}

import Durable
import Moments
import Synchronization

/// Callers who wait for the Response of a run, or for its end.
final class WaitingCallers: Sendable {
    private struct Caller {
        var number: Int
        var deadline: ContinuousClock.Instant
        var reply: RunReply?
        var continuation: CheckedContinuation<RunReply, Never>?
    }

    private struct State {
        var callers: [RunNumber: [Caller]] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    /// A place among those who wait; take it before the run starts, so that no answer is missed.
    struct Place: Sendable, Hashable {
        var run: RunNumber
        var number: Int
    }

    func register(_ run: RunNumber, patience: Duration) -> Place {
        state.withLock { state in
            state.last += 1
            state.callers[run, default: []].append(Caller(number: state.last, deadline: .now + patience))
            return Place(run: run, number: state.last)
        }
    }

    /// Waits for the answer; call it once for a place.
    ///
    /// Cancellation ends it as if the time were over.
    func reply(_ place: Place) async -> RunReply {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let reply = state.withLock { state -> RunReply? in
                    guard let index = Self.index(place, state) else { return .timedOut }
                    if let reply = state.callers[place.run]?[index].reply {
                        Self.remove(place, index, &state)
                        return reply
                    }
                    state.callers[place.run]?[index].continuation = continuation
                    return nil
                }
                if let reply { continuation.resume(returning: reply) }
            }
        } onCancel: {
            answer(place, .timedOut)
        }
    }

    /// Gives a place up.
    func leave(_ place: Place) { answer(place, .timedOut, isLeaving: true) }

    private func answer(_ place: Place, _ reply: RunReply, isLeaving: Bool = false) {
        let continuation = state.withLock { state -> CheckedContinuation<RunReply, Never>? in
            guard let index = Self.index(place, state) else { return nil }
            let continuation = state.callers[place.run]?[index].continuation
            if continuation == nil, !isLeaving {
                state.callers[place.run]?[index].reply = reply
            } else {
                Self.remove(place, index, &state)
            }
            return continuation
        }
        continuation?.resume(returning: reply)
    }

    /// Tells all who wait for a run.
    func answer(_ run: RunNumber, _ reply: RunReply) {
        let waiting = state.withLock { state -> [CheckedContinuation<RunReply, Never>] in
            guard let callers = state.callers[run] else { return [] }
            var rest: [Caller] = []
            var resumed: [CheckedContinuation<RunReply, Never>] = []
            for var caller in callers {
                if let continuation = caller.continuation {
                    resumed.append(continuation)
                } else {
                    caller.reply = caller.reply ?? reply
                    rest.append(caller)
                }
            }
            state.callers[run] = rest.isEmpty ? nil : rest
            return resumed
        }
        for continuation in waiting { continuation.resume(returning: reply) }
    }

    /// Ends the wait of those whose time is over; call it now and then.
    func expire() {
        let now = ContinuousClock.now
        let expired = state.withLock { state -> [CheckedContinuation<RunReply, Never>] in
            var expired: [CheckedContinuation<RunReply, Never>] = []
            for (run, callers) in state.callers where callers.contains(where: { $0.deadline <= now }) {
                expired += callers.filter { $0.deadline <= now }.compactMap(\.continuation)
                // A caller on the way to its continuation finds no place, which counts as timed out.
                let rest = callers.filter { $0.deadline > now }
                state.callers[run] = rest.isEmpty ? nil : rest
            }
            return expired
        }
        for continuation in expired { continuation.resume(returning: .timedOut) }
    }

    /// How many wait.
    var count: Int { state.withLock { $0.callers.values.reduce(0) { $0 + $1.count } } }

    private static func index(_ place: Place, _ state: State) -> Int? {
        state.callers[place.run]?.firstIndex { $0.number == place.number }
    }

    private static func remove(_ place: Place, _ index: Int, _ state: inout State) {
        state.callers[place.run]?.remove(at: index)
        if state.callers[place.run]?.isEmpty == true { state.callers[place.run] = nil }
    }
}

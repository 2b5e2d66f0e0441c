public import Moments
import Outbound
import Synchronization

/// What all calls of a connection share: the turns of its calls, the pause that a service has asked for, and the breaker.
///
/// It is in memory only: a server that starts begins anew. Waiting holds no thread.
public final class ConnectionTraffic: Sendable {
    /// How a connection stands.
    public struct Figures: Sendable, Hashable {
        /// Whose it is.
        public let tenant: String
        /// The connection's name in small letters.
        public let connection: String
        /// `closed`, `open` or `halfOpen`.
        public let circuit: String
        /// Failures in a row.
        public let failures: Int
        /// When calls are made again, where the circuit is open or the service has asked for a pause.
        public let pausedUntil: Timestamp?
        /// Calls that wait for their turn.
        public let waiting: Int
        /// Calls that were refused because too many wait, since the start.
        public let refused: Int
    }

    struct Place: Hashable, Sendable {
        let tenant: String
        let name: String
    }

    private struct Lane {
        var bucket: TokenBucket?
        var closedUntil: Timestamp?
        var breaker = CircuitBreaker()
        var waiting = 0
        var refused = 0
    }

    private struct State {
        var lanes: [Place: Lane] = [:]
        var connectors: [Place: TokenBucket] = [:]
    }

    /// The most calls of a connection that wait for their turn: 1,000; more are refused, as a service refuses with 429.
    public static let waitingLimit = 1_000
    /// The most connections that are known at once: 10,000; beyond, those whose circuit is closed and for which nobody waits are
    /// forgotten.
    public static let placesLimit = 10_000
    /// The longest pause that a service can ask for: a day.
    public static let pauseLimit = TimeSpan.seconds(86_400)

    private let state = Mutex(State())
    let clock: any WallClock
    private let sleep: @Sendable (TimeSpan) async throws -> Void

    /// Knows nothing yet.
    ///
    /// - Parameters:
    ///   - clock: The present.
    ///   - sleep: How it waits; nil: as long as it takes, and no time at all by a virtual clock.
    public init(clock: any WallClock, sleep: (@Sendable (TimeSpan) async throws -> Void)? = nil) {
        self.clock = clock
        let isVirtual = clock is VirtualClock
        self.sleep = sleep ?? { if !isVirtual { try await Task.sleep(for: $0.duration) } }
    }

    /// Waits until a call may be made.
    ///
    /// - Throws: `OutboundError`: `.circuitOpen`, or `.throttled` when the turn does not come within the time of the call or too many
    ///   wait; nothing was sent.
    func admit(_ lane: LaneRules, timeout: Duration) async throws {
        let start = clock.now
        let deadline = start + TimeSpan(timeout)
        var waited = TimeSpan.zero
        while true {
            // What was waited has passed, also by a clock that stands still or was set back.
            let wait = try turn(lane, now: max(clock.now, start + waited), deadline: deadline)
            guard wait > .zero else { return }
            do {
                try await sleep(wait)
            } catch {
                leave(lane)
                throw OutboundError(
                    code: .cancelled,
                    message: "The call was cancelled while it waited for its turn.",
                    certainlyNotSent: true
                )
            }
            waited = waited + wait
            let now = max(clock.now, start + waited)
            state.withLock { $0.lanes[lane.place]?.waiting -= 1 }
            // The pause that was waited for may have become longer meanwhile: then the turn is for another.
            let isOver = state.withLock { $0.lanes[lane.place]?.closedUntil }.map { $0 <= now } ?? true
            if isOver { return try pass(lane, now: now) }
            giveBack(lane)
        }
    }

    /// What came of a call.
    func note(_ result: Result<OutboundResponse, any Error>, _ lane: LaneRules) {
        let now = clock.now
        state.withLock { state in
            var one = state.lanes[lane.place] ?? Lane()
            switch Self.verdict(result) {
            case .good: one.breaker.succeeded()
            case .bad: one.breaker.failed(lane.breaker, now: now)
            case .untold: one.breaker.untold(now: now)
            }
            if case .success(let response) = result, let pause = Self.pause(response, now: now) {
                one.closedUntil = max(one.closedUntil ?? now, now + min(pause, Self.pauseLimit))
            }
            state.lanes[lane.place] = one
        }
    }

    /// How a connection stands; nil when it has made no call yet.
    public func figures(of connection: Connection) -> Figures? {
        let place = Place(tenant: connection.tenant, name: connection.name.lowercased())
        return state.withLock { $0.lanes[place] }.map { figures(place, $0) }
    }

    /// How all connections stand that have made calls, by tenant and name.
    public var figures: [Figures] {
        state.withLock { $0.lanes }.map { figures($0.key, $0.value) }
            .sorted { ($0.tenant, $0.connection) < ($1.tenant, $1.connection) }
    }

    /// Forgets a connection that was changed: its circuit is closed, and its limit begins anew.
    public func forget(_ connection: Connection) {
        let place = Place(tenant: connection.tenant, name: connection.name.lowercased())
        state.withLock { state in
            guard var lane = state.lanes[place] else { return }
            lane.bucket = nil
            lane.closedUntil = nil
            lane.breaker = CircuitBreaker()
            state.lanes[place] = lane.waiting == 0 ? nil : lane
        }
    }

    // MARK: - Turns

    /// How long a call has to wait; it counts as waiting when that is more than nothing.
    private func turn(_ rules: LaneRules, now: Timestamp, deadline: Timestamp) throws -> TimeSpan {
        try state.withLock { state in
            Self.makeRoom(&state)
            var lane = state.lanes[rules.place] ?? Lane()
            defer { state.lanes[rules.place] = lane }
            if case .open(let until) = lane.breaker.state, now < until, rules.breaker.failures > 0 {
                throw Self.suspended(rules, lane.breaker)
            }
            let patience = deadline - now
            let pause = lane.closedUntil.map { max(.zero, $0 - now) } ?? .zero
            if pause == .zero { lane.closedUntil = nil }
            if let limit = rules.limit, lane.bucket?.limit != limit { lane.bucket = TokenBucket(limit, now: now) }
            if rules.limit == nil { lane.bucket = nil }
            var shared = rules.connectorLimit.map { limit in
                state.connectors[rules.connector].flatMap { $0.limit == limit ? $0 : nil }
                    ?? TokenBucket(limit, now: now)
            }
            var mine = lane.bucket
            let own = mine == nil ? TimeSpan.zero : mine?.take(now: now, waitingAtMost: patience)
            let common = shared == nil ? TimeSpan.zero : shared?.take(now: now, waitingAtMost: patience)
            guard pause <= patience, let own, let common else {
                lane.refused += 1
                throw Self.throttled(rules, "its turn does not come within the time of the call")
            }
            let wait = max(pause, own, common)
            if wait > .zero {
                guard lane.waiting < Self.waitingLimit else {
                    lane.refused += 1
                    throw Self.throttled(rules, "\(Self.waitingLimit) calls wait for their turn already")
                }
                lane.waiting += 1
            } else if !lane.breaker.admits(rules.breaker, now: now) {
                throw Self.suspended(rules, lane.breaker)
            }
            lane.bucket = mine
            if let shared { state.connectors[rules.connector] = shared }
            return wait
        }
    }

    /// The last look at the breaker after a wait.
    private func pass(_ rules: LaneRules, now: Timestamp) throws {
        try state.withLock { state in
            guard state.lanes[rules.place] != nil else { return }
            guard state.lanes[rules.place]?.breaker.admits(rules.breaker, now: now) == true else {
                throw Self.suspended(rules, state.lanes[rules.place]?.breaker)
            }
        }
    }

    private func leave(_ rules: LaneRules) {
        state.withLock { $0.lanes[rules.place]?.waiting -= 1 }
        giveBack(rules)
    }

    private func giveBack(_ rules: LaneRules) {
        state.withLock { state in
            state.lanes[rules.place]?.bucket?.giveBack()
            state.connectors[rules.connector]?.giveBack()
        }
    }

    private static func makeRoom(_ state: inout State) {
        guard state.lanes.count >= placesLimit else { return }
        state.lanes = state.lanes.filter { $0.value.waiting > 0 || $0.value.breaker.failures > 0 }
        state.connectors = [:]
    }

    private func figures(_ place: Place, _ lane: Lane) -> Figures {
        var until = lane.closedUntil.flatMap { $0 > clock.now ? $0 : nil }
        let word: String
        switch lane.breaker.state {
        case .closed: word = "closed"
        case .halfOpen: word = "halfOpen"
        case .open(let end):
            word = "open"
            until = max(end, until ?? end)
        }
        return Figures(
            tenant: place.tenant,
            connection: place.name,
            circuit: word,
            failures: lane.breaker.failures,
            pausedUntil: until,
            waiting: lane.waiting,
            refused: lane.refused
        )
    }
}

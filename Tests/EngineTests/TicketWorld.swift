import Durable
import Engine
import JSONTree
import Moments
import Playbooks

/// A world of unkind services: a ticket service that indexes late and may create after the caller has hung up, and one that honours keys.
///
/// It keeps its own account of what really happened; the answers depend only on what was asked, so that faults change no result.
final class TicketWorld: SimulatedWorld {
    typealias M = WorkflowMachine

    struct Ticket {
        var alert: String
        var created: Timestamp
    }

    var random: SeededRandom
    let isUnkind: Bool
    private(set) var tickets: [Ticket] = []
    private(set) var patches: [String: Int] = [:]
    private(set) var calls = 0
    /// Unkind answers so far: a call gets at most three, so that its retries outlast them.
    private var failures: [String: Int] = [:]
    private(set) var ended: [RunNumber: Int] = [:]

    /// How late the ticket list shows a ticket, and how late a ticket may come into being.
    static let latest = TimeSpan.seconds(120)
    static let delay = TimeSpan.seconds(180)

    init(seed: UInt64, isUnkind: Bool) {
        random = SeededRandom(seed: seed &+ 77)
        self.isUnkind = isUnkind
    }

    func published(_ publication: RunPublication, by run: RunHeader) {
        if case .ended = publication { ended[run.number, default: 0] += 1 }
    }

    func perform(
        _ effect: ActionEffect,
        run: RunHeader,
        flight: FlightNumber,
        now: Timestamp,
        seen: Timestamp
    ) -> [(after: TimeSpan, input: RunInput)] {
        calls += 1
        let outcome = outcome(effect, now: now, seen: seen)
        var replies = [
            (after: TimeSpan(ticks: Int64(random.below(20_000_000))), input: RunInput.landed(flight, outcome))
        ]
        if isUnkind, random.chance(0.1) { replies.append((after: .seconds(3), input: .landed(flight, outcome))) }
        return replies
    }

    private func outcome(_ effect: ActionEffect, now: Timestamp, seen: Timestamp) -> EffectOutcome {
        if effect.node.name == "Create_ticket" { return ticket(effect, now: now, seen: seen) }
        if isUnkind, failures[effect.executionKey, default: 0] < 3 {
            failures[effect.executionKey, default: 0] += 1
            switch random.below(6) {
            case 0: return .unreachable(RunError("ConnectionFailed", "refused"))
            case 1: return .answered(.init(status: 503, headers: ["Retry-After": "2"], body: nil))
            default: break
            }
        }
        let body = effect.inputs["body"] ?? .null
        if effect.node.name.hasPrefix("Update") { patches[effect.executionKey] = 1 }
        return .answered(.init(status: 200, headers: .object(JSONObject()), body: ["echo": body]))
    }

    private func ticket(_ effect: ActionEffect, now: Timestamp, seen: Timestamp) -> EffectOutcome {
        let alert = effect.inputs["body"]?["alert"]?.stringValue ?? ""
        let created: EffectOutcome = .answered(
            .init(status: 201, headers: .object(JSONObject()), body: ["ticket": .string(alert)])
        )
        if case .lookup(let since) = effect.kind {
            if tickets.contains(where: { $0.alert == alert && $0.created + Self.latest <= now }) {
                return .found(.init(status: 201, headers: .object(JSONObject()), body: ["ticket": .string(alert)]))
            }
            return seen >= (effect.lastAttempt ?? since) + Self.latest + Self.delay ? .absent : .undecided
        }
        guard effect.holdsKey else { return .needsKey("tickets/\(alert)") }
        let doubtful = EffectOutcome.doubtful(
            RunError("LostReply", "No answer came."),
            status: nil,
            delay: Self.latest + Self.delay
        )
        if effect.isResend { return doubtful }
        guard isUnkind else {
            tickets.append(Ticket(alert: alert, created: now))
            return created
        }
        switch random.below(8) {
        case 0: return .answered(.init(status: 429, headers: ["Retry-After": "7"], body: nil))
        case 1: return .doubtful(nil, status: 500, delay: Self.latest + Self.delay)
        case 2:
            tickets.append(Ticket(alert: alert, created: now))
            return doubtful
        case 3:
            // Created after the caller has hung up.
            tickets.append(Ticket(alert: alert, created: now + TimeSpan(ticks: Int64(random.below(1_000_000_000)))))
            return doubtful
        default:
            tickets.append(Ticket(alert: alert, created: now))
            return created
        }
    }
}

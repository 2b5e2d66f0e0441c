import Durable
import Engine
import JSONTree
import Moments
import Playbooks

/// The world outside of golden runs: what it answers depends only on the call, so that a resumed run meets the same world.
final class GoldenWorld: SimulatedWorld {
    typealias M = WorkflowMachine

    /// The calls that were made, by execution and kind.
    private(set) var calls: [String] = []
    private(set) var ended: [RunNumber] = []

    func published(_ publication: RunPublication, by run: RunHeader) {
        if case .ended = publication { ended.append(run.number) }
    }

    func perform(
        _ effect: ActionEffect,
        run: RunHeader,
        flight: FlightNumber,
        now: Timestamp,
        seen: Timestamp
    ) -> [(after: TimeSpan, input: RunInput)] {
        calls.append("\(effect.kind) \(effect.node.name)")
        return [(after: .milliseconds(5), input: .landed(flight, Self.outcome(effect)))]
    }

    private static func answer(
        _ status: Int,
        _ body: JSON?,
        headers: JSON = [:],
        nextPage: String? = nil
    ) -> EffectOutcome {
        .answered(.init(status: status, headers: headers, body: body, nextPage: nextPage))
    }

    /// What the world answers.
    static func outcome(_ effect: ActionEffect) -> EffectOutcome {
        switch effect.kind {
        case .subscribe: return answer(201, ["id": "s-1"], headers: ["Location": "https://hook.example/sub/1"])
        case .unsubscribe: return answer(200, nil)
        case .poll: return answer(200, ["state": "ready"])
        case .page: return answer(200, ["value": [3, 4]])
        case .lookup: return .found(.init(status: 201, headers: [:], body: ["ticket": 42]))
        case .probe: return .released
        case .call: break
        }
        switch effect.node.name {
        case "Flaky":
            return effect.attempt == 1
                ? answer(503, ["busy": true]) : answer(200, ["attempt": .integer(Int64(effect.attempt))])
        case "Silent":
            return effect.attempt == 1 ? .unreachable(RunError("ConnectionFailed", "refused")) : answer(200, "here")
        case "Long": return answer(202, nil, headers: ["Location": "https://long.example/1", "Retry-After": "30"])
        case "Paged": return answer(200, ["value": [1, 2]], nextPage: "https://paged.example/2")
        case "Refused": return .refused(RunError("BadRequest", "The address is not allowed."), code: "BadRequest")
        case "Missing": return answer(404, ["error": "no such thing"])
        case "Ticket": return effect.holdsKey ? answer(201, ["ticket": 42]) : .needsKey("tickets/alert-1")
        case "Slow_ticket":
            return effect.holdsKey
                ? .doubtful(RunError("LostReply", "No answer came."), status: nil, delay: .seconds(120))
                : .needsKey("tickets/alert-2")
        case "Lost": return .unknown(RunError("LostReply", "No answer came."))
        case "Script": return .value(["computed": true])
        case "Large": return answer(200, ["text": .string(String(repeating: "0123456789abcdef", count: 4_200))])
        case "Secret": return answer(200, ["token": "golden-secret-output"])
        default: return answer(200, ["echo": effect.inputs["body"] ?? .null])
        }
    }
}

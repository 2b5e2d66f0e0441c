import Durable
import Engine
import JSONTree
import Playbooks
import Synchronization

/// The world outside of the engine: answers calls, and keeps the subscriptions of webhooks.
final class Outside: EffectPerformer, TriggerCalls {
    typealias M = WorkflowMachine

    private struct State {
        var callbacks: [String] = []
    }

    private let state = Mutex(State())

    /// The callback addresses of webhook actions, in order.
    var callbacks: [String] { state.withLock(\.callbacks) }

    func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
        let headers: JSON = ["Content-Type": "application/json", "X-Answer": "1"]
        switch effect.kind {
        case .subscribe:
            let address = effect.inputs["subscribe"]?["body"]?["callback"]?.stringValue ?? ""
            state.withLock { $0.callbacks.append(address) }
            if effect.inputs["subscribe"]?["uri"]?.stringValue?.hasSuffix("/doubt") == true {
                return .landed(flight, .unknown(RunError("ReplyLost", "The connection broke.")))
            }
            return .landed(flight, .answered(.init(status: 200, headers: headers, body: ["id": "s1"])))
        case .unsubscribe:
            return .landed(flight, .answered(.init(status: 200, headers: headers, body: nil)))
        default:
            let uri = effect.inputs["uri"]?.stringValue ?? ""
            if uri.hasSuffix("/hang") {
                do { try await Task.sleep(for: .seconds(120)) } catch {
                    return .landed(flight, .unreachable(RunError("Stopped", "The server stops.")))
                }
            }
            if uri.hasSuffix("/doubt") {
                return .landed(flight, .unknown(RunError("ReplyLost", "The connection broke.")))
            }
            let status = uri.hasSuffix("/bad") ? 400 : uri.hasSuffix("/busy") && effect.attempt < 3 ? 503 : 200
            return .landed(
                flight,
                .answered(.init(status: status, headers: headers, body: ["echo": effect.inputs["body"] ?? .null]))
            )
        }
    }

    func callTrigger(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        inputs: JSON,
        kind: TriggerCallKind
    ) async -> EffectOutcome {
        .answered(.init(status: 202, headers: .object(JSONObject()), body: nil))
    }
}

import Durable
import Engine
import JSONTree
import Outbound

/// Makes the calls of Http actions on this machine, by the rule of all performers: what may have happened is not sent again, unless
/// its method can be repeated without harm.
struct PlainCalls: EffectPerformer {
    typealias M = WorkflowMachine

    let transport: any Transport

    func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
        .landed(flight, await outcome(of: effect, run: run))
    }

    private func outcome(of effect: ActionEffect, run: RunHeader) async -> EffectOutcome {
        let call: HTTPCall
        do throws(RunError) {
            var made = try HTTPCall(inputs: effect.inputs)
            made.addWorkflowHeaders(of: effect, run: run)
            call = made
        } catch {
            return .refused(error, code: "BadRequest")
        }
        let isRepeatable = ["GET", "HEAD", "PUT", "DELETE"].contains(call.method)
        if effect.isResend, !isRepeatable {
            return .unknown(RunError("OutcomeUnknown", "The process ended before the answer came."))
        }
        do {
            let answer = try await transport.send(
                OutboundRequest(
                    method: call.method,
                    url: call.uri,
                    headers: OutboundHeaders(call.headers),
                    body: call.body.map { $0.bytes() },
                    networks: .withLoopback
                )
            )
            let body = answer.body.isEmpty ? nil : try JSON.parse(answer.body)
            return .answered(.init(status: answer.status, headers: .object(JSONObject()), body: body))
        } catch {
            let failure = RunError("CallFailed", "\(error)")
            let isUnsent = (error as? OutboundError)?.certainlyNotSent ?? false
            return isUnsent || isRepeatable ? .unreachable(failure) : .unknown(failure)
        }
    }
}

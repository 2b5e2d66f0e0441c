import JSONTree
import Outbound
import Synchronization

/// What the steps of a call have read.
final class StepAnswers: Sendable {
    private let answers = Mutex<JSONObject?>(nil)

    /// The answers by the names of the steps; nil before they were made.
    var value: JSONObject? {
        get { answers.withLock { $0 } }
        set { answers.withLock { $0 = newValue } }
    }
}

/// Makes the steps of a call, and then the call itself, whose request they give.
struct SteppedTransport: Transport {
    let plan: AdaptedCall
    /// The request that stands for the call until its steps were made.
    let placeholder: OutboundRequest

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        guard request.url == placeholder.url, request.method == placeholder.method else {
            return try await plan.assembler.transport.send(request)
        }
        do {
            if let refusal = try await plan.makeSteps() { return refusal }
        } catch let error as OutboundError {
            // Steps only read: the call itself was not sent.
            throw OutboundError(code: error.code, message: error.message, certainlyNotSent: true)
        }
        var next = try await plan.request()
        next.lastSteps = request.gates + next.lastSteps
        return try await plan.assembler.transport.send(next)
    }
}

import Moments
import Outbound

extension ConnectionTraffic {
    /// What a call tells about the service.
    enum Verdict: Sendable, Hashable { case good, bad, untold }

    /// Failures of the network and answers of 5xx count against the service; what was refused here tells nothing.
    static func verdict(_ result: Result<OutboundResponse, any Error>) -> Verdict {
        switch result {
        // "Not implemented" is an answer about the request.
        case .success(let response): return response.status >= 500 && response.status != 501 ? .bad : .good
        case .failure(let error as OutboundError):
            let told: [OutboundError.Code] = [
                .connectionFailed, .timedOut, .lostReply, .unresolvableHost, .invalidResponse,
            ]
            return told.contains(error.code) ? .bad : .untold
        case .failure: return .untold
        }
    }

    /// The pause that a service asks for: `Retry-After` of 429 and 503, one second for a 429 without it.
    static func pause(_ response: OutboundResponse, now: Timestamp) -> TimeSpan? {
        guard response.status == 429 || response.status == 503 else { return nil }
        let outputs = BodyCoding.outputs(OutboundResponse(status: response.status, headers: response.headers))
        return outputs.retryAfter(now: now) ?? (response.status == 429 ? .seconds(1) : nil)
    }

    static func throttled(_ rules: LaneRules, _ reason: String) -> OutboundError {
        OutboundError(
            code: .throttled,
            message:
                "The call was not made: \(reason). The connection '\(rules.place.name)' has too many calls for its limit, "
                + "or its service asked for a pause.",
            certainlyNotSent: true
        )
    }

    static func suspended(_ rules: LaneRules, _ breaker: CircuitBreaker?) -> OutboundError {
        let failures = breaker?.failures ?? 0
        let end =
            if case .open(let until)? = breaker?.state { "until \(until.iso8601)" } else { "while one call tries it" }
        return OutboundError(
            code: .circuitOpen,
            message:
                "The call was not made: the service of the connection '\(rules.place.name)' has failed \(failures) times in a row "
                + "and is left alone \(end).",
            certainlyNotSent: true
        )
    }
}

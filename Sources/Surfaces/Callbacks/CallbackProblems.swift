import Durable
import Engine
import Serving

/// The engine's refusals as problems of callback addresses.
enum CallbackProblems {
    static let translate: Routes.Middleware = { request, next in
        do {
            return try await next(request)
        } catch let error as EngineError {
            throw Problem(
                status: error.status,
                code: error.code,
                message: error.message,
                headers: error.retryAfterSeconds.map { ["Retry-After": "\($0)"] } ?? [:]
            )
        } catch let error as DurableError where error.isTransient || error.code == .stopped {
            throw Problem(
                status: 503,
                code: "ServiceUnavailable",
                message: error.message,
                headers: ["Retry-After": "5"]
            )
        }
    }

    /// What a signature came to, as an error; nil when it is good.
    static func problem(_ verdict: CallbackSigner.Verdict) -> Problem? {
        let message: String
        switch verdict {
        case .valid: return nil
        case .missing: message = "The request must be authenticated only by Shared Access scheme."
        case .wrong:
            message =
                "The authentication credentials are not valid: the signature of the address is not that of this trigger, action or key."
        case .expired:
            message =
                "The authentication credentials are not valid: the address has expired. Ask for a new one by listCallbackUrl."
        }
        return Problem(status: 401, code: "DirectApiAuthorizationRequired", message: message)
    }
}

import Connectors
import Moments
import Outbound

/// A call that came to no answer, as what it came to.
struct CallFailure: Error {
    let outcome: EffectOutcome

    /// The inputs are at fault: nothing was sent, and trying again does not help.
    static func refused(_ code: String, _ message: String, record: String = "BadRequest") -> CallFailure {
        CallFailure(outcome: .refused(RunError(code, message), code: record))
    }

    static func refused(_ error: RunError, record: String = "BadRequest") -> CallFailure {
        CallFailure(outcome: .refused(error, code: record))
    }
}

/// What it means to send a call again whose answer was lost.
enum Repetition: Sendable, Hashable {
    /// It changes nothing: the call only reads, sets to a value, or carries a key that its service keeps.
    case harmless
    /// It might do the thing twice; whether it was done can be looked up after a delay.
    case lookedUp(after: TimeSpan)
    /// It might do the thing twice, and nobody can say whether it was done.
    case forbidden

    /// The rule of plain HTTP calls: methods that are idempotent by their definition (RFC 9110, section 9.2.2), and calls
    /// with a header by which services know a repetition: `Idempotency-Key` and its like, `Repeatability-Request-ID`.
    static func of(method: String, headers: OutboundHeaders) -> Repetition {
        if ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(method.uppercased()) { return .harmless }
        let hasKey = headers.contains { name, value in
            guard !value.isEmpty, name.utf8.count >= 11 else { return false }
            let name = name.lowercased()
            return name == "repeatability-request-id" || name.contains("idempotency")
        }
        return hasKey ? .harmless : .forbidden
    }
}

/// What becomes of a call that was not answered.
enum CallErrors {
    /// The outcome of a call that the transport gave up.
    ///
    /// `isSecured`: the text must not name the address.
    static func outcome(of error: OutboundError, _ repetition: Repetition, isSecured: Bool) -> EffectOutcome {
        let shown = isSecured ? secured(error) : RunError(error.code.text, error.message)
        switch error.code {
        case .refusedByGuard, .invalidRequest, .tooManyRedirects:
            return .refused(shown, code: error.code.text)
        case .tooLarge where repetition == .harmless:
            return .refused(shown, code: error.code.text)
        default:
            return error.certainlyNotSent ? .unreachable(shown) : lost(shown, repetition)
        }
    }

    /// The outcome of a call whose answer is lost.
    static func lost(_ error: RunError, _ repetition: Repetition) -> EffectOutcome {
        switch repetition {
        case .harmless: .unreachable(error)
        case .lookedUp(let delay): .doubtful(error, status: nil, delay: delay)
        case .forbidden:
            .unknown(
                RunError(
                    error.code,
                    "\(error.message) The call may have happened, so that it is not sent again by itself. Find out whether it did, then settle it."
                )
            )
        }
    }

    /// The outcome of a call that a former process of this server may have sent; nil when it can be sent again.
    static func resend(_ site: CallSite, _ repetition: Repetition) -> EffectOutcome? {
        switch repetition {
        case .harmless: nil
        case .lookedUp(let delay): .doubtful(nil, status: nil, delay: delay)
        case .forbidden:
            .unknown(
                RunError(
                    "OutcomeUnknown",
                    "The server stopped while the call of '\(site.name)' was under way. The call may have happened, so that it is not sent again by itself. Find out whether it did, then settle it; or give the call an Idempotency-Key header if the service knows it."
                )
            )
        }
    }

    /// The outcome of a connector that cannot make the call; nothing was sent.
    static func outcome(of error: ConnectorError, isSecured: Bool) -> EffectOutcome {
        if error.isHold { return .held(RunError(error.code.text, error.message)) }
        let record = error.code == .authenticationFailed ? "Unauthorized" : "BadRequest"
        guard isSecured else { return .refused(RunError(error.code.text, error.message), code: record) }
        return .refused(RunError(error.code.text, "The call cannot be made; its inputs are secured."), code: record)
    }

    private static func secured(_ error: OutboundError) -> RunError {
        RunError(error.code.text, "The call failed (\(error.code.text)); its inputs are secured, so no more is shown.")
    }
}

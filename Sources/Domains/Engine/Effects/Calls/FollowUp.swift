import Outbound
import Signals

/// The call that an answer asks for: the status of a long operation, the next page, the place of an upload.
struct FollowUp: Sendable {
    /// The request, without credentials and without the author's headers when it goes to another origin.
    let request: OutboundRequest
    /// Whether it goes where the first call went, so that it may carry the credentials of the action.
    let isSameOrigin: Bool

    /// Makes the request for a reference, absolute or relative, that was met in an answer to `original`.
    init(_ reference: String, of original: OutboundRequest, method: String = "GET") throws(OutboundError) {
        let base = try OutboundURL(original.url)
        let target = try base.resolving(reference)
        isSameOrigin = target.origin == base.origin
        var next = original
        next.method = method
        next.url = target.description
        next.body = nil
        var headers = OutboundHeaders()
        for (name, value) in original.headers where isSameOrigin ? Self.isCarriedOn(name) : Self.isHarmless(name) {
            headers.add(name, value)
        }
        next.headers = headers
        if !isSameOrigin {
            next.clientCertificate = nil
            next.lastSteps = []
        }
        request = next
    }

    /// Headers about the first request's content, state or identity mean nothing in the next one.
    private static func isCarriedOn(_ name: String) -> Bool {
        let lower = name.lowercased()
        return !lower.hasPrefix("content-") && !lower.hasPrefix("if-") && !lower.contains("idempotency")
            && !["range", "expect", "repeatability-request-id", "repeatability-first-sent"].contains(lower)
    }

    private static func isHarmless(_ name: String) -> Bool {
        ["accept", "user-agent"].contains(name.lowercased())
    }
}

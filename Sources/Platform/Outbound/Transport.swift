/// A way by which calls leave the server: HTTP, a router in the same process, a gateway's tunnel, a recording.
public protocol Transport: Sendable {
    /// Sends a request and waits for the whole answer, whatever its status is.
    ///
    /// An implementation keeps the request's limits, answers cancellation of the task by ending the call, and throws
    /// only ``OutboundError``. `certainlyNotSent` must be false whenever the server may have seen the whole request.
    func send(_ request: OutboundRequest) async throws -> OutboundResponse
}

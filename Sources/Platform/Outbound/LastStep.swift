/// Something that is done to a request at the last moment before it leaves: showing a token, signing what is sent, a last look
/// at whether it may go.
///
/// A step changes nothing that a former step has signed, so that signing comes last in ``OutboundRequest/lastSteps``. Steps are
/// done again for every request that is made of another one: a chunk, a next page, the status of a long operation.
public protocol LastStep: Sendable {
    /// Finishes a request.
    ///
    /// - Parameter request: The request as it will be sent, but for what later steps add.
    /// - Throws: Why it cannot be sent; nothing has left.
    func finish(_ request: inout OutboundRequest) async throws

    /// Whether an answer refuses what this step has shown, and there is something new to show: then the request is finished and
    /// sent once more.
    func renews(after response: OutboundResponse, to request: OutboundRequest) async -> Bool
}

extension LastStep {
    /// There is never anything new to show.
    public func renews(after response: OutboundResponse, to request: OutboundRequest) async -> Bool { false }
}

extension OutboundRequest {
    /// The request with its last steps done, and without them.
    ///
    /// - Returns: What can be sent.
    /// - Throws: What a step throws.
    public func finished() async throws -> OutboundRequest {
        guard !lastSteps.isEmpty else { return self }
        var request = self
        request.lastSteps = []
        for step in lastSteps { try await step.finish(&request) }
        return request
    }
}

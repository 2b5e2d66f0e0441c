import Outbound

/// What all calls of a connection go through.
struct ConnectionLane: Sendable {
    let rules: LaneRules
    let traffic: ConnectionTraffic

    /// The lane onto whatever answers: the network, this server's own routes, a service that does not speak HTTP.
    func transport(over base: any Transport) -> ConnectionTransport {
        ConnectionTransport(base: base, rules: rules, traffic: traffic)
    }
}

/// The way of all calls of a connection: each waits for its turn, is finished at the last moment, and tells how the service does.
///
/// What is sent through it may be made of a former request, as a next page is: it is signed anew.
struct ConnectionTransport: Transport {
    let base: any Transport
    let rules: LaneRules
    let traffic: ConnectionTraffic

    /// Sends a request.
    ///
    /// - Throws: `OutboundError`, and `ConnectorError` of the last steps; then nothing was sent.
    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let (response, sent) = try await sendOnce(request)
        for step in request.lastSteps where await step.renews(after: response, to: sent) {
            return try await sendOnce(request).response
        }
        return response
    }

    private func sendOnce(
        _ request: OutboundRequest
    ) async throws -> (response: OutboundResponse, sent: OutboundRequest) {
        try await traffic.admit(rules, timeout: request.timeout)
        do {
            let sent = try await request.finished()
            let response = try await base.send(sent)
            traffic.note(.success(response), rules)
            return (response, sent)
        } catch {
            traffic.note(.failure(error), rules)
            throw error
        }
    }
}

public import Identity
public import Outbound

/// A transport whose server is a router in this process: no socket, no token, the same routes and answers.
public struct RouterTransport: Transport {
    private let router: Router
    private let principal: Principal?
    private let origin: String

    /// Makes a transport.
    ///
    /// - Parameters:
    ///   - router: The router that answers.
    ///   - principal: As whom its requests are made; nil leaves it to credentials in the request.
    ///   - origin: Scheme, host and port by which clients know this server, for absolute links.
    public init(router: Router, principal: Principal?, origin: String) {
        self.router = router
        self.principal = principal
        self.origin = origin
    }

    /// Sends a request into the router and waits for the answer at most as long as the request says.
    public func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let url = try OutboundURL(request.url)
        let incoming: Request
        do {
            incoming = try Request(
                method: request.method,
                target: url.target,
                headers: request.headers,
                body: request.body ?? [],
                origin: origin,
                principal: principal
            )
        } catch {
            throw OutboundError(code: .invalidRequest, message: error.message, certainlyNotSent: true)
        }
        let router = router
        return try await withThrowingTaskGroup(of: OutboundResponse?.self) { group in
            group.addTask {
                let response = await router.respond(to: incoming)
                let body: [UInt8]
                do {
                    body = try await response.collected()
                } catch {
                    throw OutboundError(
                        code: .lostReply,
                        message: "The answer broke off before it was complete.",
                        certainlyNotSent: false
                    )
                }
                return OutboundResponse(status: response.status, headers: response.headers, body: body)
            }
            group.addTask {
                try await Task.sleep(for: request.timeout)
                return nil
            }
            defer { group.cancelAll() }
            do {
                if let first = try await group.next(), let response = first { return try within(request, response) }
            } catch is CancellationError {
                throw OutboundError(code: .cancelled, message: "The call was cancelled.", certainlyNotSent: false)
            }
            throw OutboundError(
                code: .timedOut,
                message: "The time of the call is over before its answer was complete.",
                certainlyNotSent: false
            )
        }
    }

    private func within(
        _ request: OutboundRequest,
        _ response: OutboundResponse
    ) throws(OutboundError) -> OutboundResponse {
        guard response.body.count <= request.responseLimit else {
            throw OutboundError(
                code: .tooLarge,
                message: "The answer is larger than the limit of \(request.responseLimit) bytes.",
                certainlyNotSent: false
            )
        }
        return response
    }
}

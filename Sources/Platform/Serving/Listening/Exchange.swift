import HTTPTypes
import HummingbirdCore
import Moments
import NIOCore
import Synchronization

/// Carries requests from connections to the router and answers back, within the limits.
struct Exchange: Sendable {
    let router: Router
    let options: ServerOptions
    let gate: Gate
    let watches: ConnectionWatch.Registry
    let clock: any WallClock
    let date = HTTPDate()

    func respond(
        to incoming: HummingbirdCore.Request,
        writer: consuming ResponseWriter,
        channel: any Channel
    ) async throws {
        if incoming.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let answer = await self.answer(to: incoming, channel: channel)
        defer { if let held = answer.heldBytes { gate.leave(bodyBytes: held) } }
        try await AnswerWriter(options: options, date: date.text(at: clock.now)).send(
            answer.response,
            isHead: incoming.method == .head,
            closing: answer.isClosing,
            writer: writer,
            channel: channel
        )
    }

    private struct Answer {
        let response: Response
        /// Whether the rest of the request is not read, so that the connection must end.
        let isClosing: Bool
        /// The bytes to give back to the gate; nil when it was not passed.
        let heldBytes: Int?
    }

    private func answer(to incoming: HummingbirdCore.Request, channel: any Channel) async -> Answer {
        let request: Request
        do {
            request = try self.request(incoming, channel: channel)
        } catch {
            return Answer(response: refusal(error), isClosing: true, heldBytes: nil)
        }
        guard gate.enter() else {
            let problem = Problem.unavailable("The server works on too many requests.")
            return Answer(response: router.response(for: problem, to: request), isClosing: true, heldBytes: nil)
        }
        switch await BodyReader(options: options, gate: gate, watches: watches).read(
            incoming,
            limit: router.bodyLimit(for: request),
            channel: channel
        ) {
        case .body(let body):
            var whole = request
            whole.body = body
            let response = await handle(whole, channel: channel)
            return Answer(response: response, isClosing: false, heldBytes: body.count)
        case .problem(let problem, let held):
            return Answer(response: router.response(for: problem, to: request), isClosing: true, heldBytes: held)
        }
    }

    /// Runs the handler in a task that ends with the connection.
    private func handle(_ request: Request, channel: any Channel) async -> Response {
        let router = router
        let task = Task { await router.respond(to: request) }
        let watch = watches.watch(of: channel)
        watch?.onClose { task.cancel() }
        defer { watch?.finish() }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func refusal(_ problem: Problem) -> Response {
        var response = Response.text(problem.message + "\n", status: problem.status)
        for (name, value) in problem.headers { response.headers[name] = value }
        return response
    }

    private func request(_ incoming: HummingbirdCore.Request, channel: any Channel) throws(Problem) -> Request {
        var headers = Headers()
        if let authority = incoming.head.authority { headers.add("Host", authority) }
        for field in incoming.headers { headers.add(field.name.rawName, field.value) }
        return try Request(
            method: incoming.method.rawValue,
            target: incoming.head.path ?? "/",
            headers: headers,
            origin: try origin(incoming.head),
            principal: options.socketPath == nil ? nil : options.principal,
            remoteAddress: remoteAddress(headers, channel: channel)
        )
    }

    private func origin(_ head: HTTPRequest) throws(Problem) -> String {
        if let known = options.publicOrigin { return known }
        let scheme: String
        if case .plain = options.security { scheme = "http" } else { scheme = "https" }
        guard let authority = head.authority, !authority.isEmpty else {
            throw Problem(status: 400, message: "The request has no Host header.")
        }
        let isClean = authority.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "-._:[]".utf8.contains(byte)
            }
        }
        guard isClean, authority.utf8.count <= 260 else {
            throw Problem(status: 400, message: "The Host header is not a host.")
        }
        return "\(scheme)://\(authority)"
    }

    /// The client's address: the connection's, or behind trusted proxies the last one they did not add themselves.
    private func remoteAddress(_ headers: Headers, channel: any Channel) -> IPAddress? {
        guard var address = channel.remoteAddress?.ipAddress.flatMap({ IPAddress($0) }) else { return nil }
        guard !options.trustedProxies.isEmpty else { return address }
        let hops = (headers.joined("X-Forwarded-For") ?? "").split(separator: ",").reversed()
        for hop in hops where options.trustedProxies.contains(where: { $0.contains(address) }) {
            let text = hop.drop { $0 == " " }.prefix { $0 != " " }
            guard let next = IPAddress(String(text)) else { break }
            address = next
        }
        return address
    }
}

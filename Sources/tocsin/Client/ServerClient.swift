import Content
import JSONTree
import Outbound

/// Talks to a server: over its administration socket, over HTTPS, or in this process where none runs.
struct ServerClient: Sendable {
    /// The server's name in messages.
    let name: String
    /// Asks the server.
    let transport: any Transport
    /// Scheme, host and port before paths.
    let origin: String
    /// The header of every request that says who asks.
    var authorization: String?

    /// A server's answer.
    struct Answer: Sendable {
        /// The HTTP status.
        let status: Int
        /// The header fields.
        let headers: OutboundHeaders
        /// The body.
        let body: [UInt8]

        /// The body as JSON; nil when it is none.
        var json: JSON? {
            do {
                return body.isEmpty ? Optional<JSON>.none : try JSON.parse(body)
            } catch {
                return nil
            }
        }
    }

    /// Asks for what must succeed.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: The path, encoded, or a whole address that the server gave.
    ///   - query: The query, not encoded.
    ///   - body: The body.
    ///   - patience: How long to wait for the answer.
    /// - Returns: The body of the answer; null when there is none.
    /// - Throws: `CommandFailure` with the server's code and message when it refuses.
    @discardableResult
    func call(
        _ method: String,
        _ path: String,
        query: [(String, String)] = [],
        body: JSON? = nil,
        patience: Duration = .seconds(300)
    ) async throws(CommandFailure) -> JSON {
        let answer = try await ask(method, path, query: query, body: body, patience: patience)
        guard answer.status < 400 else { throw Self.refusal(answer, place: "\(method) \(path.prefix { $0 != "?" })") }
        return answer.json ?? .null
    }

    /// Asks, whatever the answer is.
    ///
    /// - Throws: `CommandFailure` when there is no answer.
    func ask(
        _ method: String,
        _ path: String,
        query: [(String, String)] = [],
        body: JSON? = nil,
        headers: [(String, String)] = [],
        patience: Duration = .seconds(300)
    ) async throws(CommandFailure) -> Answer {
        var url = path.hasPrefix("/") ? origin + path : path
        for (index, pair) in query.enumerated() {
            url += index == 0 && !url.contains("?") ? "?" : "&"
            url += PercentEncoding.encode(pair.0) + "=" + PercentEncoding.encode(pair.1)
        }
        var request = OutboundRequest(method: method, url: url, body: body?.bytes(), timeout: patience)
        request.redirects = .handOver
        if body != nil { request.headers.add("Content-Type", "application/json") }
        if let authorization { request.headers.add("Authorization", authorization) }
        for (name, value) in headers { request.headers.add(name, value) }
        do {
            let response = try await transport.send(request)
            return Answer(status: response.status, headers: response.headers, body: response.body)
        } catch let error as OutboundError {
            throw CommandFailure(
                code: "NoAnswer",
                place: name,
                message: "The server does not answer: \(error.message)",
                remedy: "Check that it runs and that address, certificate and network are right."
            )
        } catch {
            throw CommandFailure(code: "NoAnswer", place: name, message: "The server does not answer: \(error)")
        }
    }

    /// Follows the pages of a list.
    func list(
        _ path: String,
        query: [(String, String)] = [],
        limit: Int = Int.max
    ) async throws(CommandFailure) -> [JSON] {
        var page = try await call("GET", path, query: query)
        var items = page["value"]?.arrayValue ?? []
        while items.count < limit, let next = page["nextLink"]?.stringValue ?? page["@odata.nextLink"]?.stringValue {
            page = try await call("GET", local(next))
            items += page["value"]?.arrayValue ?? []
        }
        return Array(items.prefix(limit))
    }

    /// An address that the server gave, asked over the same way as all else: without scheme and host.
    func local(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }

    /// What a refusal says, in the forms of all surfaces.
    static func refusal(_ answer: Answer, place: String) -> CommandFailure {
        let json = answer.json
        let inner = json?["error"]
        let code = inner?["code"]?.stringValue ?? inner?.stringValue ?? "Refused"
        let message =
            inner?["message"]?.stringValue ?? json?["message"]?.stringValue ?? json?["error_description"]?.stringValue
            ?? String(decoding: answer.body.prefix(500), as: UTF8.self)
        return CommandFailure(
            code: code,
            place: place,
            message: message.isEmpty ? "The server answered \(answer.status)." : message
        )
    }
}

public import JSONTree

/// An answer to a request.
public struct Response: Sendable {
    /// What is sent behind the head.
    public enum Body: Sendable {
        /// All of it.
        case bytes([UInt8])
        /// Pieces as they come; the function returns when all are sent and throws to break the connection off.
        case stream(@Sendable (any BodyWriter) async throws -> Void)
    }

    /// The HTTP status.
    public var status: Int
    /// The header fields; `Content-Length`, `Date` and `request-id` are added.
    public var headers: Headers
    /// The body.
    public var body: Body

    /// Makes an answer of bytes.
    public init(status: Int, headers: Headers = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = .bytes(body)
    }

    /// An answer without body; 204 by default.
    public static func empty(_ status: Int = 204, headers: Headers = [:]) -> Response {
        Response(status: status, headers: headers)
    }

    /// A JSON value.
    public static func json(_ value: JSON, status: Int = 200, headers: Headers = [:]) -> Response {
        var headers = headers
        if !headers.contains("Content-Type") { headers.add("Content-Type", "application/json; charset=utf-8") }
        return Response(status: status, headers: headers, body: value.bytes())
    }

    /// Plain text in UTF-8.
    public static func text(_ text: String, status: Int = 200, headers: Headers = [:]) -> Response {
        var headers = headers
        if !headers.contains("Content-Type") { headers.add("Content-Type", "text/plain; charset=utf-8") }
        return Response(status: status, headers: headers, body: Array(text.utf8))
    }

    /// A body of unknown length, sent piece by piece.
    public static func stream(
        status: Int = 200,
        headers: Headers = [:],
        _ write: @escaping @Sendable (any BodyWriter) async throws -> Void
    ) -> Response {
        var response = Response(status: status, headers: headers)
        response.body = .stream(write)
        return response
    }

    /// The body's bytes; a stream is run and gathered.
    public func collected() async throws -> [UInt8] {
        switch body {
        case .bytes(let bytes): return bytes
        case .stream(let write):
            let writer = GatheringWriter()
            try await write(writer)
            return writer.bytes
        }
    }
}

/// Takes the pieces of a streamed body.
public protocol BodyWriter: Sendable {
    /// Sends a piece; waits while the client does not keep up.
    func write(_ bytes: [UInt8]) async throws
}

extension BodyWriter {
    /// Sends a text in UTF-8.
    public func write(_ text: String) async throws { try await write(Array(text.utf8)) }
}

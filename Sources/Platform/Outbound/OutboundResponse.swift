/// The answer to an outgoing call.
public struct OutboundResponse: Sendable, Hashable {
    /// The HTTP status, 200 to 599.
    public var status: Int

    /// The header fields; `Content-Encoding` and `Content-Length` are gone when the body was unpacked.
    public var headers: OutboundHeaders

    /// The body, unpacked when the request said so; empty when there is none.
    public var body: [UInt8]

    /// The URL that answered: the last one when redirects were followed; nil when it is the request's.
    public var finalURL: String?

    /// Makes an answer.
    public init(status: Int, headers: OutboundHeaders = [:], body: [UInt8] = [], finalURL: String? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.finalURL = finalURL
    }
}

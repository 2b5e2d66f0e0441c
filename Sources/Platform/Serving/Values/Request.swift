public import Identity
public import JSONTree
public import Outbound

/// A request that came in, over a socket or from inside the process, with its whole body.
public struct Request: Sendable {
    /// The method in upper case.
    public var method: String
    /// The path as it was sent: percent-encoded, without the query.
    public let path: String
    /// The path cut at its slashes, each part decoded; a slash at the end leaves no empty part.
    public let segments: [String]
    /// The text behind the question mark as it was sent; empty when there is none.
    public let queryText: String
    /// The query, decoded.
    public let query: Query
    /// The header fields; `Host` is there for HTTP/2 too.
    public var headers: Headers
    /// The whole body, at most as long as the route allows.
    public var body: [UInt8]
    /// What the route's template named, decoded.
    public var parameters = Parameters()
    /// Scheme, host and port by which the client knows this server, for absolute links: `https://host:port`.
    public var origin: String
    /// Who makes the request; nil until a route asked for credentials.
    public var principal: Principal?
    /// The tenant that the request is about, once it is known.
    public var tenant: String?
    /// The address of the client; nil inside the process.
    public var remoteAddress: IPAddress?
    /// The id of the request: a GUID, in the `request-id` header of the answer and in logs.
    public let id: String

    /// The values of a template's parameters.
    public struct Parameters: Sendable, Hashable {
        private var values: [(name: String, value: String)] = []

        init() {}

        /// The value of a parameter of the route's template; an empty text for a name that it has not.
        public subscript(name: String) -> String {
            get { values.first { $0.name == name }?.value ?? "" }
            set {
                values.removeAll { $0.name == name }
                values.append((name: name, value: newValue))
            }
        }

        /// Whether both have the same values.
        public static func == (left: Parameters, right: Parameters) -> Bool {
            left.values.elementsEqual(right.values, by: ==)
        }

        /// Feeds the values into the hasher.
        public func hash(into hasher: inout Hasher) {
            for (name, value) in values {
                hasher.combine(name)
                hasher.combine(value)
            }
        }
    }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: Path and query as they are sent.
    ///   - headers: The header fields.
    ///   - body: The body.
    ///   - origin: Scheme, host and port by which the client knows this server.
    ///   - principal: Who makes it, if that is settled already.
    ///   - remoteAddress: The address of the client.
    ///   - id: The id; a new one by default.
    /// - Throws: A ``Problem`` with status 400 or 414 when the target cannot be read.
    public init(
        method: String,
        target: String,
        headers: Headers = [:],
        body: [UInt8] = [],
        origin: String = "https://localhost",
        principal: Principal? = nil,
        remoteAddress: IPAddress? = nil,
        id: String? = nil
    ) throws(Problem) {
        self.id = id ?? RequestID.make()
        guard target.utf8.count <= 16_384 else { throw Problem(status: 414, message: "The URL is too long.") }
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        let path = target[..<mark]
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw Problem(status: 400, message: "The path of the URL must begin with a slash.")
        }
        queryText = mark == target.endIndex ? "" : String(target[target.index(after: mark)...])
        var segments: [String] = []
        for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard segments.count < 128, let text = PercentCoding.decode(part, plusIsBlank: false) else {
                throw Problem(status: 400, message: "The path of the URL cannot be read.")
            }
            segments.append(text)
        }
        if segments.last?.isEmpty == true { segments.removeLast() }
        guard let query = Query(encoded: queryText) else {
            throw Problem(status: 400, message: "The query of the URL cannot be read.")
        }
        self.method = method
        self.path = String(path)
        self.segments = segments
        self.query = query
        self.headers = headers
        self.body = body
        self.origin = origin
        self.principal = principal
        self.tenant = principal?.tenant
        self.remoteAddress = remoteAddress
    }

    /// The body as JSON.
    ///
    /// - Parameter limits: Depth and size that are accepted.
    /// - Returns: The value.
    /// - Throws: A ``Problem`` with status 400 that says where the text is wrong.
    public func json(limits: JSONLimits = .default) throws(Problem) -> JSON {
        do {
            return try JSON.parse(body, limits: limits)
        } catch {
            throw Problem(
                status: 400,
                code: "InvalidJson",
                message: "The body is not valid JSON at line \(error.line), column \(error.column): \(error.message)"
            )
        }
    }

    /// The fields of a body of the type `application/x-www-form-urlencoded`.
    ///
    /// - Returns: Names and values in their order.
    /// - Throws: A ``Problem`` with status 400 when the body is not such a form.
    public func form() throws(Problem) -> Query {
        guard let text = String(validating: body, as: UTF8.self), let fields = Query(encoded: text) else {
            throw Problem(status: 400, message: "The body is not a form.")
        }
        return fields
    }
}

/// What is wrong with a request, before a surface has put it in the words of its protocol.
public struct Problem: Error, Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The protocol's word for it; nil for the usual one of the surface and status.
    public var code: String?
    /// What is wrong and what to do.
    public var message: String
    /// Header fields of the answer, such as `WWW-Authenticate`, `Allow` or `Retry-After`.
    public var headers: Headers

    /// Makes a problem.
    public init(status: Int, code: String? = nil, message: String, headers: Headers = [:]) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
    }

    /// There is nothing at this path.
    public static func notFound(_ message: String = "There is no such resource.") -> Problem {
        Problem(status: 404, message: message)
    }

    /// The caller is known and may not do this.
    public static func forbidden(_ message: String) -> Problem { Problem(status: 403, message: message) }

    /// The caller makes too many requests.
    public static func tooManyRequests(retryAfterSeconds seconds: Int) -> Problem {
        Problem(
            status: 429,
            message: "Too many requests. Try again in \(seconds) seconds.",
            headers: ["Retry-After": "\(seconds)"]
        )
    }

    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        Problem(
            status: 405,
            message: "The resource does not know this method.",
            headers: ["Allow": allowed.joined(separator: ", ")]
        )
    }

    static func tooLarge(limit: Int) -> Problem {
        Problem(status: 413, message: "The body is larger than the \(limit) bytes that are accepted here.")
    }

    static func unavailable(_ message: String) -> Problem {
        Problem(status: 503, message: message, headers: ["Retry-After": "1"])
    }

    static let internalError = Problem(
        status: 500,
        message: "The server could not do this. The log has the reason under the request's id."
    )
}

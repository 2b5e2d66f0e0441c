/// HTTP statuses as records name them (section 13.3): .NET's names; the bare number where there is none.
public enum StatusCodes {
    private static let names: [Int: String] = [
        100: "Continue", 101: "SwitchingProtocols", 200: "OK", 201: "Created", 202: "Accepted",
        203: "NonAuthoritativeInformation",
        204: "NoContent", 205: "ResetContent", 206: "PartialContent", 300: "MultipleChoices", 301: "MovedPermanently",
        302: "Found",
        303: "SeeOther", 304: "NotModified", 305: "UseProxy", 306: "Unused", 307: "TemporaryRedirect",
        400: "BadRequest",
        401: "Unauthorized", 402: "PaymentRequired", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
        406: "NotAcceptable",
        407: "ProxyAuthenticationRequired", 408: "RequestTimeout", 409: "Conflict", 410: "Gone", 411: "LengthRequired",
        412: "PreconditionFailed", 413: "RequestEntityTooLarge", 414: "RequestUriTooLong", 415: "UnsupportedMediaType",
        416: "RequestedRangeNotSatisfiable", 417: "ExpectationFailed", 426: "UpgradeRequired",
        500: "InternalServerError",
        501: "NotImplemented", 502: "BadGateway", 503: "ServiceUnavailable", 504: "GatewayTimeout",
        505: "HttpVersionNotSupported",
    ]

    /// The code of a status.
    public static func code(_ status: Int) -> String { names[status] ?? String(status) }

    /// The status of a name or of digits; nil for another word.
    public static func status(_ word: String) -> Int? {
        Int(word) ?? byName[word.lowercased()]
    }

    private static let byName = Dictionary(names.map { ($0.value.lowercased(), $0.key) }) { first, _ in first }

    /// Whether a retry policy applies to it (section 8).
    public static func isRetried(_ status: Int) -> Bool {
        status == 408 || status == 429 || (500...599).contains(status)
    }
}

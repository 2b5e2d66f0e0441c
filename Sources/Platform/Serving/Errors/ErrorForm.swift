import JSONTree
import Moments

/// How a surface writes problems: its body and its words for each status.
public struct ErrorForm: Sendable {
    private let render: @Sendable (Problem, Request) -> Response

    /// Makes a form from a function that writes the whole answer; the problem's headers are added afterwards.
    public init(_ render: @escaping @Sendable (Problem, Request) -> Response) { self.render = render }

    func response(for problem: Problem, to request: Request) -> Response {
        var response = render(problem, request)
        for (name, value) in problem.headers { response.headers[name] = value }
        return response
    }

    /// `{"error": code, "message", "requestId"}`: our own pages and tools.
    public static let plain = ErrorForm { problem, request in
        .json(
            [
                "error": .string(problem.code ?? words[problem.status] ?? "Error"), "message": .string(problem.message),
                "requestId": .string(request.id),
            ],
            status: problem.status
        )
    }

    /// `{"error": {"code", "message"}}` with Azure Resource Manager's codes.
    public static let azure = azure()

    /// `{"error": {"code", "message"}}` with the given codes in place of Azure Resource Manager's.
    public static func azure(codes: [Int: String] = [:]) -> ErrorForm {
        let codes = azureCodes.merging(codes) { $1 }
        return ErrorForm { problem, request in
            let code = problem.code ?? codes[problem.status] ?? words[problem.status] ?? "Error"
            return .json(
                ["error": ["code": .string(code), "message": .string(problem.message)]],
                status: problem.status,
                headers: ["x-ms-request-id": request.id, "x-ms-failure-cause": "gateway"]
            )
        }
    }

    /// Microsoft Graph's error with `innerError`, where request id, the client's id and the time are.
    public static let graph = ErrorForm { problem, request in
        let code = problem.code ?? graphCodes[problem.status] ?? words[problem.status] ?? "generalException"
        var inner: JSONObject = [
            "date": .string(String(Timestamp.now.iso8601.prefix(19))), "request-id": .string(request.id),
        ]
        let clientID = request.headers["client-request-id"]
        inner["client-request-id"] = .string(clientID ?? request.id)
        return .json(
            [
                "error": [
                    "code": .string(code), "message": .string(problem.message), "innerError": .object(inner),
                ]
            ],
            status: problem.status,
            headers: clientID.map { ["client-request-id": $0] } ?? [:]
        )
    }

    private static let words: [Int: String] = [
        400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
        406: "NotAcceptable", 408: "RequestTimeout", 409: "Conflict", 410: "Gone", 412: "PreconditionFailed",
        413: "RequestTooLarge", 414: "UriTooLong", 415: "UnsupportedMediaType", 422: "UnprocessableContent",
        429: "TooManyRequests", 500: "InternalServerError", 501: "NotImplemented", 502: "BadGateway",
        503: "ServiceUnavailable", 504: "GatewayTimeout",
    ]

    private static let azureCodes: [Int: String] = [
        401: "AuthenticationFailed", 403: "AuthorizationFailed", 404: "ResourceNotFound",
        413: "RequestContentTooLarge",
    ]

    private static let graphCodes: [Int: String] = [
        401: "InvalidAuthenticationToken", 404: "ResourceNotFound", 429: "TooManyRequests", 500: "generalException",
        503: "serviceNotAvailable",
    ]
}

import JSONTree
import Moments
import Serving

/// A refusal of the token service, with the code and the words that its clients know.
struct TokenProblem: ResponseError, Hashable {
    let status: Int
    /// The word of OAuth 2.0, such as `invalid_client`.
    let error: String
    /// The number behind `AADSTS`.
    let code: Int64
    let text: String
    var headers: [String: String] = [:]

    func response(to request: Request) -> Response {
        let trace = request.id
        let correlation = request.headers["client-request-id"].flatMap { $0.utf8.count <= 64 ? $0 : nil } ?? request.id
        let now = Timestamp.now.iso8601
        let time = "\(now.prefix(10)) \(now.dropFirst(11).prefix(8))Z"
        let description =
            "AADSTS\(code): \(text) Trace ID: \(trace) Correlation ID: \(correlation) Timestamp: \(time)"
        var response = Response.json(
            [
                "error": .string(error), "error_description": .string(description), "error_codes": [.integer(code)],
                "timestamp": .string(time), "trace_id": .string(trace), "correlation_id": .string(correlation),
                "error_uri": .string("https://login.microsoftonline.com/error?code=\(code)"),
            ],
            status: status,
            headers: ["Cache-Control": "no-store, no-cache", "Pragma": "no-cache"]
        )
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { response.headers[name] = value }
        return response
    }
}

extension TokenProblem {
    static func missing(_ parameter: String) -> TokenProblem {
        TokenProblem(
            status: 400,
            error: "invalid_request",
            code: 900_144,
            text: "The request body must contain the following parameter: '\(parameter)'."
        )
    }

    static func unknownTenant(_ name: String, error: String) -> TokenProblem {
        TokenProblem(
            status: 400,
            error: error,
            code: 90_002,
            text:
                "Tenant '\(shown(name))' not found. Check to make sure you have the correct tenant ID and are signing "
                + "into the correct cloud."
        )
    }

    static func unsupportedGrant(_ grant: String) -> TokenProblem {
        TokenProblem(
            status: 400,
            error: "unsupported_grant_type",
            code: 70_003,
            text:
                "The app requested an unsupported grant type '\(shown(grant))'. This server knows 'client_credentials'."
        )
    }

    static let noCredential = TokenProblem(
        status: 401,
        error: "invalid_client",
        code: 7_000_218,
        text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        headers: ["WWW-Authenticate": "Basic realm=\"token\""]
    )

    static func wrongSecret(_ app: String) -> TokenProblem {
        TokenProblem(
            status: 401,
            error: "invalid_client",
            code: 7_000_215,
            text:
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
                + "not the client secret ID, for a secret added to app '\(shown(app))'."
        )
    }

    static func wrongAssertion(_ app: String) -> TokenProblem {
        TokenProblem(
            status: 401,
            error: "invalid_client",
            code: 700_027,
            text:
                "Client assertion failed signature validation, has ended, or was used before, for app '\(shown(app))'."
        )
    }

    static func expiredSecret(_ app: String) -> TokenProblem {
        TokenProblem(
            status: 401,
            error: "invalid_client",
            code: 7_000_222,
            text: "The provided client secret keys for app '\(shown(app))' are expired. Create a new one by "
                + "'tocsin apps secret'."
        )
    }

    static func unknownApp(_ app: String, tenant: String) -> TokenProblem {
        TokenProblem(
            status: 400,
            error: "unauthorized_client",
            code: 700_016,
            text:
                "Application with identifier '\(shown(app))' was not found in the directory '\(shown(tenant))'. You may "
                + "have sent your authentication request to the wrong tenant."
        )
    }

    static func disabledApp(_ app: String) -> TokenProblem {
        TokenProblem(
            status: 400,
            error: "unauthorized_client",
            code: 7_000_112,
            text: "Application '\(shown(app))' is disabled."
        )
    }

    static func tooManyFailures(seconds: Int) -> TokenProblem {
        TokenProblem(
            status: 429,
            error: "temporarily_unavailable",
            code: 90_055,
            text: "There are too many failed requests. Try again in \(seconds) seconds.",
            headers: ["Retry-After": "\(seconds)"]
        )
    }

    static func scopeWithoutDefault(_ scope: String) -> TokenProblem {
        TokenProblem(
            status: 400,
            error: "invalid_scope",
            code: 1_002_012,
            text:
                "The provided value for scope \(shown(scope)) is not valid. Client credential flows must have a scope "
                + "value with /.default suffixed to the resource identifier (application ID URI)."
        )
    }

    static func manyScopes(_ scope: String) -> TokenProblem {
        TokenProblem(
            status: 400,
            error: "invalid_scope",
            code: 70_011,
            text:
                "The provided value for the input parameter 'scope' is not valid. One request can be for one resource "
                + "only: \(shown(scope))."
        )
    }

    static func unknownResource(_ resource: String, tenant: String) -> TokenProblem {
        TokenProblem(
            status: 400,
            error: "invalid_resource",
            code: 500_011,
            text: "The resource principal named \(shown(resource)) was not found in the tenant named \(shown(tenant))."
        )
    }

    /// What a caller wrote, cut and without control characters, so that logs and terminals stay whole.
    private static func shown(_ text: String) -> String {
        String(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(200).map(Character.init))
    }
}

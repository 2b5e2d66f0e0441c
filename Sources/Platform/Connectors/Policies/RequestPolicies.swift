import JSONTree

/// A request while policies work on it, before its body has bytes.
struct PolicyRequest: Sendable {
    var method: String
    /// Scheme, host and base path; nil leaves them to the definition.
    var baseURL: String?
    var path: String
    var queries: [(name: String, value: String)]
    var headers: [(name: String, value: String)]
    var body: JSON?
    /// The names, in small letters, of headers that show who we are.
    var credentialHeaders: Set<String> = []
}

/// The policies of an operation that change its request, in the order of the file.
struct RequestPolicies: Sendable {
    /// Makes the call of `setvaluefromurl` to the service, and gives the answer's body.
    typealias Fetch = @Sendable (PolicyRequest) async throws -> JSON?

    /// The most further calls that one call makes: 8.
    static let fetchLimit = 8

    private let policies: [ConnectorPolicy]

    init(_ policies: [ConnectorPolicy], operation: OperationDescription?) {
        self.policies = policies.filter { policy in
            policy.section == .request && !Self.passive.contains(policy.template) && policy.applies(to: operation)
        }
    }

    /// Templates that say something about answers, whatever their section.
    private static let passive: Set<String> = [
        "pollingtrigger", "updatenextlink", "setconnectionstatustounauthenticated",
    ]

    var isEmpty: Bool { policies.isEmpty }

    /// The connection parameters that they name.
    var connectionParameters: Set<String> { Self.connectionParameters(policies) }

    static func connectionParameters(_ policies: [ConnectorPolicy]) -> Set<String> {
        var names: Set<String> = []
        for call in policies.flatMap(\.allTemplates).flatMap(\.calls) where call.function == .connectionParameters {
            names.insert(call.name)
        }
        return names
    }

    /// Whether they set or read what credentials are put into, so that credentials must be there before.
    var touchesFields: Bool {
        policies.contains { policy in
            ["setheader", "setqueryparameter", "setvaluefromurl"].contains(policy.template)
                || policy.allTemplates.flatMap(\.calls).contains { $0.function == .headers }
        }
    }

    /// Applies them.
    ///
    /// - Parameters:
    ///   - request: The request, with its credentials where ``touchesFields`` says so.
    ///   - scope: The connection and the values of the path; the rest is taken from the request.
    ///   - keepsBase: Whether the connection names its own address, which no policy changes.
    ///   - fetch: Makes the further call of `setvaluefromurl`.
    /// - Returns: The changed request.
    /// - Throws: ``ConnectorError``, and what the further call throws.
    func apply(
        to request: PolicyRequest,
        scope: PolicyScope,
        keepsBase: Bool,
        fetch: Fetch
    ) async throws -> PolicyRequest {
        var request = request
        var scope = scope
        scope.method = request.method
        var fetches = 0
        for policy in policies {
            (scope.queries, scope.headers, scope.body) = (request.queries, request.headers, request.body)
            switch policy.template {
            case "dynamichosturl", "dynamicsubdomain":
                if !keepsBase, let base = try AddressPolicies.base(policy, scope: scope) { request.baseURL = base }
            case "routerequesttoendpoint":
                if let route = try AddressPolicies.route(policy, method: scope.method, scope: scope) {
                    (request.method, request.path) = route
                }
            case "setheader":
                request.headers = try FieldPolicies.set(
                    policy,
                    in: request.headers,
                    ignoringCase: true,
                    scope: scope
                )
                if Self.isCredential(policy, request, scope) {
                    request.credentialHeaders.insert(policy.text("name")?.lowercased() ?? "")
                }
            case "setqueryparameter":
                request.queries = try FieldPolicies.set(
                    policy,
                    in: request.queries,
                    ignoringCase: false,
                    scope: scope
                )
            case "setvaluefromurl":
                fetches += 1
                guard fetches <= Self.fetchLimit else {
                    throw ConnectorError(
                        .notSupported,
                        "The policies of this operation make more than \(Self.fetchLimit) further calls."
                    )
                }
                request = try await FetchedValue(policy).put(into: request, scope: scope, fetch: fetch)
            default:
                guard let body = try BodyPolicies.apply(policy, to: request.body, scope: scope) else {
                    throw ConnectorError(
                        .notSupported,
                        "The operation needs the policy '\(policy.template)', which is not known."
                    )
                }
                request.body = body
            }
        }
        return request
    }

    /// Whether a header is made of a secret of the connection or of a header that holds one.
    private static func isCredential(_ policy: ConnectorPolicy, _ request: PolicyRequest, _ scope: PolicyScope) -> Bool
    {
        (policy.template("value")?.calls ?? []).contains { call in
            switch call.function {
            case .connectionParameters: scope.connection.isSecret(call.name)
            case .headers: request.credentialHeaders.contains(call.name.lowercased())
            default: false
            }
        }
    }
}

/// `setvaluefromurl`: one more call to the service, whose answer gives a header or a query parameter.
struct FetchedValue: Sendable {
    private let policy: ConnectorPolicy

    init(_ policy: ConnectorPolicy) { self.policy = policy }

    /// The request with the value.
    func put(
        into request: PolicyRequest,
        scope: PolicyScope,
        fetch: RequestPolicies.Fetch
    ) async throws -> PolicyRequest {
        guard let target = policy.template("parameterTemplate")?.onlyCall,
            [.headers, .queryParameters].contains(target.function),
            let address = policy.template("parameterValueUrl"),
            let place = policy.template("parameterValuePathTemplate")
        else { return request }
        var further = request
        further.method = policy.text("httpMethod")?.uppercased() ?? "GET"
        further.path = try scope.text(address) { value, _, _ in Percent.encode(value) }
        further.queries = []
        further.body = nil
        further.headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
        var answer = scope
        answer.body = try await fetch(further)
        guard let value = try answer.json(place)?.nonNull ?? scope.standIn else {
            throw ConnectorError(
                .adapterFailed,
                "A policy of the connector reads '\(place.source)' of the answer to \(further.method) "
                    + "\(further.path.prefix { $0 != "?" }), where it is not."
            )
        }
        let text = value.stringValue ?? value.text
        var result = request
        if target.function == .headers {
            result.headers.removeAll { $0.name.isSame(ignoringCase: target.name) }
            result.headers.append((target.name, text))
            if result.credentialHeaders.contains(target.name.lowercased())
                || target.name.lowercased() == "authorization"
            {
                result.credentialHeaders.insert(target.name.lowercased())
            }
        } else {
            result.queries.removeAll { $0.name == target.name }
            result.queries.append((target.name, text))
        }
        return result
    }
}

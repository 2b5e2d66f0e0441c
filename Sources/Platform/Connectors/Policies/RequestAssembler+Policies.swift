import JSONTree
import Outbound
import Secrets

extension RequestAssembler {
    /// The policies for the answers to a call of this connection; give each answer to its `apply(to:url:)`.
    ///
    /// - Parameters:
    ///   - rules: Those of the operation.
    ///   - draft: The call, whose path and parameters expressions may name.
    /// - Returns: The policies; they change nothing where the connector has none.
    /// - Throws: What reading a secret throws.
    func answerPolicies(_ rules: AnswerRules, draft: CallDraft) async throws -> AnswerPolicies {
        guard !rules.isEmpty else { return AnswerPolicies(rules, scope: nil) }
        var scope = PolicyScope(
            connection: try await policyConnection(rules.connectionParameters),
            pathValues: draft.pathValues
        )
        (scope.method, scope.queries, scope.headers) = (draft.method, draft.queries, draft.headers)
        return AnswerPolicies(rules, scope: scope)
    }

    /// The connection's parameters as policies see them, with those secrets among the names.
    func policyConnection(_ names: Set<String>) async throws -> PolicyConnection {
        var values: [String: String] = [:]
        for parameter in definition.connectionParameters where !parameter.isSecret {
            if let value = parameter.defaultValue?.nonNull { values[parameter.name] = value.stringValue ?? value.text }
        }
        for (name, value) in connection.parameters where !value.isNull {
            values[name] = value.stringValue ?? value.text
        }
        var secrets: [String: SecretValue] = [:]
        for name in names {
            let bare = name.lowercased().hasPrefix("token:") ? String(name.dropFirst(6)) : name
            let known = connection.secretNames.first {
                $0.isSame(ignoringCase: name) || $0.isSame(ignoringCase: bare)
            }
            let isPlain = values.keys.contains { $0.isSame(ignoringCase: name) || $0.isSame(ignoringCase: bare) }
            if known == nil, isPlain { continue }
            let place = known ?? name
            if let secret = try await tools.source.secret(place, of: connection) { secrets[place] = secret }
        }
        return PolicyConnection(
            name: connection.name,
            values: values,
            secrets: secrets,
            optional: Set(definition.connectionParameters.filter { !$0.isRequired }.map(\.name))
        )
    }

    /// A request after its policies.
    ///
    /// - Parameters:
    ///   - request: The request as the call wants it.
    ///   - policies: The policies of its operation.
    ///   - pathValues: The values of the operation's path, encoded.
    ///   - original: The call, for its time and networks.
    ///   - networks: Where it may go.
    ///   - keepsBase: Whether the connection or the adapter names the address, which no policy changes.
    ///   - authenticate: Puts credentials into a request.
    /// - Returns: The request, and whether it has its credentials already.
    /// - Throws: ``ConnectorError``, and what the further calls of policies throw.
    func applyingPolicies(
        to request: PolicyRequest,
        _ policies: RequestPolicies,
        pathValues: [String: String],
        original: ConnectorCall,
        networks: NetworkPolicy,
        keepsBase: Bool,
        authenticate: (inout OutboundRequest, NetworkPolicy) async throws -> Void
    ) async throws -> (request: PolicyRequest, isAuthenticated: Bool) {
        guard !policies.isEmpty else { return (request, false) }
        var request = request
        let isAuthenticated = policies.touchesFields && !isOwn && !isSigning
        if isAuthenticated {
            // Policies rewrite what shows who we are: `Token @headers('Authorization')`.
            let base = request.baseURL ?? definition.baseURL ?? "https://localhost"
            var bare = OutboundRequest(method: request.method, url: base, timeout: original.timeout, networks: networks)
            try await authenticate(&bare, networks)
            request.add(credentialsOf: bare)
        }
        var scope = PolicyScope(
            connection: try await policyConnection(policies.connectionParameters),
            pathValues: pathValues
        )
        scope.standIn = tools.isStaged ? "sample" : nil
        let transport = transport
        let fallback = definition.baseURL
        let result = try await policies.apply(
            to: request,
            scope: scope,
            keepsBase: keepsBase,
            fetch: { further in
                guard let base = further.baseURL ?? fallback else { return nil }
                var url = URLText.join(base, further.path)
                for (name, value) in further.queries { url = URLText.adding(name, value, to: url) }
                let response = try await transport.send(
                    OutboundRequest(
                        method: further.method,
                        url: url,
                        headers: OutboundHeaders(further.headers + [("Accept", "application/json")]),
                        timeout: original.timeout,
                        networks: networks,
                        redirects: .handOver,
                        responseLimit: 1_048_576,
                        credentialHeaders: further.credentialHeaders,
                        tag: original.tag
                    )
                )
                guard (200..<300).contains(response.status) else {
                    throw ConnectorError(
                        .adapterFailed,
                        "A policy of the connector asks \(further.method) \(further.path.prefix { $0 != "?" }) first, "
                            + "which was answered \(response.status)."
                    )
                }
                return BodyCoding.outputs(response, declared: "application/json").body
            }
        )
        return (result, isAuthenticated)
    }
}

extension PolicyRequest {
    /// Takes over headers and query parameters of a request that holds nothing but credentials.
    mutating func add(credentialsOf request: OutboundRequest) {
        for (name, value) in request.headers {
            // A cookie of the call's own stays beside that of the credential.
            let cookies = headers.filter { $0.name.isSame(ignoringCase: name) && name.isSame(ignoringCase: "Cookie") }
            headers.removeAll { $0.name.isSame(ignoringCase: name) }
            headers.append((name, (cookies.map(\.value) + [value]).joined(separator: "; ")))
            credentialHeaders.insert(name.lowercased())
        }
        queries += URLText.pairs(String(request.url.drop { $0 != "?" }.dropFirst()))
    }
}

extension URLText {
    /// The parameters of a query, decoded.
    static func pairs(_ query: String?) -> [(name: String, value: String)] {
        (query ?? "").split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return (Percent.decode(name), Percent.decode(pair.dropFirst(name.count + 1)))
        }
    }
}

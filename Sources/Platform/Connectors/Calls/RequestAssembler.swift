import JSONTree
import Moments
import Outbound

/// Makes requests for one connection: policies, credentials, address and body.
struct RequestAssembler: Sendable {
    let connection: Connection
    let definition: ConnectorDefinition
    let source: any ConnectionSource
    let tokens: ConnectionTokens
    let identities: (any ManagedIdentityTokens)?
    let clock: any WallClock
    var transport: any Transport
    /// What all calls of the connection go through, whatever is behind it.
    let lane: ConnectionLane
    /// What token endpoints are asked through.
    let network: any Transport
    let isOwn: Bool
    /// Whether stand-ins answer, which do not know what policies read of answers.
    var isStaged = false

    /// The address that stands for this server itself in requests that never leave the process.
    static let ownBaseURL = "https://tocsin.localhost"

    func request(
        _ call: CallDraft,
        operation: OperationDescription?,
        call original: ConnectorCall,
        context: AdapterContext
    ) async throws -> OutboundRequest {
        let host = try call.host.map(host)
        let networks = original.networks.union(try connection.networkPolicy())
        // Policies see and replace parameters that came with the path, too.
        let hasPolicies = !RequestPolicies(definition.policies, operation: operation).isEmpty
        // What a policy sees of the credentials is less than what is shown: the way and the last steps come with it.
        var shown: OutboundRequest?
        let (draft, isAuthenticated) = try await applyingPolicies(
            to: PolicyRequest(
                method: call.method,
                baseURL: try connection.baseURL.map(definition.completing)
                    ?? (isOwn ? Self.ownBaseURL : host.map { try address($0, context) }),
                path: call.path,
                queries: hasPolicies ? URLText.pairs(call.rawQuery) + call.queries : call.queries,
                headers: call.headers,
                body: call.body
            ),
            operation: operation,
            pathValues: call.pathValues,
            original: original,
            networks: networks,
            keepsBase: connection.baseURL != nil || isOwn || host != nil,
            authenticate: { request, _ in
                try await authenticate(&request, rule: host?.authentication, operation, context)
                shown = request
            }
        )
        guard let base = draft.baseURL ?? definition.baseURL else {
            throw ConnectorError(
                .incompleteConnection,
                "The connection '\(connection.name)' needs a 'baseUrl', because its connector names no host."
            )
        }
        var url = URLText.join(base, draft.path)
        // Services whose whole address is their root are called there, not at nothing.
        if call.isMapped, draft.path == "/", !url.hasSuffix("/") { url += "/" }
        if let raw = call.rawQuery, !raw.isEmpty, !hasPolicies { url += "\(url.holds("?") ? "&" : "?")\(raw)" }
        for (name, value) in draft.queries { url = URLText.adding(name, value, to: url) }
        var request = OutboundRequest(
            method: draft.method,
            url: url,
            timeout: original.timeout,
            networks: networks,
            credentialHeaders: draft.credentialHeaders,
            tag: original.tag
        )
        for (name, value) in draft.headers { request.headers.add(name, value) }
        // A mapped body is what the service behind takes; only a form stays one.
        let declared = call.hasMappedBody && operation?.formKind() != .encoded ? nil : operation
        if let body = draft.body { try BodyCoding.write(body, operation: declared, to: &request) }
        if let declared, declared.requiresHeader("Content-Type"), !request.headers.contains("Content-Type") {
            request.headers.add("Content-Type", declared.textType)
        }
        if !request.headers.contains("Accept") {
            request.headers.add("Accept", declared?.acceptedTypes ?? "application/json")
        }
        if let shown {
            request.takeOver(shown)
        } else if !isOwn, !isAuthenticated {
            try await authenticate(&request, rule: host?.authentication, operation, context)
        }
        return request
    }

    private func host(_ name: String) throws -> ConnectorAdapter.Host {
        if let host = definition.adapter.hosts[name] { return host }
        throw ConnectorError(.adapterFailed, "The adapter has no host '\(name)'.")
    }

    /// The address of one of the adapter's hosts, with the connection's parameters filled in.
    private func address(_ host: ConnectorAdapter.Host, _ context: AdapterContext) throws -> String {
        guard let url = try context.evaluate(host.url, "hosts").stringValue, !url.isEmpty else {
            throw ConnectorError(.adapterFailed, "The adapter's host is no address.")
        }
        return url.holds("://") ? url : "https://\(url)"
    }

    /// Shows who makes the request.
    ///
    /// `rule`: the way of the host, where the adapter names one; the connection's own comes before it.
    private func authenticate(
        _ request: inout OutboundRequest,
        rule: JSON?,
        _ operation: OperationDescription?,
        _ context: AdapterContext
    ) async throws {
        let authenticator = Authenticator(
            connection: connection,
            definition: definition,
            source: source,
            tokens: tokens,
            identities: identities,
            network: network,
            clock: clock,
            call: context.values["request"] ?? .null,
            operation: operation
        )
        try await authenticator.authenticate(&request, rule: rule)
    }
}

extension OutboundRequest {
    /// Takes over what a request of credentials has besides headers and queries: its way, its certificate, and its last steps.
    ///
    /// A token that a policy has rewritten stays as it is: the step that would show the token anew is left out.
    fileprivate mutating func takeOver(_ shown: OutboundRequest) {
        route = shown.route
        clientCertificate = shown.clientCertificate
        credentialHeaders.formUnion(shown.credentialHeaders)
        let isRewritten = headers["Authorization"] != shown.headers["Authorization"]
        lastSteps += shown.lastSteps.filter { !(isRewritten && $0 is TokenStep) }
    }
}

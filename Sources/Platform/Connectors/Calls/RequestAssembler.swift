import Content
import JSONTree
import Moments
import Outbound
import Secrets

/// Makes requests for one connection: policies, credentials, address and body.
struct RequestAssembler: Sendable {
    let connection: Connection
    let definition: ConnectorDefinition
    let source: any ConnectionSource
    let tokens: ConnectionTokens
    let identities: (any ManagedIdentityTokens)?
    let transport: any Transport
    /// What token endpoints are asked through.
    let network: any Transport
    let isOwn: Bool

    /// The address that stands for this server itself in requests that never leave the process.
    static let ownBaseURL = "https://tocsin.localhost"

    func request(
        _ call: CallDraft,
        operation: OperationDescription?,
        call original: ConnectorCall
    ) async throws -> OutboundRequest {
        var draft = PolicyRunner.Draft(
            method: call.method,
            baseURL: connection.baseURL ?? (isOwn ? Self.ownBaseURL : ""),
            path: call.path,
            queries: call.queries,
            headers: call.headers
        )
        try PolicyRunner.apply(
            definition.policies,
            to: &draft,
            operation: operation,
            pathValues: call.pathValues,
            connection: { connection.parameters[$0]?.stringValue }
        )
        guard let base = draft.baseURL.isEmpty ? definition.baseURL : draft.baseURL else {
            throw ConnectorError(
                .incompleteConnection,
                "The connection '\(connection.name)' needs a 'baseUrl', because its connector names no host."
            )
        }
        var url = URLText.join(base, draft.path)
        if let raw = call.rawQuery, !raw.isEmpty { url += "?\(raw)" }
        for (name, value) in draft.queries { url = URLText.adding(name, value, to: url) }
        let networks = original.networks.union(try connection.networkPolicy())
        var request = OutboundRequest(
            method: draft.method,
            url: url,
            timeout: original.timeout,
            networks: networks,
            tag: original.tag
        )
        for (name, value) in draft.headers { request.headers.add(name, value) }
        if let body = call.body { try BodyCoding.write(body, operation: operation, to: &request) }
        if !request.headers.contains("Accept") {
            let takesJSON =
                operation?.produces.isEmpty ?? true || operation?.produces.contains { $0.contains("json") } == true
            request.headers.add("Accept", takesJSON ? "application/json" : "*/*")
        }
        if !isOwn { try await authenticate(&request, networks) }
        return request
    }

    private func authenticate(_ request: inout OutboundRequest, _ networks: NetworkPolicy) async throws {
        let reader = CredentialReader(connection: connection, definition: definition, source: source)
        for credential in try await reader.credentials() {
            switch credential {
            case .none: continue
            case .header(let name, let value):
                request.headers[name] = value.text
                request.credentialHeaders.insert(name)
            case .query(let name, let value): request.url = URLText.adding(name, value.text, to: request.url)
            case .basic(let user, let password):
                request.headers["Authorization"] =
                    "Basic \(Base64.encode(Array(user.utf8) + [UInt8(ascii: ":")] + password.bytes))"
            case .bearer(let token): request.headers["Authorization"] = "Bearer \(token.text)"
            case .clientCredentials(let credentials):
                let token = try await tokens.token(credentials, for: connection, networks: networks, transport: network)
                request.headers["Authorization"] = "Bearer \(token.text)"
            case .managedIdentity(let audience):
                guard let identities else {
                    throw ConnectorError(
                        .authenticationFailed,
                        "The connection '\(connection.name)' needs a managed identity, which this server does not offer."
                    )
                }
                let token = try await identities.token(audience: audience, tenant: connection.tenant)
                request.headers["Authorization"] = "Bearer \(token)"
            }
        }
    }
}

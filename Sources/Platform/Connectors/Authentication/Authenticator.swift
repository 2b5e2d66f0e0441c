import Content
import JSONTree
import Moments
import Outbound
import Secrets

/// Gives requests of a connection what shows who makes them.
///
/// Values that are the same for every request are set at once. Tokens are set at once, so that trouble shows before anything
/// is sent, and looked at again at the last moment; signatures are made at the last moment only.
struct Authenticator: Sendable {
    let connection: Connection
    let definition: ConnectorDefinition
    let source: any ConnectionSource
    let tokens: ConnectionTokens
    let identities: (any ManagedIdentityTokens)?
    /// What token endpoints are asked through.
    let network: any Transport
    let clock: any WallClock
    /// The call as templates see it.
    var call: JSON = .null
    /// The operation that is called, which may want other credentials than the rest; nil when none fits.
    var operation: OperationDescription?

    /// Authenticates a request.
    ///
    /// - Parameters:
    ///   - request: The request; its address decides nothing here.
    ///   - rule: The rule of the host that it goes to, where that has one of its own; nil: the connection's, the adapter's or
    ///     the definition's.
    /// - Throws: ``ConnectorError``; `OutboundError` where a token endpoint does not answer. Nothing of the call was sent.
    func authenticate(_ request: inout OutboundRequest, rule: JSON? = nil) async throws {
        let reader = CredentialReader(
            connection: connection,
            definition: definition,
            source: source,
            clock: clock,
            call: call,
            operation: operation
        )
        let values = try await reader.values()
        try connection.equip(&request, values)
        let credentials = try await reader.credentials(rule: rule, values: values)
        for credential in credentials { try await show(credential, in: &request) }
        values.markCredentials(in: &request)
    }

    private func show(_ credential: Credential, in request: inout OutboundRequest) async throws {
        switch credential {
        case .none: return
        case .header(let name, let value):
            request.headers[name] = value.text
            request.credentialHeaders.insert(name)
        case .cookie(let name, let value):
            let others = request.headers["Cookie"].map { "\($0); " } ?? ""
            request.headers["Cookie"] = "\(others)\(name)=\(value.text)"
            request.credentialHeaders.insert("Cookie")
        case .query(let name, let value): request.lastSteps.append(QueryKey(name: name, value: value))
        case .basic(let user, let password):
            request.headers["Authorization"] =
                "Basic \(Base64.encode(Array(user.utf8) + [UInt8(ascii: ":")] + password.bytes))"
        case .bearer(let token): request.headers["Authorization"] = "Bearer \(token.text)"
        case .token(let demand):
            let way = TokenWay(
                transport: network,
                networks: request.networks,
                route: request.route,
                source: source
            )
            let step = TokenStep(demand: demand, connection: connection, tokens: tokens, way: way)
            try await step.finish(&request)
            request.lastSteps.append(step)
        case .managedIdentity(let audience):
            guard let identities else {
                throw ConnectorError(
                    .authenticationFailed,
                    "The connection '\(connection.name)' needs a managed identity, which this server does not offer."
                )
            }
            let token = try await identities.token(audience: audience, tenant: connection.tenant)
            request.headers["Authorization"] = "Bearer \(token)"
        case .signature(let step): request.lastSteps.append(step)
        }
    }
}

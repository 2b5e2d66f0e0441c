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
        try await show(try await credentials(rule: rule), in: &request)
    }

    /// What the connection shows, read anew.
    ///
    /// - Parameter rule: As for ``authenticate(_:rule:)``.
    /// - Returns: The credentials, with their secrets.
    /// - Throws: ``ConnectorError`` when the connection lacks something.
    func credentials(rule: JSON? = nil) async throws -> ReadCredentials {
        let reader = CredentialReader(
            connection: connection,
            definition: definition,
            source: source,
            clock: clock,
            call: call,
            operation: operation
        )
        let values = try await reader.values()
        return ReadCredentials(values: values, credentials: try await reader.credentials(rule: rule, values: values))
    }

    /// Puts credentials into a request.
    ///
    /// - Parameters:
    ///   - read: What the connection shows.
    ///   - request: The request.
    /// - Throws: `OutboundError` where a token endpoint does not answer. Nothing of the call was sent.
    func show(_ read: ReadCredentials, in request: inout OutboundRequest) async throws {
        try connection.equip(&request, read.values)
        for credential in read.credentials where !credential.show(in: &request) {
            try await fetch(credential, for: &request)
        }
        read.values.markCredentials(in: &request)
    }

    /// Shows what is not standing: a token that may have to be fetched, a signature over the finished request.
    private func fetch(_ credential: Credential, for request: inout OutboundRequest) async throws {
        switch credential {
        case .none, .omitted, .header, .cookie, .query, .basic, .bearer: return
        case .token(let demand):
            let way = TokenWay(
                transport: network,
                networks: request.networks,
                route: request.route,
                source: source
            )
            let step: any LastStep =
                if let login = demand.login {
                    SessionStep(
                        login: login,
                        demand: demand,
                        connection: connection,
                        tokens: tokens,
                        way: way,
                        clock: clock
                    )
                } else {
                    TokenStep(demand: demand, connection: connection, tokens: tokens, way: way)
                }
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

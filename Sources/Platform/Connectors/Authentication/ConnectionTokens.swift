import JSONTree
public import Moments
import Outbound
import Secrets

/// Gives tokens of the server's own managed identities.
public protocol ManagedIdentityTokens: Sendable {
    /// A token for an audience, in the name of the tenant's workflows.
    func token(audience: String, tenant: String) async throws -> String

    /// A token for an audience, in the name of a certain identity.
    ///
    /// - Parameters:
    ///   - audience: What the token is for.
    ///   - tenant: Whose workflow asks.
    ///   - identity: The resource id of a user-assigned identity; nil: the workflow's own.
    /// - Returns: The token.
    /// - Throws: ``ConnectorError`` with `.authenticationFailed` when there is no such identity.
    func token(audience: String, tenant: String, identity: String?) async throws -> String
}

extension ManagedIdentityTokens {
    /// A token of the workflow's own identity; user-assigned identities are not known.
    public func token(audience: String, tenant: String, identity: String?) async throws -> String {
        guard let identity else { return try await token(audience: audience, tenant: tenant) }
        throw ConnectorError(
            .authenticationFailed,
            "There is no identity '\(identity)' on this server. Leave out 'identity', so that the workflow's own is used."
        )
    }
}

/// Gets tokens from token endpoints and keeps them until a minute before they expire.
public actor ConnectionTokens {
    private struct Key: Hashable {
        let tenant: String
        let connection: String
        let endpoint: String
        let client: String
        let scope: String
    }

    private struct Token {
        let value: SecretValue
        let until: Timestamp
    }

    /// The most tokens that are kept: 10,000; beyond, those that expired are dropped, then all.
    public static let limit = 10_000

    private let clock: any WallClock
    private var tokens: [Key: Token] = [:]
    private var flights: [Key: Task<Token, any Error>] = [:]

    /// Makes an empty keep.
    public init(clock: any WallClock = SystemClock()) { self.clock = clock }

    /// A token by client credentials; calls for the same one share one request.
    func token(
        _ credentials: ClientCredentials,
        for connection: Connection,
        networks: NetworkPolicy,
        transport: any Transport
    ) async throws -> SecretValue {
        let key = Key(
            tenant: connection.tenant,
            connection: connection.name,
            endpoint: credentials.tokenURL,
            client: credentials.clientID,
            scope: credentials.scope ?? credentials.audience ?? ""
        )
        if let token = tokens[key], token.until > clock.now { return token.value }
        if let flight = flights[key] { return try await flight.value.value }
        let clock = clock
        let flight = Task {
            try await Self.fetch(credentials, connection.name, networks: networks, transport: transport, clock: clock)
        }
        flights[key] = flight
        defer { flights[key] = nil }
        let token = try await flight.value
        if tokens.count >= Self.limit {
            let now = clock.now
            tokens = tokens.filter { $0.value.until > now }
            if tokens.count >= Self.limit { tokens = [:] }
        }
        tokens[key] = token
        return token.value
    }

    /// Forgets the tokens of a connection, after the service refused one or its secret changed.
    public func forget(_ connection: String, tenant: String) {
        tokens = tokens.filter { $0.key.tenant != tenant || $0.key.connection != connection }
    }

    private static func fetch(
        _ credentials: ClientCredentials,
        _ name: String,
        networks: NetworkPolicy,
        transport: any Transport,
        clock: any WallClock
    ) async throws -> Token {
        var fields = [
            ("grant_type", "client_credentials"), ("client_id", credentials.clientID),
            ("client_secret", credentials.secret.text),
        ]
        if let scope = credentials.scope { fields.append(("scope", scope)) }
        if let audience = credentials.audience { fields.append(("audience", audience)) }
        let form = fields.map { "\($0.0)=\(Percent.encode($0.1))" }.joined(separator: "&")
        let response = try await transport.send(
            OutboundRequest(
                method: "POST",
                url: credentials.tokenURL,
                headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
                body: Array(form.utf8),
                timeout: .seconds(30),
                networks: networks,
                redirects: .handOver,
                responseLimit: 1_048_576
            )
        )
        let answer: JSON
        do {
            answer = try JSON.parse(response.body)
        } catch {
            throw failed(name, "the token endpoint answered \(response.status) without JSON.")
        }
        guard response.status == 200, let text = answer["access_token"]?.stringValue else {
            // `error` is a word of the specification; the description may repeat what was sent.
            let word = answer["error"]?.stringValue ?? "without 'access_token'"
            throw failed(name, "the token endpoint answered \(response.status) \(word).")
        }
        let seconds = answer["expires_in"]?.integerValue ?? answer["expires_in"]?.stringValue.flatMap(Int64.init) ?? 300
        let life = TimeSpan.seconds(max(0, min(seconds, 86_400) - 60))
        return Token(value: SecretValue(text), until: clock.now + life)
    }

    private static func failed(_ name: String, _ what: String) -> ConnectorError {
        ConnectorError(.authenticationFailed, "No token for the connection '\(name)': \(what)")
    }
}

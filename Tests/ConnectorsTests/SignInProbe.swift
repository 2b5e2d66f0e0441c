import JSONTree
import Moments
import Outbound
import Secrets

@testable import Connectors

/// What a request shows of a connection, and what is asked of token endpoints for it.
struct SignInProbe {
    var definition: JSON
    var properties: JSON?
    var parameters: [String: JSON] = [:]
    var secrets: [String: String] = [:]
    /// The set of parameters that the connection names.
    var set: String?
    /// The operation that is called; nil leaves it open.
    var operation: String?
    var baseURL: String?

    private func world() throws -> (Connection, ConnectorDefinition, FixedConnections) {
        var connection = Connection(
            tenant: "t1",
            name: "c",
            connector: "any",
            parameters: parameters,
            secretNames: Set(secrets.keys),
            baseURL: baseURL
        )
        connection.parameterSet = set
        let kept = Dictionary(uniqueKeysWithValues: secrets.map { ("c/\($0.key)", SecretValue($0.value)) })
        return (
            connection, try ConnectorDefinition(name: "any", definition: definition, properties: properties),
            FixedConnections([connection], secrets: kept)
        )
    }

    /// The request, and those of token endpoints.
    func request() async throws -> (made: OutboundRequest, tokens: [OutboundRequest]) {
        let (connection, definition, source) = try world()
        let transport = RecordingTransport { _ in .json(["access_token": "T", "expires_in": 3600]) }
        let authenticator = Authenticator(
            connection: connection,
            definition: definition,
            source: source,
            tokens: ConnectionTokens(clock: VirtualClock(Fixtures.noon)),
            identities: nil,
            network: transport,
            clock: VirtualClock(Fixtures.noon),
            operation: operation.flatMap(definition.operation(id:))
        )
        var request = OutboundRequest(method: "GET", url: "https://api.example/x")
        try await authenticator.authenticate(&request)
        return (try await request.finished(), transport.requests)
    }

    /// What the request shows, as `NAME=VALUE` in the order of names; queries follow headers.
    func shown() async throws -> String {
        let made = try await request().made
        let headers = made.headers.map { "\($0.name)=\($0.value)" }.sorted()
        let query = made.url.split(separator: "?").dropFirst().first.map(String.init)
        return (headers + (query.map { [$0] } ?? [])).joined(separator: " ")
    }

    /// The credentials, before any token is fetched.
    func credentials() async throws -> [Credential] {
        let (connection, definition, source) = try world()
        let reader = CredentialReader(
            connection: connection,
            definition: definition,
            source: source,
            clock: VirtualClock(Fixtures.noon),
            operation: operation.flatMap(definition.operation(id:))
        )
        return try await reader.credentials()
    }

    /// What the connection lacks.
    func refusal() async throws -> String {
        do {
            return "none, but \(try await shown())"
        } catch let error as ConnectorError {
            return error.code == .incompleteConnection ? error.message : "\(error.code)"
        }
    }

    /// Checks the connection as it is before it is kept.
    func check() async throws {
        let folder = try TestFolder.make(
            ["any/apiDefinition.swagger.json": definition].merging(
                properties.map { ["any/apiProperties.json": $0] } ?? [:]
            ) { first, _ in first }
        )
        let (connection, _, source) = try world()
        let registry = ConnectorRegistry(folders: [folder], connections: source, transport: RecordingTransport())
        try await registry.check(connection, secrets: [:])
    }
}

public import JSONTree
public import Outbound
public import Secrets

/// A service that does not speak HTTP: mail, a directory, a database, files.
public protocol ConnectorService: Sendable {
    /// Performs one operation.
    ///
    /// - Parameter call: The operation with its parameters and connection.
    /// - Returns: Status, headers and body as a service of the web would answer; refusals of the service are answers of the
    ///   class 4xx or 5xx.
    /// - Throws: `OutboundError` where there is no answer, which says whether anything can have happened;
    ///   ``ConnectorError`` where the call cannot be made.
    func perform(_ call: ServiceCall) async throws -> ConnectorOutputs
}

/// One operation of a ``ConnectorService``.
public struct ServiceCall: Sendable {
    /// The operation's id as the definition writes it.
    public let operation: String
    /// `method`, `path`, `parameters` (of the path, by name, decoded), `queries`, `headers` (names in small letters), `body`.
    public let request: JSON
    /// The connection.
    public let connection: Connection
    /// The networks that it may reach.
    public let networks: NetworkPolicy
    /// How long it may take.
    public let timeout: Duration
    /// The key of the call, the same for every attempt: 64 hexadecimal digits.
    public let key: String
    private let source: any ConnectionSource

    init(
        operation: String,
        request: JSON,
        connection: Connection,
        networks: NetworkPolicy,
        timeout: Duration,
        key: String,
        source: any ConnectionSource
    ) {
        self.operation = operation
        self.request = request
        self.connection = connection
        self.networks = networks
        self.timeout = timeout
        self.key = key
        self.source = source
    }

    /// A parameter of the path; nil when the operation has none of that name.
    public func path(_ name: String) -> String? { request["parameters"]?[name]?.stringValue }

    /// A parameter of the query; nil when the call has none of that name.
    public func query(_ name: String) -> String? { request["queries"]?[name]?.stringValue }

    /// The body; null when there is none.
    public var body: JSON { request["body"] ?? .null }

    /// A parameter of the connection that is no secret; nil when it is not set.
    public func setting(_ name: String) -> JSON? { connection.parameters[name].flatMap(\.nonNull) }

    /// A secret of the connection; nil when it was never set.
    public func secret(_ name: String) async throws -> SecretValue? { try await source.secret(name, of: connection) }
}

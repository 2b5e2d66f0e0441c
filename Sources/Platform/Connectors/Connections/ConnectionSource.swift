public import Secrets

/// Where the registry finds connections and their secrets.
public protocol ConnectionSource: Sendable {
    /// A number that is another after every change of a connection or a secret, so that what was made of them can be kept as long
    /// as it stays; nil where the source does not know, so that nothing is kept.
    var revision: Int? { get }

    /// The connection of a name, matched without regard to case; nil when the tenant has none.
    func connection(_ name: String, tenant: String) async throws -> Connection?

    /// A secret parameter of a connection; nil when it was never set.
    func secret(_ parameter: String, of connection: Connection) async throws -> SecretValue?

    /// The names of a connection's secrets.
    func secretNames(of connection: Connection) async throws -> Set<String>

    /// The connection's tokens as they were sealed last; nil when there are none.
    func keptTokens(of connection: Connection) async throws -> SecretValue?

    /// Seals the connection's tokens, in the place of older ones, and returns when they are durable.
    func keepTokens(_ tokens: SecretValue, of connection: Connection) async throws
}

extension ConnectionSource {
    /// Not known.
    public var revision: Int? { nil }

    /// Those that the connection's record names.
    public func secretNames(of connection: Connection) async throws -> Set<String> { connection.secretNames }

    /// None: this source keeps no tokens, so that they live as long as the process.
    public func keptTokens(of connection: Connection) async throws -> SecretValue? { nil }

    /// Keeps nothing.
    public func keepTokens(_ tokens: SecretValue, of connection: Connection) async throws {}
}

/// Connections that are given once and kept in memory; for tests, rehearsals and the command line.
public struct FixedConnections: ConnectionSource {
    private let connections: [Connection]
    private let secrets: [String: SecretValue]

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - connections: The connections.
    ///   - secrets: Their secrets, by `connection/parameter`.
    public init(_ connections: [Connection], secrets: [String: SecretValue] = [:]) {
        self.connections = connections
        self.secrets = secrets
    }

    /// Always the same: nothing changes here.
    public var revision: Int? { 0 }

    /// The connection of a name.
    public func connection(_ name: String, tenant: String) async throws -> Connection? {
        connections.first { $0.tenant == tenant && $0.name.lowercased() == name.lowercased() }
    }

    /// A secret parameter of a connection.
    public func secret(_ parameter: String, of connection: Connection) async throws -> SecretValue? {
        secrets["\(connection.name)/\(parameter)"]
    }

    /// The names of the secrets that were given for a connection, and of those that it names.
    public func secretNames(of connection: Connection) async throws -> Set<String> {
        let own = secrets.keys.filter { $0.hasPrefix("\(connection.name)/") }
        return connection.secretNames.union(own.map { String($0.dropFirst(connection.name.utf8.count + 1)) })
    }
}

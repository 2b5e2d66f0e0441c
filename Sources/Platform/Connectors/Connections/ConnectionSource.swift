public import Secrets

/// Where the registry finds connections and their secrets.
public protocol ConnectionSource: Sendable {
    /// The connection of a name, matched without regard to case; nil when the tenant has none.
    func connection(_ name: String, tenant: String) async throws -> Connection?

    /// A secret parameter of a connection; nil when it was never set.
    func secret(_ parameter: String, of connection: Connection) async throws -> SecretValue?
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

    /// The connection of a name.
    public func connection(_ name: String, tenant: String) async throws -> Connection? {
        connections.first { $0.tenant == tenant && $0.name.lowercased() == name.lowercased() }
    }

    /// A secret parameter of a connection.
    public func secret(_ parameter: String, of connection: Connection) async throws -> SecretValue? {
        secrets["\(connection.name)/\(parameter)"]
    }
}

import JSONTree
import Outbound
public import Secrets

extension ConnectorRegistry {
    /// Checks a connection before it is kept: its connector, its parameters and their types, its way to sign in.
    ///
    /// Nothing is asked of any service.
    ///
    /// - Parameters:
    ///   - given: The connection, with the names of the secrets that are kept already.
    ///   - secrets: The secrets that are to be kept with it.
    /// - Returns: The connection as it is to be kept: texts that users see are replaced by the values that they stand for.
    /// - Throws: ``ConnectorError`` that says what is missing or wrong, and never a secret.
    @discardableResult
    public func check(_ given: Connection, secrets: [String: SecretValue]) async throws -> Connection {
        let definition = try definition(of: given)
        var connection = given
        try checkHome(connection, definition)
        _ = try connection.networkPolicy()
        try connection.checkBaseURL()
        connection.secretNames.formUnion(secrets.keys)
        let source = Overlay(base: connections, secrets: secrets)
        var reader = CredentialReader(connection: connection, definition: definition, source: source, clock: clock)
        let set = try await reader.parameterSet()
        connection = try connection.choosing(among: set.parameters)
        reader.connection = connection
        let values = try await reader.values()
        for parameter in set.parameters { try checkType(parameter, connection) }
        for parameter in set.parameters {
            let asked =
                parameter.isRequired && !parameter.type.hasPrefix("oauth") && !parameter.type.hasPrefix("gateway")
            // A way to sign in of the connection's own may leave out what only the former way needs.
            if asked, !values.has(parameter.name), !(parameter.isSecret && connection.authentication != nil) {
                throw ConnectorError(
                    .incompleteConnection,
                    "The connection '\(connection.name)' lacks the \(parameter.isSecret ? "secret" : "parameter") '\(parameter.name)'"
                        + "\(parameter.displayName.map { " (\($0))" } ?? ""), which '\(definition.name)' needs."
                )
            }
        }
        for (name, value) in connection.parameters where value.objectValue != nil || value.arrayValue != nil {
            throw ConnectorError(
                .invalidParameter,
                "The parameter '\(name)' must be a text, a number or a truth value."
            )
        }
        var request = OutboundRequest(method: "GET", url: "https://localhost/")
        try connection.equip(&request, values)
        if let file = values.value("clientCertificate"), file.count > 0 {
            _ = try CertificateText.certificate(
                file,
                password: values.text("clientCertificatePassword"),
                connection: connection.name
            )
        }
        connection.secretNames = given.secretNames
        guard !isOwn(connection, definition) else { return connection }
        try connection.checkAddress(definition, values)
        if try await reader.credentials(values: values).isEmpty, reader.followsDefinition {
            try checkUse(of: values, connection, definition)
        }
        return connection
    }

    /// Throws when a connection that shows nothing of who it is has a secret that nothing takes.
    private func checkUse(
        of values: ConnectionValues,
        _ connection: Connection,
        _ definition: ConnectorDefinition
    ) throws {
        // What an adapter makes of the parameters is known only when a call is made.
        guard !definition.signIn.schemes.isEmpty, definition.adapter.json == nil else { return }
        var taken = Set(Connection.commonSecrets.map { $0.lowercased() })
        for name in RequestPolicies.connectionParameters(definition.policies) { taken.insert(name.lowercased()) }
        for parameter in definition.operations.flatMap(\.parameters) { taken.insert(parameter.name.lowercased()) }
        guard let unused = values.hidden.keys.sorted().first(where: { !taken.contains($0) }) else { return }
        let ways = definition.signIn.schemes.compactMap(\.demand).joined(separator: ", or ")
        throw ConnectorError(
            .incompleteConnection,
            "The connection '\(connection.name)' gives the secret '\(unused)', and nothing of '\(definition.name)' says what to do with it"
                + "\(ways.isEmpty ? "" : "; its ways to sign in need \(ways)"). Name a way in 'authentication'."
        )
    }

    private func checkHome(_ connection: Connection, _ definition: ConnectorDefinition) throws {
        guard isOwn(connection, definition), definition.adapter.own != .served else { return }
        let isPlanned = definition.adapter.own == .planned
        throw ConnectorError(
            .notSupported,
            isPlanned
                ? "This server cannot be the service of '\(definition.name)' yet: its surface is planned and not built. Leave out 'home', so that the connection leads to the network."
                : "This server is no service of '\(definition.name)'. Leave out 'home', so that the connection leads to the network."
        )
    }

    private func checkType(_ parameter: ConnectionParameter, _ connection: Connection) throws {
        guard
            let value = connection.parameters.first(where: { $0.key.lowercased() == parameter.name.lowercased() })?
                .value
        else { return }
        if parameter.isSecret {
            throw ConnectorError(.invalidParameter, "'\(parameter.name)' is a secret; give it in 'secrets'.")
        }
        let fits =
            switch parameter.type {
            case "int", "integer": value.integerValue != nil || value.stringValue.flatMap { Int64($0) } != nil
            case "bool", "boolean":
                value.boolValue != nil || ["true", "false"].contains(value.stringValue?.lowercased() ?? "")
            case "string", "array": value.stringValue != nil || value.integerValue != nil || value.boolValue != nil
            default: true
            }
        guard fits else {
            throw ConnectorError(
                .invalidParameter,
                "The parameter '\(parameter.name)' of the connection '\(connection.name)' must be of the type \(parameter.type)."
            )
        }
    }

    /// The kept secrets with new ones before them.
    private struct Overlay: ConnectionSource {
        let base: any ConnectionSource
        let secrets: [String: SecretValue]

        func connection(_ name: String, tenant: String) async throws -> Connection? {
            try await base.connection(name, tenant: tenant)
        }

        func secretNames(of connection: Connection) async throws -> Set<String> {
            try await base.secretNames(of: connection).union(secrets.keys)
        }

        func secret(_ parameter: String, of connection: Connection) async throws -> SecretValue? {
            if let given = secrets[parameter] { return given }
            return try await base.secret(parameter, of: connection)
        }
    }
}

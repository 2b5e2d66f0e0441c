public import JSONTree
public import Outbound

/// What trying a connection has shown.
public struct ConnectionTest: Sendable, Hashable {
    /// Whether the service has answered as it does to those whom it knows; nil where nothing could be called.
    public var works: Bool?
    /// The operation that was called.
    public var operation: String?
    /// The status of the answer.
    public var statusCode: Int?
    /// What was found, in words.
    public var message: String

    /// The result as JSON.
    public var json: JSON {
        var object: JSONObject = ["message": .string(message)]
        object["works"] = works.map(JSON.bool) ?? .null
        object["operation"] = operation.map(JSON.string)
        object["statusCode"] = statusCode.map { .integer(Int64($0)) }
        return .object(object)
    }
}

extension ConnectorRegistry {
    /// Tries a connection: calls the operation that its connector names for it (`x-ms-capabilities`, `testConnection`), or else the
    /// first that reads and needs no parameter.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - networks: What the server opens besides the public internet.
    /// - Returns: What was found; trouble is a finding too.
    /// - Throws: What reading the connection throws.
    public func test(_ connection: Connection, networks: NetworkPolicy) async throws -> ConnectionTest {
        do {
            let definition = try definition(of: connection)
            try await check(connection, secrets: [:])
            guard let (operation, parameters) = Self.probe(definition) else {
                return try await testCredential(connection, definition, networks)
            }
            var call = ConnectorCall(
                tenant: connection.tenant,
                connection: connection.name,
                method: "GET",
                path: "/",
                executionKey: "connection-test",
                timeout: .seconds(30),
                networks: networks,
                tag: "connection-test"
            )
            call = try await resolving(call, operation: operation.id, parameters: parameters)
            let prepared = try await prepare(call)
            let answer = prepared.interpret(try await prepared.transport.send(prepared.request))
            return Self.judge(answer, operation)
        } catch let error as ConnectorError {
            return ConnectionTest(works: false, message: error.message)
        } catch let error as OutboundError {
            return ConnectionTest(works: false, message: "The service was not reached: \(error.message)")
        }
    }

    private static func judge(_ answer: ConnectorOutputs, _ operation: OperationDescription) -> ConnectionTest {
        let status = answer.statusCode
        let message =
            switch status {
            case ..<400: "The service has answered '\(operation.id)' with \(status)."
            case 401: "The service refuses the credential (401)."
            case 403: "The service knows the credential and does not permit '\(operation.id)' (403)."
            case 429: "The service was reached and asks for a pause (429)."
            default: "The service was reached and has answered '\(operation.id)' with \(status)."
            }
        return ConnectionTest(works: status < 400, operation: operation.id, statusCode: status, message: message)
    }

    /// Where nothing can be called: at least the token is fetched.
    private func testCredential(
        _ connection: Connection,
        _ definition: ConnectorDefinition,
        _ networks: NetworkPolicy
    ) async throws -> ConnectionTest {
        var checked = "its settings are complete"
        if !isOwn(connection, definition) {
            var request = OutboundRequest(
                method: "GET",
                url: connection.mainURL(definition) ?? "https://localhost/",
                networks: networks.union(try connection.networkPolicy())
            )
            let authenticator = Authenticator(
                connection: connection,
                definition: definition,
                source: connections,
                tokens: tokens,
                identities: identities,
                network: transport,
                clock: clock
            )
            try await authenticator.authenticate(&request)
            if request.lastSteps.contains(where: { $0 is SessionStep }) {
                checked += ", and it has signed in"
            } else if request.headers["Authorization"]?.hasPrefix("Bearer ") == true {
                checked += ", and a token is there"
            }
        }
        return ConnectionTest(
            message:
                "No operation of '\(definition.name)' reads without parameters, so that the service was not called; \(checked)."
        )
    }

    /// The operation to call, with its parameters.
    static func probe(_ definition: ConnectorDefinition) -> (OperationDescription, JSON)? {
        if let named = definition.signIn.test, let operation = definition.operation(id: named.operation) {
            let known = Set(operation.parameters.map(\.name))
            var parameters = JSONObject()
            for (name, value) in named.parameters.objectValue ?? JSONObject()
            where known.contains(String(name.prefix { $0 != "/" })) { parameters[name] = value }
            return (operation, .object(parameters))
        }
        let found = definition.operations.first { operation in
            operation.method == "GET" && operation.trigger == nil && !operation.isDeprecated
                && !definition.scriptOperations.covers(operation.id)
                && operation.parameters.allSatisfy {
                    $0.place != .path && (!$0.isRequired || $0.defaultValue != nil)
                }
        }
        return found.map { ($0, .object(JSONObject())) }
    }
}

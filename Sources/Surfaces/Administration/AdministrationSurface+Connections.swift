import Connectors
import Identity
import JSONTree
import Outbound
import Secrets
import Serving

extension AdministrationSurface {
    private static let members: Set<String> = [
        "connector", "parameters", "secrets", "parameterSet", "baseUrl", "networks", "home", "authentication", "proxy",
        "proxyUser", "authorities", "limits", "circuitBreaker",
    ]

    func listConnections(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        var all: [JSON] = []
        for connection in try await connections.list(tenant: caller.tenant) { all.append(try await shown(connection)) }
        return .json(["value": .array(all)])
    }

    func connection(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        return .json(try await shown(try await found(request, caller)))
    }

    /// Keeps a connection; secrets that the body does not name stay as they are.
    func putConnection(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        var body = try object(request)
        try refuseOthers(body, than: Self.members)
        let name = request.parameters["name"]
        guard !name.contains("/"), (1...128).contains(name.utf8.count) else {
            throw Problem(status: 400, message: "The name of a connection has 1 to 128 bytes and no slash.")
        }
        let given = try secrets(body)
        body["secrets"] = nil
        let old = try await connections.connection(name, tenant: caller.tenant)
        body["name"] = .string(name)
        body["secretNames"] = .array((old?.secretNames ?? []).sorted().map(JSON.string))
        return try await answering {
            let connection = try Connection(.object(body), tenant: caller.tenant)
            try await keep(connection, given, by: caller)
            return .json(
                try await shown(try await connections.connection(name, tenant: caller.tenant) ?? connection),
                status: old == nil ? 201 : 200
            )
        }
    }

    /// Replaces secrets and nothing else.
    func rotateConnection(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let body = try object(request)
        try refuseOthers(body, than: ["secrets"])
        let given = try secrets(body)
        guard !given.isEmpty else {
            throw Problem(status: 400, message: "Give the new values in 'secrets', by name.")
        }
        let connection = try await found(request, caller)
        return try await answering {
            try await keep(connection, given, by: caller)
            return .json(try await shown(try await found(request, caller)))
        }
    }

    /// Calls the service to see whether the connection works.
    func testConnection(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let connection = try await found(request, caller)
        return try await answering { .json(try await connectors.test(connection, networks: networks).json) }
    }

    func deleteConnection(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let connection = try await found(request, caller)
        guard try await connections.delete(connection.name, tenant: caller.tenant, by: caller.objectID) else {
            throw Problem.notFound("There is no connection '\(connection.name)'.")
        }
        await connectors.forget(connection)
        return .empty(204)
    }

    private func keep(
        _ connection: Connection,
        _ secrets: [String: SecretValue],
        by caller: Principal
    ) async throws {
        guard try connectors.connector(connection.connector) != nil else {
            throw Problem(
                status: 400,
                message: "There is no connector '\(connection.connector)'; GET /tocsin/v1/connectors lists them."
            )
        }
        do {
            let checked = try await connectors.check(connection, secrets: secrets)
            try await connections.put(checked, secrets: secrets, by: caller.objectID)
        } catch let error as ConnectorError {
            try await connections.noteRefusal(error, of: connection, by: caller.objectID)
            throw error
        }
        await connectors.forget(connection)
    }

    /// The connection that the path names.
    func found(_ request: Request, _ caller: Principal) async throws -> Connection {
        let name = request.parameters["name"]
        guard let connection = try await connections.connection(name, tenant: caller.tenant) else {
            throw Problem.notFound("There is no connection '\(name)'.")
        }
        return connection
    }

    private func shown(_ connection: Connection) async throws -> JSON {
        var object = connection.json.objectValue ?? JSONObject()
        object["status"] = try await connectors.status(of: connection).json
        return .object(object)
    }

    private func secrets(_ body: JSONObject) throws(Problem) -> [String: SecretValue] {
        var secrets: [String: SecretValue] = [:]
        for (parameter, value) in body["secrets"]?.objectValue ?? JSONObject() {
            guard let text = value.stringValue else {
                throw Problem(status: 400, message: "The secret '\(parameter)' must be a text.")
            }
            secrets[parameter] = SecretValue(text)
        }
        return secrets
    }

    func listConnectors(_ request: Request) async throws -> Response {
        try Access.require(.readWorkflows, .administer, of: request)
        return .json(["value": .array(connectors.names.map { ["name": .string($0)] })])
    }

    /// What a connection of a connector asks for.
    func connector(_ request: Request) async throws -> Response {
        try Access.require(.readWorkflows, .administer, of: request)
        let name = request.parameters["name"]
        return try await answering {
            guard let connector = try connectors.connector(name) else {
                throw Problem.notFound("There is no connector '\(name)'.")
            }
            let parameters = connector.connectionParameters.map { parameter -> JSON in
                [
                    "name": .string(parameter.name), "type": .string(parameter.type),
                    "required": .bool(parameter.isRequired), "secret": .bool(parameter.isSecret),
                ]
            }
            return .json([
                "name": .string(connector.name), "title": .string(connector.title),
                "isAnsweredByThisServer": .bool(connector.isOwn), "parameters": .array(parameters),
            ])
        }
    }

    func answering(_ work: () async throws -> Response) async throws -> Response {
        do {
            return try await work()
        } catch let error as ConnectorError {
            throw Problem(status: 400, code: error.code.text, message: error.message)
        } catch let error as ChoiceFailure {
            let status = error.code.isAbsence ? 404 : error.code.isService ? 502 : 400
            throw Problem(status: status, code: error.code.text, message: error.message)
        } catch let error as SecretsError {
            throw Problem(status: 400, message: error.message)
        } catch let error as OutboundError {
            throw Problem(status: 502, code: error.code.text, message: error.message)
        }
    }
}

import Connectors
import Identity
import JSONTree
import Secrets
import Serving

extension AdministrationSurface {
    private static let members: Set<String> = [
        "connector", "parameters", "secrets", "baseUrl", "networks", "home", "authentication",
    ]

    func listConnections(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        return .json(["value": .array(try await connections.list(tenant: caller.tenant).map(\.json))])
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
        var secrets: [String: SecretValue] = [:]
        for (parameter, value) in body["secrets"]?.objectValue ?? JSONObject() {
            guard let text = value.stringValue else {
                throw Problem(status: 400, message: "The secret '\(parameter)' must be a text.")
            }
            secrets[parameter] = SecretValue(text)
        }
        body["secrets"] = nil
        let old = try await connections.connection(name, tenant: caller.tenant)
        body["name"] = .string(name)
        body["secretNames"] = .array((old?.secretNames ?? []).sorted().map(JSON.string))
        let given = secrets
        return try await translated {
            let connection = try Connection(.object(body), tenant: caller.tenant)
            try checkParameters(connection, secrets: given)
            try await connections.put(connection, secrets: given)
            let kept = try await connections.connection(name, tenant: caller.tenant)
            return .json(kept?.json ?? connection.json, status: old == nil ? 201 : 200)
        }
    }

    func deleteConnection(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let name = request.parameters["name"]
        guard try await connections.delete(name, tenant: caller.tenant) else {
            throw Problem.notFound("There is no connection '\(name)'.")
        }
        return .empty(204)
    }

    func listConnectors(_ request: Request) async throws -> Response {
        try Access.require(.readWorkflows, .administer, of: request)
        return .json(["value": .array(connectors.names.map { ["name": .string($0)] })])
    }

    /// What a connection of a connector asks for.
    func connector(_ request: Request) async throws -> Response {
        try Access.require(.readWorkflows, .administer, of: request)
        let name = request.parameters["name"]
        return try await translated {
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

    /// A secret among the plain parameters would be stored in the clear, so it is refused.
    private func checkParameters(_ connection: Connection, secrets: [String: SecretValue]) throws {
        guard let connector = try connectors.connector(connection.connector) else {
            throw Problem(
                status: 400,
                message: "There is no connector '\(connection.connector)'; GET /tocsin/v1/connectors lists them."
            )
        }
        for parameter in connector.connectionParameters where parameter.isSecret {
            if connection.parameters[parameter.name] != nil {
                throw Problem(status: 400, message: "'\(parameter.name)' is a secret; give it in 'secrets'.")
            }
        }
    }

    private func translated(_ work: () async throws -> Response) async throws -> Response {
        do {
            return try await work()
        } catch let error as ConnectorError {
            throw Problem(status: 400, code: error.code.text, message: error.message)
        } catch let error as SecretsError {
            throw Problem(status: 400, message: error.message)
        }
    }
}

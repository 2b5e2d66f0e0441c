import Identity
import JSONTree
import Moments
import Secrets
import Serving

extension AdministrationSurface {
    func listApps(_ request: Request) async throws -> Response {
        let caller = try Access.require(.administer, of: request)
        let apps = try await directory.apps(tenant: caller.tenant)
        return .json(["value": .array(apps.map { .object(Self.json($0)) })])
    }

    /// Creates an app with a secret, which this answer shows once.
    func createApp(_ request: Request) async throws -> Response {
        let caller = try Access.require(.administer, of: request)
        let body = try object(request)
        try refuseOthers(body, than: ["name", "roles", "clientId", "secretDays"])
        guard let name = try text(body, "name") else { throw Problem(status: 400, message: "An app needs a 'name'.") }
        let days = body["secretDays"]?.nonNull.map { $0.integerValue ?? 0 } ?? 180
        guard (1...731).contains(days) else {
            throw Problem(status: 400, message: "The member 'secretDays' must be a number of days from 1 to 731.")
        }
        return try await translated {
            let app = try await directory.createApp(
                name,
                tenant: caller.tenant,
                roles: try texts(body, "roles"),
                clientID: try text(body, "clientId"),
                by: caller.objectID
            )
            let (secret, entry) = try await directory.addSecret(to: app, life: .days(days), by: caller.objectID)
            var json = Self.json(app)
            json["clientSecret"] = .string(secret.text)
            json["secretExpires"] = .string(entry.expires.iso8601)
            json["authority"] = .string("\(about.publicURL)/\(app.tenant)")
            json["tokenUrl"] = .string("\(about.publicURL)/\(app.tenant)/oauth2/v2.0/token")
            return .json(.object(json), status: 201, headers: ["Cache-Control": "no-store"])
        }
    }

    func deleteApp(_ request: Request) async throws -> Response {
        let caller = try Access.require(.administer, of: request)
        let id = request.parameters["id"]
        let apps = try await directory.apps(tenant: caller.tenant)
        guard let app = apps.first(where: { $0.clientID == id.lowercased() || $0.displayName == id }) else {
            throw Problem.notFound("There is no app '\(id)'.")
        }
        return try await translated {
            try await directory.delete(app, by: caller.objectID)
            return .empty(204)
        }
    }

    private static func json(_ app: App) -> JSONObject {
        [
            "name": .string(app.displayName), "clientId": .string(app.clientID), "objectId": .string(app.objectID),
            "tenant": .string(app.tenant), "roles": .array(app.roles.sorted().map(JSON.string)),
            "enabled": .bool(app.isEnabled), "created": .string(app.created.iso8601),
        ]
    }

    private func translated(_ work: () async throws -> Response) async throws -> Response {
        do {
            return try await work()
        } catch let error as IdentityError {
            let status =
                switch error.code {
                case .notFound: 404
                case .exists: 409
                default: 400
                }
            throw Problem(status: status, message: error.message)
        }
    }
}

import Engine
import Identity
import JSONTree
import Moments
import Serving

/// Schemas and maps of XML actions: `{"content": "<xs:schema …"}`.
extension AdministrationSurface {
    func listArtifacts(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let found = try await workflows.artifacts(tenant: caller.tenant)
        return .json(["value": .array(found.map(Self.json))])
    }

    func putArtifact(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let kind = try kind(request)
        let body = try object(request)
        try refuseOthers(body, than: ["content"])
        guard let content = try text(body, "content") else {
            throw Problem(status: 400, message: "The body must be {\"content\": \"…\"}, the \(kind.rawValue) as text.")
        }
        do {
            let (artifact, isNew) = try await workflows.putArtifact(
                kind,
                name: request.parameters["name"],
                content: content,
                tenant: caller.tenant
            )
            return .json(Self.json(artifact), status: isNew ? 201 : 200)
        } catch let error as EngineError {
            throw Problem(status: error.status, code: error.code, message: error.message)
        }
    }

    func deleteArtifact(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let (kind, name) = (try kind(request), request.parameters["name"])
        guard try await workflows.deleteArtifact(kind, name: name, tenant: caller.tenant) else {
            throw Problem.notFound("There is no \(kind.rawValue) '\(name)'.")
        }
        return .empty(204)
    }

    private func kind(_ request: Request) throws(Problem) -> Artifact.Kind {
        guard let kind = Artifact.Kind(rawValue: request.parameters["kind"]) else {
            throw Problem.notFound("Artifacts are of the kinds schema and map.")
        }
        return kind
    }

    private static func json(_ artifact: Artifact) -> JSON {
        [
            "kind": .string(artifact.kind.rawValue), "name": .string(artifact.name),
            "bytes": .integer(Int64(artifact.bytes)), "changed": .string(artifact.changed.iso8601),
        ]
    }
}

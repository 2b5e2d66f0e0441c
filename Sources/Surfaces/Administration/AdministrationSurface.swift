public import Connectors
public import Engine
public import Identity
import JSONTree
public import Outbound
public import Serving

/// How a server is administered: its apps, its connections and what its connectors ask for, below `/tocsin/v1`.
///
/// | request | role |
/// | --- | --- |
/// | `GET server` | any caller |
/// | `GET connections`, `GET`, `PUT`, `DELETE connections/{name}` | Logic.Contributor |
/// | `POST connections/{name}/rotate`, `/test`, `/consent`; `GET connections/{name}/consent/{ticket}` | Logic.Contributor |
/// | `GET containment` | Logic.Reader |
/// | `PUT containment` | Logic.Operator |
/// | `GET apps`, `POST apps`, `DELETE apps/{id}`, `GET audit` | Tocsin.Administrator |
/// | `GET artifacts`, `PUT artifacts/{kind}/{name}`, `DELETE artifacts/{kind}/{name}` | Logic.Contributor |
/// | `POST connections/{name}/choices`, `/schema` | Logic.Contributor |
/// | `GET connectors`, `GET connectors/{name}`, `GET connectors/{name}/operations`, `/operations/{operationId}` | Logic.Reader |
///
/// Everything is about the caller's tenant. Secrets come in and never go out, but for the secret of a new app, once.
public struct AdministrationSurface: Sendable {
    let about: About
    let directory: Directory
    let connections: ConnectionStore
    let connectors: ConnectorRegistry
    let containment: ContainmentSwitch
    let consents: ConsentDesk
    let networks: NetworkPolicy
    let workflows: WorkflowService
    let audit: AuditLog
    private let access: Routes.Middleware?

    /// What the server says about itself.
    public struct About: Sendable {
        /// The version of the program.
        public var version: String
        /// Scheme, host and port by which clients know the server.
        public var publicURL: String

        /// Makes the description.
        public init(version: String, publicURL: String) {
            self.version = version
            self.publicURL = publicURL
        }
    }

    /// Makes the surface.
    ///
    /// - Parameters:
    ///   - about: What the server says about itself.
    ///   - directory: Tenants and apps.
    ///   - connections: The connections of the tenants.
    ///   - connectors: The installed connectors.
    ///   - containment: The switch that pauses all containment.
    ///   - consents: Where people sign in for connections.
    ///   - networks: What the server opens besides the public internet.
    ///   - workflows: The engine, for the schemas and maps of its XML actions.
    ///   - audit: The record of who did what.
    ///   - access: The check of tokens; nil where every request has a principal already.
    public init(
        about: About,
        directory: Directory,
        connections: ConnectionStore,
        connectors: ConnectorRegistry,
        containment: ContainmentSwitch,
        consents: ConsentDesk,
        networks: NetworkPolicy = .publicInternet,
        workflows: WorkflowService,
        audit: AuditLog,
        access: Routes.Middleware? = nil
    ) {
        self.about = about
        self.directory = directory
        self.connections = connections
        self.connectors = connectors
        self.containment = containment
        self.consents = consents
        self.networks = networks
        self.workflows = workflows
        self.audit = audit
        self.access = access
    }

    /// The routes of the surface.
    public var routes: Routes {
        var routes = Routes(bodyLimit: 1_048_576, middlewares: access.map { [$0] } ?? [])
        let base = "/tocsin/v1"
        routes.get("\(base)/server") { try await server($0) }
        routes.get("\(base)/apps") { try await listApps($0) }
        routes.post("\(base)/apps") { try await createApp($0) }
        routes.delete("\(base)/apps/{id}") { try await deleteApp($0) }
        routes.get("\(base)/connections") { try await listConnections($0) }
        // Apps and connections leave their records in the transaction of the change itself (`Directory`, `ConnectionStore`).
        let auditing = Auditing(audit)
        routes.get("\(base)/connections/{name}") { try await connection($0) }
        routes.post("\(base)/connections/{name}/rotate") { try await rotateConnection($0) }
        routes.post("\(base)/connections/{name}/test") { try await testConnection($0) }
        routes.post("\(base)/connections/{name}/consent") { try await beginConsent($0) }
        routes.post("\(base)/connections/{name}/choices") { try await choices($0) }
        routes.post("\(base)/connections/{name}/schema") { try await schema($0) }
        routes.get("\(base)/connections/{name}/consent/{ticket}") { try await deviceConsent($0) }
        routes.get("\(base)/containment") { try await containmentState($0) }
        routes.put("\(base)/containment") { try await setContainment($0) }
        routes.put("\(base)/connections/{name}") { try await putConnection($0) }
        routes.delete("\(base)/connections/{name}") { try await deleteConnection($0) }
        routes.get("\(base)/artifacts") { try await listArtifacts($0) }
        routes.add(
            "PUT",
            "\(base)/artifacts/{kind}/{name}",
            bodyLimit: 2 * Artifact.byteLimit,
            auditing.handler("artifact.update", creation: "artifact.create") { try await putArtifact($0) }
        )
        routes.delete(
            "\(base)/artifacts/{kind}/{name}",
            auditing.handler("artifact.delete") { try await deleteArtifact($0) }
        )
        routes.get("\(base)/audit") { try await listAudit($0) }
        routes.get("\(base)/connectors") { try await listConnectors($0) }
        routes.get("\(base)/connectors/{name}") { try await connector($0) }
        routes.get("\(base)/connectors/{name}/operations") { try await listOperations($0) }
        routes.get("\(base)/connectors/{name}/operations/{operationId...}") { try await operation($0) }
        return routes
    }

    private func server(_ request: Request) async throws -> Response {
        guard let caller = request.principal else {
            throw Problem(status: 401, message: "The request needs an access token.")
        }
        let tenant = try await directory.tenants().first { $0.id == caller.tenant }
        return .json([
            "version": .string(about.version), "publicUrl": .string(about.publicURL),
            "tenant": ["id": .string(caller.tenant), "name": .string(tenant?.name ?? "")],
        ])
    }

    /// The JSON object of a request's body.
    func object(_ request: Request) throws(Problem) -> JSONObject {
        guard let object = try request.json().objectValue else {
            throw Problem(status: 400, message: "The body must be a JSON object.")
        }
        return object
    }

    /// Refuses members that nothing reads, by name.
    func refuseOthers(_ object: JSONObject, than known: Set<String>) throws(Problem) {
        if let other = object.first(where: { !known.contains($0.name) }) {
            throw Problem(
                status: 400,
                message: "The member '\(other.name)' is unknown; known are \(known.sorted().joined(separator: ", "))."
            )
        }
    }

    /// The texts of a list; none when the member is absent.
    func texts(_ object: JSONObject, _ name: String) throws(Problem) -> [String] {
        guard let value = object[name]?.nonNull else { return [] }
        let texts = value.arrayValue?.compactMap(\.stringValue)
        guard let texts, texts.count == value.arrayValue?.count else {
            throw Problem(status: 400, message: "The member '\(name)' must be a list of texts.")
        }
        return texts
    }

    /// The text of a member; nil when it is absent.
    func text(_ object: JSONObject, _ name: String) throws(Problem) -> String? {
        guard let value = object[name]?.nonNull else { return nil }
        guard let text = value.stringValue else {
            throw Problem(status: 400, message: "The member '\(name)' must be a text.")
        }
        return text
    }
}

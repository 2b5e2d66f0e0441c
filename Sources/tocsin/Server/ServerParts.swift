import Administration
import Alerts
import Answers
import Callbacks
import Connectors
import Durable
import Engine
import Graph
import Identity
import Logging
import LogicManagement
import Moments
import Outbound
import Secrets
import Serving
import Signals
import Stores
import Synchronization
import Tokens

/// The rooms of a server, put together over one data folder, without listeners.
///
/// A server serves them; a command that needs no running server uses them for a moment. Either way the data folder is
/// held until ``close()``.
final class ServerParts: Sendable {
    let configuration: ServerConfiguration
    /// Scheme, host and port by which clients know the server.
    let origin: String
    let store: Store
    let keyring: Keyring
    let tenant: Tenant
    let transport: HTTPTransport
    let registry: ConnectorRegistry
    let engine: EngineParts
    let audit: AuditLog
    /// What answers clients over the network.
    let router: Router
    /// What answers administrators on this machine.
    let administratorRouter: Router
    let readiness: Readiness

    /// The steps of all rooms' tables, in the order in which rooms depend on each other.
    static let migrations =
        SecretsMigrations.all + IdentityMigrations.all + DurableMigrations.all + ConnectionStore.migrations
        + AnswerPageStore.migrations + AlertStore.migrations + WorkflowService.migrations

    private init(
        configuration: ServerConfiguration,
        origin: String,
        groundwork: Groundwork,
        transport: HTTPTransport,
        registry: ConnectorRegistry,
        engine: EngineParts,
        audit: AuditLog,
        routers: (network: Router, administrator: Router),
        readiness: Readiness
    ) {
        self.configuration = configuration
        self.origin = origin
        store = groundwork.store
        keyring = groundwork.keyring
        tenant = groundwork.tenant
        self.transport = transport
        self.registry = registry
        self.engine = engine
        self.audit = audit
        router = routers.network
        administratorRouter = routers.administrator
        self.readiness = readiness
    }

    /// Opens the data folder and puts the rooms together.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - isServing: Whether runs are to be driven: the last end of a server is looked into then.
    ///   - metrics: Where measurements go; nil measures nothing.
    /// - Returns: The rooms, which hold the data folder.
    /// - Throws: `StoreError` with `.locked` and the process id when another server holds the folder; errors of all rooms.
    static func assemble(
        _ configuration: ServerConfiguration,
        isServing: Bool = false,
        metrics: PrometheusMetrics? = nil
    ) async throws -> ServerParts {
        // Delays must not be cut short by somebody who sets the machine's clock.
        let clock = AnchoredClock()
        let groundwork = try await Groundwork.open(configuration, clock: clock)
        do {
            return try await assemble(
                configuration,
                over: groundwork,
                isServing: isServing,
                clock: clock,
                metrics: metrics
            )
        } catch {
            try await groundwork.store.close()
            throw error
        }
    }

    private static func assemble(
        _ configuration: ServerConfiguration,
        over groundwork: Groundwork,
        isServing: Bool,
        clock: any WallClock,
        metrics: PrometheusMetrics?
    ) async throws -> ServerParts {
        let origin = configuration.origin
        let store = groundwork.store
        let keys = try await TokenKeys.open(store: store, sealer: groundwork.keyring, clock: clock)
        let transport = try HTTPTransport(options: try configuration.transportOptions())
        let ownRouter = OwnRouter()
        let connections = ConnectionStore(store: store, secrets: SecretStore(groundwork.keyring))
        let identities = OwnIdentities(issuer: TokenIssuer(keys: keys, clock: clock), origin: origin)
        let pages = AnswerPageStore(store: store, sealer: groundwork.keyring, origin: origin, clock: clock)
        let containment = ContainmentSwitch(store: store, clock: clock)
        let registry = ConnectorRegistry(
            folders: configuration.connectorFolders,
            connections: connections,
            transport: transport,
            ownTransport: { ownRouter.transport(tenant: $0, origin: origin) },
            identities: identities,
            services: try configuration.services(clock: clock),
            pages: pages,
            containment: containment,
            clock: clock
        )
        let consents = ConsentDesk(registry: registry, redirectURL: origin + ConsentSurface.callbackPath)
        let engine = try await EngineParts.assemble(
            configuration,
            over: groundwork,
            outside: .init(transport: transport, registry: registry, identities: identities),
            isServing: isServing,
            clock: clock
        )
        let alerts = AlertStore(store: store, changes: FeedRecorder(), clock: clock)
        let directory = groundwork.directory
        let validator = TokenValidator(keys: keys, clock: clock) { clientID, tenant in
            await AppCheck(directory: directory).isRevoked(clientID, tenant: tenant)
        }
        let readiness = Readiness()
        let measurements = ServerMetrics(
            workflows: engine.workflows,
            traffic: registry.traffic,
            metrics: metrics
        )
        let audit = AuditLog(store: store, clock: clock)
        let administration = Access(validator: validator, audience: .management, form: .plain)
        var surfaces: [Routes] = [
            TokenService(directory: groundwork.directory, keys: keys, clock: clock).routes,
            GraphSurface(
                alerts: alerts,
                access: Access(validator: validator, audience: .graph, form: .graph).requireToken
            ).routes,
            AdministrationSurface(
                about: .init(version: Tocsin.version, publicURL: origin),
                directory: groundwork.directory,
                connections: connections,
                connectors: registry,
                containment: containment,
                consents: consents,
                networks: configuration.networks,
                workflows: engine.workflows,
                audit: audit,
                access: administration.requireToken
            ).routes,
            ConsentSurface(desk: consents).routes,
        ]
        let logic = LogicSurface(
            service: engine.workflows,
            access: Access(validator: validator, audience: .management, form: .management).requireToken,
            auditing: Auditing(audit),
            clock: clock
        )
        let callbacks = CallbackSurface(service: engine.workflows, validator: validator, clock: clock)
        let answers = AnswerSurface(pages: pages, clock: clock) { address, body, tenant in
            try await AnswerDelivery(origin: origin, own: ownRouter, network: transport)
                .deliver(body, to: address, tenant: tenant)
        }
        surfaces += [logic.routes, logic.contentRoutes, callbacks.routes, answers.routes]
        surfaces.append(
            OperationalRoutes.routes(
                readiness: { readiness.waits },
                metrics: { await measurements.exposition() },
                guarding: MetricsGuard.middleware(administration, isOpen: configuration.opensMetrics)
            )
        )
        let router = Router(surfaces, observer: { measurements.observe($0) })
        ownRouter.set(router)
        let administrator = Router(
            surfaces + [LocalRoutes(store: store, journal: engine.workflows.runs, audit: audit).routes],
            observer: { measurements.observe($0) }
        )
        return ServerParts(
            configuration: configuration,
            origin: origin,
            groundwork: groundwork,
            transport: transport,
            registry: registry,
            engine: engine,
            audit: audit,
            routers: (network: router, administrator: administrator),
            readiness: readiness
        )
    }

    /// The way by which commands in this process ask, as the administrator of this machine.
    var administratorTransport: RouterTransport {
        RouterTransport(router: administratorRouter, principal: .localAdministrator(tenant: tenant.id), origin: origin)
    }

    /// Ends what is under way, and closes connections and the data folder.
    func close() async throws {
        await engine.close()
        await transport.shutdown()
        try await store.close()
    }
}

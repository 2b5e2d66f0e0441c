public import JSONTree
public import Moments
public import Outbound
import Synchronization

/// The connectors of a server: reads their folders when they are first needed, and prepares calls.
///
/// ```swift
/// let registry = ConnectorRegistry(folders: ["Connectors"], connections: connections, transport: http)
/// let call = try await registry.prepare(ConnectorCall(…))
/// let outputs = call.interpret(try await call.transport.send(call.request))
/// ```
public final class ConnectorRegistry: Sendable {
    /// Gives the transport onto this server's own routes, with the identity of a tenant's workflows.
    public typealias OwnTransport = @Sendable (_ tenant: String) -> any Transport

    private enum Entry {
        case definition(ConnectorDefinition)
        case failure(ConnectorError)
        case absent
    }

    private let folders: [String]
    let connections: any ConnectionSource
    let tokens: ConnectionTokens
    let identities: (any ManagedIdentityTokens)?
    let transport: any Transport
    private let ownTransport: OwnTransport?
    private let services: [String: any ConnectorService]
    private let pages: (any AnswerPages)?
    private let standIns: (any StandIns)?
    let clock: any WallClock
    /// What all calls of a connection share: their turns, pauses, and the breaker.
    public let traffic: ConnectionTraffic
    /// The switch that pauses all containment; nil where there is none.
    public let containment: ContainmentSwitch?
    private let entries = Mutex<[String: Entry]>([:])
    private let assemblers = AssemblerCache()

    /// Makes a registry.
    ///
    /// - Parameters:
    ///   - folders: Where connectors lie, a folder each; the first that has a name wins.
    ///   - connections: The connections of the tenants.
    ///   - transport: The way to the network, with its guard.
    ///   - ownTransport: The way to this server's own routes; nil when there are none.
    ///   - identities: Tokens of managed identities; nil when there are none.
    ///   - services: Services that do not speak HTTP, by the names that adapters have for them.
    ///   - pages: Makes pages on which people answer; nil when nothing serves them.
    ///   - standIns: Answer in the place of the services, and of this server itself; nil in earnest.
    ///   - containment: The switch that pauses all containment; nil: nothing does.
    ///   - traffic: How calls of a connection take turns; by default with the clock.
    ///   - clock: The present, for defaults and tokens.
    public init(
        folders: [String],
        connections: any ConnectionSource,
        transport: any Transport,
        ownTransport: OwnTransport? = nil,
        identities: (any ManagedIdentityTokens)? = nil,
        services: [String: any ConnectorService] = [:],
        pages: (any AnswerPages)? = nil,
        standIns: (any StandIns)? = nil,
        containment: ContainmentSwitch? = nil,
        traffic: ConnectionTraffic? = nil,
        clock: any WallClock = SystemClock()
    ) {
        self.folders = folders
        self.connections = connections
        self.transport = transport
        self.ownTransport = ownTransport
        self.identities = identities
        self.services = services
        self.pages = pages
        self.standIns = standIns
        self.clock = clock
        self.containment = containment
        self.traffic = traffic ?? ConnectionTraffic(clock: clock)
        tokens = ConnectionTokens(clock: clock)
    }

    /// The names of all installed connectors, sorted; their definitions are not read for it.
    public var names: [String] { ConnectorLoader.names(in: folders) }

    /// The connector of a name, matched without regard to case; nil when none is installed.
    ///
    /// - Throws: ``ConnectorError`` with `.invalidDefinition`, the same at every call until the server starts anew.
    public func connector(_ name: String) throws -> ConnectorDefinition? {
        let key = name.lowercased()
        let known = entries.withLock { $0[key] }
        let entry = known ?? load(key)
        switch entry {
        case .definition(let definition): return definition
        case .failure(let error): throw error
        case .absent: return nil
        }
    }

    private func load(_ key: String) -> Entry {
        let entry: Entry
        do {
            entry = try ConnectorLoader.load(key, from: folders).map(Entry.definition) ?? .absent
        } catch let error as ConnectorError {
            entry = .failure(error)
        } catch {
            entry = .failure(ConnectorError(.invalidDefinition, "The connector '\(key)' cannot be read."))
        }
        // What is absent may be installed later, and names come from playbooks: only what was found is kept.
        if case .absent = entry { return entry }
        return entries.withLock { known in
            if let first = known[key] { return first }
            known[key] = entry
            return entry
        }
    }

    /// Makes a call ready to be sent.
    ///
    /// - Throws: ``ConnectorError``; nothing was sent. A token endpoint that cannot be reached throws `OutboundError`.
    public func prepare(_ call: ConnectorCall) async throws -> PreparedCall {
        try await preparation(call, try await assembler(of: call)).prepare()
    }

    private func preparation(_ call: ConnectorCall, _ assembler: RequestAssembler) -> CallPreparation {
        CallPreparation(
            call: call,
            assembler: assembler,
            now: clock.now,
            services: services,
            pages: pages,
            standIns: standIns
        )
    }

    /// The call that ends a subscription, by what the service answered when it was made.
    ///
    /// - Parameters:
    ///   - call: The call that subscribed.
    ///   - subscription: Its answer: `statusCode`, `headers`, `body`.
    /// - Returns: The call; nil when the definition says nothing about it, so that it cannot be ended there.
    /// - Throws: ``ConnectorError``; nothing was sent.
    public func unsubscribing(_ call: ConnectorCall, subscription: JSON) async throws -> PreparedCall? {
        try await preparation(call, try await assembler(of: call)).unsubscribing(subscription)
    }

    /// The connector that a call's connection uses.
    func definition(of call: ConnectorCall) async throws -> ConnectorDefinition {
        try definition(of: try await connection(of: call))
    }

    private func connection(of call: ConnectorCall) async throws -> Connection {
        if let connection = try await connections.connection(call.connection, tenant: call.tenant) { return connection }
        throw ConnectorError(
            .connectionNotFound,
            "There is no connection '\(call.connection)'\(call.connector.map { " for the connector '\($0)'" } ?? ""). "
                + "Create it before the workflow runs."
        )
    }

    func definition(of connection: Connection) throws -> ConnectorDefinition {
        if let definition = try connector(connection.connector) { return definition }
        throw ConnectorError(
            .connectorNotFound,
            "The connection '\(connection.name)' uses the connector '\(connection.connector)', which is not installed."
        )
    }

    /// What makes the requests of a call's connection.
    private func assembler(of call: ConnectorCall) async throws -> RequestAssembler {
        let revision = connections.revision
        let place = AssemblerCache.Place(tenant: call.tenant, name: call.connection.lowercased())
        if let revision, let known = assemblers.assembler(place, revision: revision) { return known }
        let connection = try await connection(of: call)
        let made = try assembler(connection, try definition(of: connection))
        if let revision { assemblers.keep(made, place, revision: revision) }
        return made
    }

    private func assembler(_ connection: Connection, _ definition: ConnectorDefinition) throws -> RequestAssembler {
        let isOwn = standIns == nil && isOwn(connection, definition)
        var way = transport
        if isOwn {
            if definition.adapter.own == .planned {
                throw ConnectorError(
                    .notSupported,
                    "The connection '\(connection.name)' is to be answered by this server, whose own surface for "
                        + "'\(definition.name)' is not built yet. Set its 'home' to network."
                )
            }
            guard let ownTransport else {
                throw ConnectorError(
                    .incompleteConnection,
                    "The connection '\(connection.name)' is answered by this server, which serves nothing here; "
                        + "give it a 'baseUrl'."
                )
            }
            way = ownTransport(connection.tenant)
        }
        return try RequestAssembler(
            connection,
            definition,
            lane: ConnectionLane(rules: LaneRules(connection, definition), traffic: traffic),
            over: way,
            isOwn: isOwn,
            RequestAssembler.Tools(
                source: connections,
                tokens: tokens,
                identities: identities,
                clock: clock,
                network: transport,
                isStaged: standIns != nil
            )
        )
    }
}

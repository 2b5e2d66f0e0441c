import JSONTree
import Moments
import Outbound
import Synchronization

/// Makes requests for one connection: policies, credentials, address and body.
///
/// It is made at the first call of a connection and kept as long as that stays as it is, with what it has found out.
final class RequestAssembler: Sendable {
    /// What it works with, the same for all connections of a registry.
    struct Tools: Sendable {
        let source: any ConnectionSource
        let tokens: ConnectionTokens
        let identities: (any ManagedIdentityTokens)?
        let clock: any WallClock
        /// What token endpoints are asked through.
        let network: any Transport
        /// Whether stand-ins answer, which do not know what policies read of answers.
        let isStaged: Bool
    }

    /// For what calls credentials are.
    private struct Caller: Hashable {
        /// The adapter's host that is called; nil for the main one.
        var host: String?
        /// The operation, which may want other credentials than the rest; nil when none fits.
        var operation: ObjectIdentifier?
    }

    let connection: Connection
    let definition: ConnectorDefinition
    let tools: Tools
    /// What calls go through.
    let transport: any Transport
    /// What all calls of the connection go through, whatever is behind it.
    let lane: ConnectionLane
    let isOwn: Bool
    /// The networks that the connection opens.
    let networks: NetworkPolicy
    /// The address that goes before that of the definition; nil where the connection names none.
    private let baseURL: String?
    /// Whether ways to sign in, hosts or services may want to see the call itself.
    let showsCalls: Bool
    /// Whether credentials are computed from the whole request, so that they come last.
    let isSigning: Bool
    private let plans = Mutex<[ObjectIdentifier?: OperationPlan]>([:])
    private let standing = Mutex<[Caller: ReadCredentials]>([:])

    /// The address that stands for this server itself in requests that never leave the process.
    static let ownBaseURL = "https://tocsin.localhost"

    /// Makes an assembler.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - definition: Its connector.
    ///   - lane: What all its calls go through.
    ///   - base: What is behind the lane: the network, or this server's own routes.
    ///   - isOwn: Whether this server itself answers.
    ///   - tools: What it works with.
    /// - Throws: ``ConnectorError`` with `.incompleteConnection` when a network of the connection cannot be read.
    convenience init(
        _ connection: Connection,
        _ definition: ConnectorDefinition,
        lane: ConnectionLane,
        over base: any Transport,
        isOwn: Bool,
        _ tools: Tools
    ) throws {
        self.init(
            connection,
            definition,
            lane: lane,
            transport: lane.transport(over: base),
            isOwn: isOwn,
            networks: try connection.networkPolicy(),
            tools
        )
    }

    private init(
        _ connection: Connection,
        _ definition: ConnectorDefinition,
        lane: ConnectionLane,
        transport: any Transport,
        isOwn: Bool,
        networks: NetworkPolicy,
        _ tools: Tools
    ) {
        self.connection = connection
        self.definition = definition
        self.lane = lane
        self.transport = transport
        self.isOwn = isOwn
        self.networks = networks
        self.tools = tools
        baseURL = connection.baseURL.map(definition.completing) ?? (isOwn ? Self.ownBaseURL : nil)
        let rules = AuthenticationRules(connection.authentication ?? definition.adapter.authentication)
        isSigning = rules.contains(types: Self.signatures)
        showsCalls = !rules.isEmpty || !definition.adapter.hosts.isEmpty || definition.adapter.service != nil
    }

    private static let signatures: Set<String> = [
        "awssigv4", "loganalyticssharedkey", "azurestoragekey", "servicebuskey", "cosmoskey",
    ]

    /// The same over another transport, which answers in the place of the service.
    func answered(by transport: any Transport) -> RequestAssembler {
        RequestAssembler(
            connection,
            definition,
            lane: lane,
            transport: lane.transport(over: transport),
            isOwn: isOwn,
            networks: networks,
            tools
        )
    }

    /// What is the same for all calls of an operation; nil stands for those that fit none.
    func plan(for operation: OperationDescription?) -> OperationPlan {
        let key = operation.map(ObjectIdentifier.init)
        if let known = plans.withLock({ $0[key] }) { return known }
        let made = OperationPlan(operation, connection, definition)
        plans.withLock { $0[key] = made }
        return made
    }

    func request(
        _ call: CallDraft,
        operation: OperationDescription?,
        call original: ConnectorCall,
        context: AdapterContext
    ) async throws -> OutboundRequest {
        let host = try call.host.map(host)
        let networks = original.networks.union(networks)
        let policies = plan(for: operation).policies
        // Policies see and replace parameters that came with the path, too.
        let hasPolicies = !policies.isEmpty
        // What a policy sees of the credentials is less than what is shown: the way and the last steps come with it.
        var shown: OutboundRequest?
        let (draft, isAuthenticated) = try await applyingPolicies(
            to: PolicyRequest(
                method: call.method,
                baseURL: try baseURL ?? host.map { try address($0, context) },
                path: call.path,
                queries: hasPolicies ? URLText.pairs(call.rawQuery) + call.queries : call.queries,
                headers: call.headers,
                body: call.body
            ),
            policies,
            pathValues: call.pathValues,
            original: original,
            networks: networks,
            keepsBase: baseURL != nil || host != nil,
            authenticate: { request, _ in
                try await authenticate(&request, call.host, operation, context)
                shown = request
            }
        )
        guard var base = draft.baseURL ?? definition.baseURL else {
            throw ConnectorError(
                .incompleteConnection,
                "The connection '\(connection.name)' needs a 'baseUrl', because its connector names no host."
            )
        }
        if let operation, host == nil, !call.isMapped { base = definition.placing(operation, at: base) }
        var url = URLText.join(base, draft.path)
        // Services whose whole address is their root are called there, not at nothing.
        if call.isMapped, draft.path == "/", !url.hasSuffix("/") { url += "/" }
        if let raw = call.rawQuery, !raw.isEmpty, !hasPolicies { url += "\(url.holds("?") ? "&" : "?")\(raw)" }
        let kept = operation?.keptCharacters ?? [:]
        for (name, value) in draft.queries { url = URLText.adding(name, value, keeping: kept[name] ?? "", to: url) }
        var request = OutboundRequest(
            method: draft.method,
            url: url,
            timeout: original.timeout,
            networks: networks,
            credentialHeaders: draft.credentialHeaders,
            tag: original.tag
        )
        for (name, value) in draft.headers { request.headers.add(name, value) }
        // A mapped body is what the service behind takes; only a form stays one.
        let declared = call.hasMappedBody && operation?.formKind() != .encoded ? nil : operation
        if let body = draft.body { try BodyCoding.write(body, operation: declared, to: &request) }
        if let declared, declared.media.requiresContentType, !request.headers.contains("Content-Type") {
            request.headers.add("Content-Type", declared.media.text)
        }
        if !request.headers.contains("Accept") {
            request.headers.add("Accept", declared?.media.accepted ?? "application/json")
        }
        if let shown {
            request.takeOver(shown)
        } else if !isOwn, !isAuthenticated {
            try await authenticate(&request, call.host, operation, context)
        }
        return request
    }

    private func host(_ name: String) throws -> ConnectorAdapter.Host {
        if let host = definition.adapter.hosts[name] { return host }
        throw ConnectorError(.adapterFailed, "The adapter has no host '\(name)'.")
    }

    /// The address of one of the adapter's hosts, with the connection's parameters filled in.
    private func address(_ host: ConnectorAdapter.Host, _ context: AdapterContext) throws -> String {
        guard let url = try context.evaluate(host.url, "hosts").stringValue, !url.isEmpty else {
            throw ConnectorError(.adapterFailed, "The adapter's host is no address.")
        }
        return url.holds("://") ? url : "https://\(url)"
    }

    /// Shows who makes the request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - host: The adapter's host that is called, whose way comes after the connection's own; nil for the main one.
    ///   - operation: The operation; nil when none fits.
    ///   - context: The call as templates see it.
    /// - Throws: ``ConnectorError``; `OutboundError` where a token endpoint does not answer. Nothing of the call was sent.
    private func authenticate(
        _ request: inout OutboundRequest,
        _ host: String?,
        _ operation: OperationDescription?,
        _ context: AdapterContext
    ) async throws {
        let caller = Caller(host: host, operation: operation.map(ObjectIdentifier.init))
        if let known = standing.withLock({ $0[caller] }) { return try connection.show(known, in: &request) }
        let authenticator = Authenticator(
            connection: connection,
            definition: definition,
            source: tools.source,
            tokens: tools.tokens,
            identities: tools.identities,
            network: tools.network,
            clock: tools.clock,
            call: context.values["request"] ?? .null,
            operation: operation
        )
        let rule = host.flatMap { definition.adapter.hosts[$0]?.authentication }
        let read = try await authenticator.credentials(rule: rule)
        if read.isStanding { standing.withLock { $0[caller] = read } }
        try await authenticator.show(read, in: &request)
    }
}

extension OutboundRequest {
    /// Takes over what a request of credentials has besides headers and queries: its way, its certificate, and its last steps.
    ///
    /// A token that a policy has rewritten stays as it is: the step that would show the token anew is left out.
    fileprivate mutating func takeOver(_ shown: OutboundRequest) {
        route = shown.route
        clientCertificate = shown.clientCertificate
        credentialHeaders.formUnion(shown.credentialHeaders)
        let isRewritten = headers["Authorization"] != shown.headers["Authorization"]
        lastSteps += shown.lastSteps.filter { !(isRewritten && $0 is TokenStep) }
    }
}

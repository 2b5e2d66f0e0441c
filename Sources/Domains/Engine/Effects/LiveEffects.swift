public import Connectors
public import Durable
import JSONTree
public import Moments
public import Outbound
import Playbooks
public import Scripting

/// Performs what actions and triggers ask of the outside, for real: calls over the network, connectors, scripts, other
/// workflows.
///
/// It never says that something has not happened when it may have: see ``EffectOutcome``.
public final class LiveEffects: EffectPerformer {
    /// The machine whose effects these are.
    public typealias M = WorkflowMachine

    let transport: any Transport
    let networks: NetworkPolicy
    let registry: ConnectorRegistry
    let scripts: ScriptPool?
    let identities: (any ManagedIdentityTokens)?
    let children: any ChildWorkflows
    let batches: any BatchSink
    let clock: any WallClock
    let limits: EffectLimits
    let tokens: ServiceTokens
    let pause: @Sendable (Duration) async throws -> Void

    /// Makes a performer.
    ///
    /// - Parameters:
    ///   - transport: The way to the network, with its guard.
    ///   - networks: What the server opens besides the public internet; a workflow's own networks are added.
    ///   - registry: The connectors.
    ///   - scripts: Runs JavaScript; nil: such actions fail.
    ///   - identities: Tokens of managed identities; nil: there are none.
    ///   - children: Calls other workflows.
    ///   - batches: Takes messages for Batch triggers.
    ///   - clock: The present.
    ///   - limits: Bounds on calls.
    public convenience init(
        transport: any Transport,
        networks: NetworkPolicy = .publicInternet,
        registry: ConnectorRegistry,
        scripts: ScriptPool? = nil,
        identities: (any ManagedIdentityTokens)? = nil,
        children: any ChildWorkflows,
        batches: any BatchSink,
        clock: any WallClock = SystemClock(),
        limits: EffectLimits = EffectLimits()
    ) {
        self.init(
            transport: transport,
            networks: networks,
            registry: registry,
            scripts: scripts,
            identities: identities,
            children: children,
            batches: batches,
            clock: clock,
            limits: limits,
            pause: { try await Task.sleep(for: $0) }
        )
    }

    /// Makes a performer that waits in a way of its own; the rest is as above.
    ///
    /// - Parameters:
    ///   - transport: The way to the network, with its guard.
    ///   - networks: What the server opens besides the public internet.
    ///   - registry: The connectors.
    ///   - scripts: Runs JavaScript; nil: such actions fail.
    ///   - identities: Tokens of managed identities; nil: there are none.
    ///   - children: Calls other workflows.
    ///   - batches: Takes messages for Batch triggers.
    ///   - clock: The present.
    ///   - limits: Bounds on calls.
    ///   - pause: How it waits between the attempts to end a subscription.
    public init(
        transport: any Transport,
        networks: NetworkPolicy,
        registry: ConnectorRegistry,
        scripts: ScriptPool?,
        identities: (any ManagedIdentityTokens)?,
        children: any ChildWorkflows,
        batches: any BatchSink,
        clock: any WallClock,
        limits: EffectLimits,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.transport = transport
        self.networks = networks
        self.registry = registry
        self.scripts = scripts
        self.identities = identities
        self.children = children
        self.batches = batches
        self.clock = clock
        self.limits = limits
        self.pause = pause
        tokens = ServiceTokens(clock: clock)
    }

    /// Performs one effect and says what came of it.
    public func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
        .landed(flight, await outcome(of: effect, run: run))
    }

    private func outcome(of effect: ActionEffect, run: RunHeader) async -> EffectOutcome {
        let site = CallSite(effect, run: run)
        if effect.kind == .unsubscribe { return await unsubscribe(effect, site) }
        if case .lookup(let since) = effect.kind {
            return await lookUp(effect.inputs, at: site, since: since, lastAttempt: effect.lastAttempt)
        }
        if effect.kind == .probe { return await probe(effect.inputs, at: site) }
        switch effect.node.type {
        case .http: return await callHTTP(effect.inputs, at: site, effect.way, isResend: effect.isResend)
        case .function: return await callResource(effect, site, ResourceCall.function)
        case .apiManagement: return await callResource(effect, site, ResourceCall.apiManagement)
        case .httpWebhook:
            let inputs = effect.inputs[ignoringCase: "subscribe"] ?? .null
            return await callHTTP(inputs, at: site, .subscribe, isResend: effect.isResend)
        case .apiConnection, .openAPIConnection, .serviceProvider, .apiConnectionWebhook, .openAPIConnectionWebhook:
            let standing = Standing(isResend: effect.isResend, holdsKey: effect.holdsKey)
            return await callConnector(effect.inputs, at: site, effect.way, standing)
        case .workflow: return await callChild(effect)
        case .sendToBatch: return await sendToBatch(effect)
        case .javaScriptCode: return await runScript(effect)
        default: return .refused(.unsupported(effect.node), code: "NotSupported")
        }
    }

    private func callResource(
        _ effect: ActionEffect,
        _ site: CallSite,
        _ inputs: (JSON) throws(RunError) -> JSON
    ) async -> EffectOutcome {
        do throws(RunError) {
            return await callHTTP(try inputs(effect.inputs), at: site, effect.way, isResend: effect.isResend)
        } catch {
            return .refused(error, code: "BadRequest")
        }
    }
}

extension ActionEffect {
    /// Which call of its operation it asks for.
    var way: CallWay {
        switch kind {
        case .poll(let location): .poll(location)
        case .page(let address): .page(address)
        case .unsubscribe: .unsubscribe
        // After its business key was claimed, a subscription is asked for as a call.
        case .call, .subscribe, .lookup, .probe: node.type.isWebhook ? .subscribe : .call
        }
    }
}

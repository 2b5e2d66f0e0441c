public import Connectors
public import Durable
public import JSONTree
public import Moments
public import Outbound
public import Playbooks
public import Scripting

/// Performs what actions and triggers ask of the outside, for real: calls over the network, connectors, scripts, other
/// workflows.
///
/// It never says that something has not happened when it may have: see ``EffectOutcome``.
public final class LiveEffects: EffectPerformer, TriggerCalls {
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
    public init(
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
        self.transport = transport
        self.networks = networks
        self.registry = registry
        self.scripts = scripts
        self.identities = identities
        self.children = children
        self.batches = batches
        self.clock = clock
        self.limits = limits
    }

    /// Performs one effect and says what came of it.
    public func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
        .landed(flight, await outcome(of: effect, run: run))
    }

    private func outcome(of effect: ActionEffect, run: RunHeader) async -> EffectOutcome {
        switch effect.node.type {
        case .workflow: await callChild(effect)
        case .sendToBatch: await sendToBatch(effect)
        case .javaScriptCode: await runScript(effect)
        default: .refused(.unsupported(effect.node), code: "NotSupported")
        }
    }

    /// Makes one attempt at a call of a trigger.
    public func callTrigger(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        inputs: JSON,
        kind: TriggerCallKind
    ) async -> EffectOutcome {
        .refused(
            RunError(
                "TriggerTypeNotSupported",
                "The trigger '\(trigger.name)' is of type '\(trigger.type.word)', which this server does not call. Replace it by an Http trigger or a connector that offers the same."
            ),
            code: "NotSupported"
        )
    }
}

import Connectors
import Durable
import Engine
import Logging
import Moments
import Outbound
import Scripting
import ServiceLifecycle

/// The workflow engine of a server with what it needs to act.
struct EngineParts: Sendable {
    let workflows: WorkflowService
    let scripts: ScriptPool

    /// What the engine reaches the outside by.
    struct Outside: Sendable {
        let transport: any Transport
        let registry: ConnectorRegistry
        let identities: any ManagedIdentityTokens
    }

    /// Puts the engine together; nothing runs before its service does.
    ///
    /// A server that was ended by a run in the middle of a step learns it here: the run is counted as a suspect, and
    /// quarantined at the second time.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - groundwork: The data folder.
    ///   - outside: What the engine reaches the outside by.
    ///   - isServing: Whether runs are to be driven.
    ///   - clock: The present.
    /// - Returns: The engine.
    /// - Throws: `DurableError`, `StoreError`, `SecretsError`.
    static func assemble(
        _ configuration: ServerConfiguration,
        over groundwork: ServerParts.Groundwork,
        outside: Outside,
        isServing: Bool,
        clock: any WallClock
    ) async throws -> EngineParts {
        var settings = EngineSettings(origin: configuration.origin)
        settings.driver.shutdownPatience = configuration.shutdownPatience
        configuration.retention.apply(to: &settings)
        var marker: SteppingMarker?
        if isServing {
            marker = try SteppingMarker(path: configuration.data + "/stepping")
        }
        let scripts = ScriptPool()
        let workflows = try await WorkflowService(
            store: groundwork.store,
            keyring: groundwork.keyring,
            settings: settings,
            clock: clock,
            marker: marker,
            logger: Logger(label: "tocsin.engine")
        ) { links in
            WatchedEffects(
                effects: LiveEffects(
                    transport: outside.transport,
                    networks: configuration.networks,
                    registry: outside.registry,
                    scripts: scripts,
                    identities: outside.identities,
                    children: links.children,
                    batches: links.batches,
                    clock: clock
                ),
                logger: Logger(label: "tocsin.calls")
            )
        }
        return EngineParts(workflows: workflows, scripts: scripts)
    }

    /// The engine as a part of a running server.
    var service: any Service { Running(workflows: workflows) }

    /// Lets actions under way finish within their time; what they do not finish is safe in the journal.
    func close() async {
        await workflows.shutDown()
        scripts.stop()
    }

    private struct Running: Service {
        let workflows: WorkflowService

        func run() async throws {
            await cancelWhenGracefulShutdown { await workflows.run() }
        }
    }
}

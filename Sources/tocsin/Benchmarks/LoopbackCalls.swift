import Connectors
import Engine
import Outbound

extension LiveEffects {
    /// The server's own performer of effects, for benchmarks and the chaos worker: it may call this machine, and has neither
    /// connections nor other workflows.
    static func onLoopback(_ transport: HTTPTransport) -> LiveEffects {
        LiveEffects(
            transport: transport,
            networks: .withLoopback,
            registry: ConnectorRegistry(folders: [], connections: FixedConnections([]), transport: transport),
            children: NoSiblings(),
            batches: NoSiblings()
        )
    }
}

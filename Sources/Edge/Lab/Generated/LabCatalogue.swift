public import Connectors
import Outbound
import Synchronization

/// All connectors of some folders, read when they are first asked for.
public final class LabCatalogue: Sendable {
    private let registry: ConnectorRegistry
    private let known = Mutex<[ConnectorDefinition]?>(nil)

    /// Makes a catalogue; nothing is read yet.
    public init(folders: [String]) {
        registry = ConnectorRegistry(folders: folders, connections: FixedConnections([]), transport: Nobody())
    }

    /// The connectors in the order of their names, without those that cannot be read.
    public func connectors() -> [ConnectorDefinition] {
        known.withLock { known in
            if let known { return known }
            let all = registry.names.compactMap(find)
            known = all
            return all
        }
    }

    /// The connector of a name; nil when there is none, or when it cannot be read.
    public func find(_ name: String) -> ConnectorDefinition? {
        do {
            return try registry.connector(name)
        } catch {
            return nil
        }
    }

    private struct Nobody: Transport {
        func send(_ request: OutboundRequest) async throws -> OutboundResponse {
            throw OutboundError(code: .connectionFailed, message: "Nothing is called here.", certainlyNotSent: true)
        }
    }
}

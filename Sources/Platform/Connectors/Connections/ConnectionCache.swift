import Secrets
import Synchronization

/// Connections and their secrets as they were read last, so that a call reads no disk.
///
/// The data folder belongs to one process; whatever changes a connection clears it here in the same breath.
final class ConnectionCache: Sendable {
    struct Entry: Sendable {
        var connection: Connection?
        var secrets: [String: SecretValue?] = [:]
    }

    private struct Place: Hashable {
        let tenant: String
        let name: String
    }

    private struct State {
        var entries: [Place: Entry] = [:]
        /// Raised by every change, so that what was read before one is not kept after it.
        var epoch = 0
    }

    /// The most connections that are kept: 10,000; beyond, all are read anew.
    static let limit = 10_000

    private let state = Mutex(State())

    var epoch: Int { state.withLock(\.epoch) }

    func entry(_ name: String, tenant: String) -> Entry? {
        state.withLock { $0.entries[Place(tenant: tenant, name: name.lowercased())] }
    }

    /// Keeps a connection that was read; names without one are not kept, because they come from playbooks.
    func keep(_ connection: Connection, readIn epoch: Int) {
        state.withLock { state in
            guard state.epoch == epoch else { return }
            if state.entries.count >= Self.limit { state.entries = [:] }
            let place = Place(tenant: connection.tenant, name: connection.name.lowercased())
            if state.entries[place] == nil { state.entries[place] = Entry(connection: connection) }
        }
    }

    func keep(_ secret: SecretValue?, _ parameter: String, of connection: Connection, readIn epoch: Int) {
        state.withLock { state in
            guard state.epoch == epoch else { return }
            let place = Place(tenant: connection.tenant, name: connection.name.lowercased())
            state.entries[place]?.secrets[parameter] = .some(secret)
        }
    }

    func clear(_ name: String, tenant: String) {
        state.withLock { state in
            state.epoch += 1
            state.entries[Place(tenant: tenant, name: name.lowercased())] = nil
        }
    }
}

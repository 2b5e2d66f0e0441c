import Synchronization

/// Counts what is in work and turns away what is too much.
final class Gate: Sendable {
    private struct State {
        var requests = 0
        var bodyBytes = 0
    }

    private let state = Mutex(State())
    private let requestLimit: Int
    private let bodyLimit: Int

    init(requests: Int, bodyBytes: Int) {
        requestLimit = requests
        bodyLimit = bodyBytes
    }

    var requests: Int { state.withLock(\.requests) }

    func enter() -> Bool {
        state.withLock { state in
            guard state.requests < requestLimit else { return false }
            state.requests += 1
            return true
        }
    }

    func leave(bodyBytes: Int) {
        state.withLock { state in
            state.requests -= 1
            state.bodyBytes -= bodyBytes
        }
    }

    func takeBody(_ count: Int) -> Bool {
        state.withLock { state in
            guard count <= bodyLimit - state.bodyBytes else { return false }
            state.bodyBytes += count
            return true
        }
    }
}

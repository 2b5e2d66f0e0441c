import JSONTree
import Serving
import Synchronization

/// The service that the runs call: it takes its time, and keeps account of what really reached it.
final class RecordingService: Sendable {
    struct Account {
        /// How often each item was created; more than once is a double.
        var created: [String: Int] = [:]
        /// The bodies that were put for each part of an item; repeated, they must be the same.
        var parts: [String: Set<JSON>] = [:]
    }

    private let account = Mutex(Account())
    private let random: Mutex<SplitRandom>

    init(seed: UInt64) {
        random = Mutex(SplitRandom(state: seed))
    }

    var current: Account { account.withLock { $0 } }

    /// Serves on a free loopback port while the body runs.
    func serve<T: Sendable>(_ body: @escaping @Sendable (Int) async throws -> T) async throws -> T {
        var options = ServerOptions(security: .plain())
        options.port = 0
        let server = try Server(router: Router([routes()]), options: options)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            guard let port = await server.port else { throw ChaosFailure("The recording service has no port.") }
            let result = try await body(port)
            group.cancelAll()
            return result
        }
    }

    private func routes() -> Routes {
        var routes = Routes()
        routes.post("/items") { request in
            let item = try JSON.parse(request.body)["id"]?.stringValue ?? "?"
            try await self.pause()
            self.account.withLock { $0.created[item, default: 0] += 1 }
            try await self.pause()
            return .json(["ticket": .string("ticket of \(item)")])
        }
        routes.put("/items/{item}/parts/{part}") { request in
            let body = try JSON.parse(request.body)
            try await self.pause()
            let name = "\(request.parameters["item"])/\(request.parameters["part"])"
            _ = self.account.withLock { $0.parts[name, default: []].insert(body) }
            return .json(["part": .string(name)])
        }
        return routes
    }

    /// Up to 20 ms, so that the process is often killed between a call and its answer.
    private func pause() async throws {
        try await Task.sleep(for: .milliseconds(Int64(random.withLock { $0.below(20) })))
    }
}

/// Random numbers by seed (SplitMix64).
struct SplitRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}

/// Why a chaos test cannot go on.
struct ChaosFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

import JSONTree
import Logging
import Moments
import Serving

/// A server on a free loopback port that answers `POST /echo` with what it got.
enum LoopbackServer {
    /// Serves while the body runs.
    static func serve<T: Sendable>(_ body: @escaping @Sendable (Int) async throws -> T) async throws -> T {
        var routes = Routes()
        routes.post("/echo") { request in
            Response(status: 200, headers: ["Content-Type": "application/json"], body: request.body)
        }
        var options = ServerOptions(security: .plain())
        options.port = 0
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let server = try Server(router: Router([routes]), options: options, clock: SystemClock(), logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            guard let port = await server.port else {
                throw CommandFailure(code: "NoPort", message: "No port of this machine can be listened on.")
            }
            let result = try await body(port)
            group.cancelAll()
            return result
        }
    }
}

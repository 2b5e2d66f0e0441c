/// The routes by which a server is watched: `/healthz`, `/readyz` and `/metrics`.
public enum OperationalRoutes {
    /// Makes the routes.
    ///
    /// - Parameters:
    ///   - readiness: What the server waits for, in words for an operator; empty when it can work.
    ///   - metrics: The metrics in Prometheus' text form.
    ///   - guarding: What is asked before metrics are shown, such as a role; nothing by default.
    /// - Returns: Routes to be given to the router.
    public static func routes(
        readiness: @escaping @Sendable () async -> [String],
        metrics: @escaping @Sendable () async -> String,
        guarding: @escaping Routes.Middleware = { try await $1($0) }
    ) -> Routes {
        var routes = Routes()
        routes.get("/healthz") { _ in .text("ok\n", headers: ["Cache-Control": "no-store"]) }
        routes.get("/readyz") { _ in
            let waits = await readiness()
            return .text(
                waits.isEmpty ? "ready\n" : waits.joined(separator: "\n") + "\n",
                status: waits.isEmpty ? 200 : 503,
                headers: ["Cache-Control": "no-store"]
            )
        }
        routes.use(guarding)
        routes.get("/metrics") { _ in
            .text(
                await metrics(),
                headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"]
            )
        }
        return routes
    }
}

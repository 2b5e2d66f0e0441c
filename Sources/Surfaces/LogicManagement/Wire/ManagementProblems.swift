import Durable
import Engine
import Serving

/// The engine's refusals as problems of the management interface.
enum ManagementProblems {
    static let translate: Routes.Middleware = { request, next in
        do {
            return try await next(request)
        } catch let error as EngineError {
            throw problem(error)
        } catch let error as DurableError where error.isTransient || error.code == .stopped {
            throw Problem(
                status: 503,
                code: "ServiceUnavailable",
                message: error.message,
                headers: ["Retry-After": "5"]
            )
        }
    }

    static func problem(_ error: EngineError) -> Problem {
        Problem(
            status: error.status,
            code: error.code,
            message: error.message,
            headers: error.retryAfterSeconds.map { ["Retry-After": "\($0)"] } ?? [:]
        )
    }
}

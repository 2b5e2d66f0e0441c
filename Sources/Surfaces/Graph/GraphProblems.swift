import Alerts
import OData
import Serving

/// The broker's refusals in Graph's words.
enum GraphProblems {
    static func translate<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as AlertError {
            throw problem(error)
        } catch let error as ODataError {
            throw Problem(status: 400, code: "BadRequest", message: error.message)
        }
    }

    private static func problem(_ error: AlertError) -> Problem {
        switch error.code {
        case .notFound: Problem(status: 404, code: "ResourceNotFound", message: error.message)
        case .changedMeanwhile: Problem(status: 412, code: "resourceModified", message: error.message)
        case .keyReused: Problem(status: 422, code: "InvalidRequest", message: error.message)
        case .invalidQuery, .invalidChange, .invalidAlert, .invalidToken:
            Problem(status: 400, code: "BadRequest", message: error.message)
        }
    }
}

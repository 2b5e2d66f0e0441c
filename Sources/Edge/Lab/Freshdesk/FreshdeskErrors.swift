import JSONTree
import Serving

/// Freshdesk's error bodies.
enum FreshdeskErrors {
    static var credentials: Response {
        simple(401, "invalid_credentials", "You have to be logged in to perform this action.")
    }

    static var server: Response { simple(500, "internal_error", "We're sorry, but something went wrong.") }

    static func tooMany(_ seconds: Int) -> Response {
        .json(
            ["message": "You have exceeded the limit of requests per minute"],
            status: 429,
            headers: ["Retry-After": String(max(0, seconds))]
        )
    }

    static func simple(_ status: Int, _ code: String, _ message: String) -> Response {
        .json(["code": .string(code), "message": .string(message)], status: status)
    }

    static func validation(_ faults: [FreshdeskValidation.Fault]) -> Response {
        let entries = faults.sorted { $0.field < $1.field }.map(\.json)
        return .json(["description": "Validation failed", "errors": .array(entries)], status: 400)
    }

    static func field(_ name: String, _ message: String, code: String = FreshdeskValidation.invalid) -> Response {
        validation([FreshdeskValidation.Fault(field: name, message: message, code: code)])
    }
}

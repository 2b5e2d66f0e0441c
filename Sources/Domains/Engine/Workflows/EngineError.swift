/// What a caller of the engine did wrong or cannot have: an HTTP status, a code to act on and a message with the remedy.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The HTTP status that a surface answers with.
    public var status: Int
    /// The code, as the real service writes it (workflow definition language, section 13).
    public var code: String
    /// What is wrong, and what to do.
    public var message: String
    /// When trying again may help.
    public var retryAfterSeconds: Int?

    /// Makes an error.
    public init(_ status: Int, _ code: String, _ message: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Code and message.
    public var description: String { "\(code): \(message)" }
}

extension EngineError {
    /// The code where a run is kept from running because it ended the process.
    static let quarantinedCode = "WorkflowRunQuarantined"

    static func noWorkflow(_ name: String) -> EngineError {
        EngineError(404, "WorkflowNotFound", "The workflow '\(name)' could not be found.")
    }

    static func noVersion(_ version: String, of name: String) -> EngineError {
        EngineError(404, "WorkflowVersionNotFound", "The workflow '\(name)' has no version '\(version)'.")
    }

    static func noTrigger(_ trigger: String, of name: String) -> EngineError {
        EngineError(
            404,
            "WorkflowTriggerNotFound",
            "The workflow '\(name)' has no trigger '\(trigger)'."
        )
    }

    static func noRun(_ run: String, of name: String) -> EngineError {
        EngineError(404, "WorkflowRunNotFound", "The workflow '\(name)' has no run '\(run)'.")
    }
}

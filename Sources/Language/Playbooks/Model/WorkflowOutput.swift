public import Expressions
public import JSONTree

/// An output of the workflow, evaluated when the run ends (section 1.3).
public struct WorkflowOutput: Sendable {
    /// The name.
    public let name: String
    /// The declared type, as written; nil when none is declared.
    public let type: String?
    /// The value.
    public let value: Template
    /// `metadata`, kept.
    public let metadata: JSON?
}

/// A prepared outcome that an action can take in place of running (section 11.2).
public struct StaticResult: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The status, as written; `Succeeded` when none is.
    public let status: String
    /// The code of the action record.
    public let code: String?
    /// The error of the action record.
    public let error: JSON?
    /// The outputs.
    public let outputs: JSON?
}

/// A remark about a playbook: what is wrong or unusual, where, and what to do about it.
///
/// Diagnostics are values for people and for tools: `code` is stable and meant for filters, `message` says what is
/// the matter, `remedy` says what to do. The place is given twice, as a JSON pointer and as line and column.
public struct Diagnostic: Sendable, Hashable {
    /// How grave a diagnostic is.
    public enum Severity: String, Sendable, Hashable {
        /// The definition or file is broken: it cannot be saved.
        case error
        /// It can be saved, but something in it will not work, or works otherwise than its author may think.
        case warning
        /// Worth knowing, nothing to do.
        case information
    }

    /// How grave it is.
    public var severity: Severity
    /// A stable word for this kind of remark, `InvalidTemplate` for what Azure refuses by that code.
    public var code: String
    /// What is the matter, in one sentence; Azure's own text where Azure has one.
    public var message: String
    /// What to do about it.
    public var remedy: String
    /// The JSON pointer (RFC 6901) of the value that it is about; empty for the whole document.
    public var pointer: String
    /// The line of that value, counted from 1; 0 when the text is not known.
    public var line: Int
    /// The column of that value, counted from 1; 0 when the text is not known.
    public var column: Int

    /// Makes a diagnostic.
    public init(
        _ severity: Severity,
        code: String,
        message: String,
        remedy: String,
        pointer: String = "",
        line: Int = 0,
        column: Int = 0
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.remedy = remedy
        self.pointer = pointer
        self.line = line
        self.column = column
    }

    /// Whether it keeps the definition from being saved.
    public var isError: Bool { severity == .error }
}

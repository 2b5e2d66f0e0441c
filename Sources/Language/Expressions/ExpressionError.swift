/// Why an expression or a template cannot be compiled or evaluated.
///
/// `message` is the inner text that Azure shows ("The template language function 'split' expects …"); whoever
/// reports it adds the outer sentence with the action's name and the line.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// When the error shows: as the definition is saved, or as a run evaluates it.
    public enum Phase: String, Sendable, Hashable {
        /// The text is not an expression, or names something that does not exist.
        case parse
        /// The values do not fit.
        case run
    }

    /// The error code, for all errors of the language `InvalidTemplate`.
    public var code: String
    /// When the error shows.
    public var phase: Phase
    /// What is wrong, in Azure's words where they are known.
    public var message: String
    /// The function that refused, as the expression writes it; nil for syntax and dereference errors.
    public var function: String?
    /// The JSON pointer of the string inside the template's value; empty for the value itself.
    public var pointer: String
    /// Where in that string, in UTF-16 units from its beginning.
    public var offset: Int

    /// An error at a place.
    public init(
        code: String = "InvalidTemplate",
        phase: Phase,
        message: String,
        function: String? = nil,
        pointer: String = "",
        offset: Int = 0
    ) {
        self.code = code
        self.phase = phase
        self.message = message
        self.function = function
        self.pointer = pointer
        self.offset = offset
    }

    /// The message with the place, for logs.
    public var description: String {
        pointer.isEmpty ? "\(code): \(message)" : "\(code) at \(pointer): \(message)"
    }
}

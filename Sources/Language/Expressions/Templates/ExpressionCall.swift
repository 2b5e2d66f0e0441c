/// One function call in a template, as static analysis needs it.
public struct ExpressionCall: Sendable {
    /// One dereference after a call.
    public enum Step: Sendable, Hashable {
        /// `.name` or `['name']`.
        case name(String, isSafe: Bool)
        /// `[0]`.
        case index(Int64, isSafe: Bool)
        /// `[expression]`, known only in a run.
        case computed(isSafe: Bool)
    }

    /// The function.
    public var function: ExpressionFunction
    /// The function's name as the expression writes it.
    public var name: String
    /// The arguments that are literal or constant texts; nil for the others, which are known only in a run.
    public var arguments: [String?]
    /// The dereferences that follow the call: `outputs('A')?['body']` has one.
    public var path: [Step]
    /// The JSON pointer of the string inside the template's value; of the member's value when the string is a name.
    public var pointer: String
    /// Whether the string is a property's name.
    public var isName: Bool
    /// Where the call begins in the string, in UTF-16 units.
    public var offset: Int

    /// What a reference function refers to, with the name when it is literal: `(.action, "Get_user")`.
    public var reference: (kind: ExpressionFunction.Reference, name: String?)? {
        function.reference.map { ($0, function.namesSomething ? arguments.first ?? nil : nil) }
    }
}

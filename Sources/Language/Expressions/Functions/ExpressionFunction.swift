/// One function of the language: its name, what it takes, what it is for, and how it is evaluated.
///
/// The validator, the console's help and the documentation are made from these; `FunctionLibrary.all` lists them.
public final class ExpressionFunction: Sendable {
    /// The families that the documentation groups functions by.
    public enum Family: String, Sendable, CaseIterable {
        /// Text.
        case strings = "Strings"
        /// Arrays and objects.
        case collections = "Collections"
        /// Comparison and conditions.
        case logic = "Logic"
        /// From one type to another.
        case conversion = "Conversion"
        /// Addresses.
        case uris = "URIs"
        /// XML.
        case xml = "XML"
        /// Numbers.
        case maths = "Maths"
        /// Dates and times.
        case dates = "Dates and times"
        /// What the workflow knows.
        case references = "References"
        /// Forms and multipart bodies.
        case forms = "Forms"
    }

    /// What a reference function refers to, when it names something.
    public enum Reference: String, Sendable {
        /// An action's record or outputs.
        case action
        /// A variable.
        case variable
        /// A parameter.
        case parameter
        /// A loop.
        case loop
        /// A scope whose results are read.
        case scope
        /// The trigger.
        case trigger
        /// An app setting.
        case appSetting
        /// The current element.
        case item
        /// The current action.
        case currentAction
        /// The workflow.
        case workflow
        /// The callback URL.
        case callback
    }

    typealias Eager = @Sendable (Arguments, inout Evaluation) throws(ExpressionError) -> Value
    typealias Lazy = @Sendable (CallNode, inout Evaluation) throws(ExpressionError) -> Value

    /// How the function is evaluated.
    enum Body: Sendable {
        /// All arguments are evaluated first.
        case eager(Eager)
        /// The function evaluates the arguments that it needs.
        case lazy(Lazy)
    }

    /// The name, as the documentation writes it; matched without regard to case.
    public let name: String
    /// The family it belongs to.
    public let family: Family
    /// The parameters as documentation shows them: `?` after optional ones, `…` after the last one that repeats.
    public let parameters: [String]
    /// One sentence: what it gives.
    public let summary: String
    /// How many arguments it takes.
    public let arity: ClosedRange<Int>
    /// Whether Microsoft's reference leaves it out.
    public let isUndocumented: Bool
    /// What it refers to; nil for functions of their arguments only.
    public let reference: Reference?
    /// Whether equal arguments always give equal results, with no look at the run, the clock or chance.
    public let isPure: Bool
    let body: Body
    private let link: String?

    init(
        _ name: String,
        _ family: Family,
        _ parameters: [String] = [],
        _ summary: String,
        reference: Reference? = nil,
        isPure: Bool = true,
        isUndocumented: Bool = false,
        link: String? = nil,
        body: Body
    ) {
        self.name = name
        self.family = family
        self.parameters = parameters
        self.summary = summary
        self.reference = reference
        self.isPure = isPure && reference == nil
        self.isUndocumented = isUndocumented
        self.link = link
        self.body = body
        let required = parameters.count { !$0.hasSuffix("?") }
        let repeats = parameters.last?.hasSuffix("…") ?? false
        arity = required...(repeats ? Int.max : parameters.count)
    }

    /// The name with its parameters, as help shows it: `substring(text, start, length?)`.
    public var signature: String { name + "(" + parameters.joined(separator: ", ") + ")" }

    /// Whether the first argument is the name of what the function refers to.
    public var namesSomething: Bool {
        guard reference != nil, let first = parameters.first else { return false }
        return first == "name" || first == "action" || first.hasPrefix("loop") || first == "scope"
    }

    /// Where Microsoft documents the function.
    var usageLink: String { "https://aka.ms/logicexpressions#" + (link ?? name) }

    /// The error of a call with a number of arguments that the function does not take.
    func wrongCount(_ count: Int, name: String, phase: ExpressionError.Phase = .run) -> ExpressionError {
        ExpressionError(
            phase: phase,
            message: "The template language function '\(name)' " + wrongCountText(count),
            function: name
        )
    }

    private func wrongCountText(_ count: Int) -> String {
        let see = " Please see \(usageLink) for usage details."
        guard let text = WrongCountTexts.byName[name.lowercased()], let ending = text.utf8.first else {
            if arity.upperBound == 0 { return "must not have any parameters." }
            if count == 0 { return "must have at least one parameter." }
            if arity.upperBound == 1 { return "must have only one parameter." }
            return "expects the parameters \(signature). The function was invoked with '\(count)' parameter(s)." + see
        }
        let expectation = String(text.dropFirst())
        switch ending {
        case UInt8(ascii: "s"): return expectation + " The function was invoked with '\(count)' parameter(s)." + see
        case UInt8(ascii: "p"): return expectation + " The function was invoked with '\(count)' parameters." + see
        case UInt8(ascii: "u"): return expectation + " The function was invoked with '\(count)' parameter(s)."
        case UInt8(ascii: "n"): return expectation + " The function was invoked with no parameters." + see
        default: return expectation
        }
    }
}

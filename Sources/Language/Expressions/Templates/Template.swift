public import JSONTree

/// A compiled JSON value of any depth whose strings and names are templates.
///
/// Compile it once, when a definition is deployed; evaluate it as often as a run needs it.
///
/// ```swift
/// let template = try Template.compile(["subject": "Alert @{triggerBody()?['title']}", "count": "@length(body('Get'))"])
/// let inputs = try template.evaluate(in: context)
/// ```
public struct Template: Sendable {
    let root: TemplateNode
    private let limits: ExpressionLimits
    /// Whether a result can nest deeper or be larger than what the context gave: it is measured then.
    private let mustMeasure: Bool
    /// Every function call in the template, in the order of the text.
    public let calls: [ExpressionCall]

    /// Compiles a value.
    ///
    /// - Parameters:
    ///   - json: The value as it stands in a definition.
    ///   - limits: Bounds on texts, nesting, work and memory.
    /// - Returns: The compiled template.
    /// - Throws: An `ExpressionError` of phase `parse` with the pointer of the string and the place in it.
    public static func compile(_ json: JSON, limits: ExpressionLimits = .default) throws(ExpressionError) -> Template {
        var compiler = TemplateCompiler(limits: limits)
        let root = try compiler.compile(json)
        return Template(root: root, calls: compiler.calls, limits: limits)
    }

    private init(root: TemplateNode, calls: [ExpressionCall], limits: ExpressionLimits) {
        self.root = root
        self.calls = calls
        self.limits = limits
        switch root {
        case .constant, .interpolation: mustMeasure = false
        case .expression: mustMeasure = calls.contains { Self.nesting.contains($0.function.name) }
        case .array, .object: mustMeasure = !calls.isEmpty
        }
    }

    /// Functions whose results hold their arguments.
    private static let nesting: Set<String> = [
        "createArray", "array", "addProperty", "setProperty", "mergeObjects", "union", "chunk", "json", "xml",
    ]

    /// Whether the value is the same in every run.
    public var isConstant: Bool { root.constantValue != nil }

    /// The value, when it is the same in every run.
    public var constant: JSON? { root.constantValue }

    /// The template's value in a run.
    ///
    /// - Parameter context: What the expressions see.
    /// - Returns: The value; an XML value as an envelope with base64 content.
    /// - Throws: An `ExpressionError` of phase `run` with the pointer of the string that failed.
    public func evaluate(in context: any EvaluationContext) throws(ExpressionError) -> JSON {
        if case .constant(let json) = root { return json }
        return try evaluate(Evaluation(context: context, limits: limits))
    }

    /// The template's value for one element of an array, as Query, Select and Table need it.
    ///
    /// - Parameters:
    ///   - context: What the expressions see.
    ///   - item: The value of `item()`.
    /// - Returns: The value.
    /// - Throws: An `ExpressionError` of phase `run`.
    public func evaluate(in context: any EvaluationContext, item: JSON) throws(ExpressionError) -> JSON {
        if case .constant(let json) = root { return json }
        return try evaluate(Evaluation(context: context, limits: limits, item: item))
    }

    private func evaluate(_ start: Evaluation) throws(ExpressionError) -> JSON {
        var evaluation = start
        let value = try root.evaluate(&evaluation)
        if mustMeasure { _ = try evaluation.measure(value) }
        return value
    }
}

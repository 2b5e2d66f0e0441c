public import JSONTree

/// What an expression computes, for analyses that follow values from where they come to where they go.
///
/// ```swift
/// guard case .expression(let tree)? = TextTree.read("@first(body('Get')?['value'])") else { return }
/// ```
public indirect enum ExpressionTree: Sendable, Hashable {
    /// A number, a text, a boolean, or null.
    case literal(JSON)
    /// A call of a function, its name in small letters, with the dereferences that follow it.
    case call(function: String, arguments: [ExpressionTree], path: [Step])

    /// One `.name` or `[key]` after a call.
    public struct Step: Sendable, Hashable {
        /// What is between the brackets; a name after a point is a literal text.
        public let key: ExpressionTree
        /// Whether `?` stands before it.
        public let isSafe: Bool
    }

    init(_ syntax: ExpressionSyntax) {
        switch syntax {
        case .null: self = .literal(.null)
        case .boolean(let value, _): self = .literal(.bool(value))
        case .integer(let value, _): self = .literal(.integer(value))
        case .float(let value, _): self = .literal(.double(value))
        case .string(let text, _): self = .literal(.string(text))
        case .call(let call):
            self = .call(
                function: call.name.lowercased(),
                arguments: call.arguments.map(ExpressionTree.init),
                path: call.dereferences.map { Step(key: ExpressionTree($0.key), isSafe: $0.isSafe) }
            )
        }
    }
}

/// A text of a template, taken apart.
public enum TextTree: Sendable, Hashable {
    /// It stands for itself.
    case literal(String)
    /// It is one expression, whose value it has.
    case expression(ExpressionTree)
    /// It is a text in which expressions stand: these, in order; literal pieces are literal texts.
    case interpolation([ExpressionTree])

    /// Takes a text apart.
    ///
    /// - Parameters:
    ///   - text: The text as it stands in a definition.
    ///   - limits: Bounds on its length and nesting.
    /// - Returns: Its parts; nil when it cannot be parsed.
    public static func read(_ text: String, limits: ExpressionLimits = .default) -> TextTree? {
        do throws(ExpressionError) {
            switch try TemplateText.read(text) {
            case .literal(let literal): return .literal(literal)
            case .expression(let expression):
                return .expression(ExpressionTree(try ExpressionParser.parse(expression, limits: limits)))
            case .interpolation(let pieces):
                var trees: [ExpressionTree] = []
                for piece in pieces {
                    switch piece {
                    case .literal(let literal): trees.append(.literal(.string(literal)))
                    case .expression(let expression, _):
                        trees.append(ExpressionTree(try ExpressionParser.parse(expression, limits: limits)))
                    }
                }
                return .interpolation(trees)
            }
        } catch {
            return nil
        }
    }
}

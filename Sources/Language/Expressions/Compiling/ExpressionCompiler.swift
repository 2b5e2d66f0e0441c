import JSONTree

/// Turns the syntax tree of an expression into its compiled form: resolves functions, checks what is refused when a
/// definition is saved, collects calls, and folds constant parts.
struct ExpressionCompiler {
    /// The expression's text, for messages.
    let text: String
    /// UTF-8 bytes of the text.
    private let bytes: [UInt8]
    /// Where the expression begins in the template's string, in UTF-16 units.
    let base: Int
    let pointer: String
    let isName: Bool
    let limits: ExpressionLimits
    private(set) var calls: [ExpressionCall] = []

    init(text: String, base: Int, pointer: String, isName: Bool, limits: ExpressionLimits) {
        self.text = text
        bytes = Array(text.utf8)
        self.base = base
        self.pointer = pointer
        self.isName = isName
        self.limits = limits
    }

    /// Compiles the text.
    ///
    /// - Returns: The compiled form.
    /// - Throws: An `ExpressionError` of phase `parse`, its offset counted in the template's string.
    mutating func compile() throws(ExpressionError) -> ExpressionNode {
        do {
            return try node(try ExpressionParser.parse(text, limits: limits))
        } catch {
            var placed = error
            placed.offset += base
            placed.pointer = pointer
            throw placed
        }
    }

    private func offset(_ byte: Int) -> Int { CharacterClasses.utf16Length(bytes, 0..<byte) }

    private mutating func node(_ syntax: ExpressionSyntax) throws(ExpressionError) -> ExpressionNode {
        switch syntax {
        case .null: return .constant(.null)
        case .boolean(let value, _): return .constant(.boolean(value))
        case .integer(let value, _): return .constant(.integer(value))
        case .float(let value, _): return .constant(.json(.double(value)))
        case .string(let value, _): return .constant(.string(value))
        case .call(let call): return try node(call)
        }
    }

    private mutating func node(_ syntax: CallSyntax) throws(ExpressionError) -> ExpressionNode {
        let place = offset(syntax.range.lowerBound)
        guard let function = FunctionLibrary.function(named: syntax.name) else {
            throw ExpressionError(
                phase: .parse,
                message: "The template function '\(syntax.name)' is not defined or not valid.",
                function: syntax.name,
                offset: place
            )
        }
        try check(syntax, function, place)
        let index = calls.count
        calls.append(
            ExpressionCall(
                function: function,
                name: syntax.name,
                arguments: syntax.arguments.map(Self.literal),
                path: syntax.dereferences.map(Self.pathStep),
                pointer: pointer,
                isName: isName,
                offset: base + place
            )
        )
        var arguments: [ExpressionNode] = []
        arguments.reserveCapacity(syntax.arguments.count)
        for argument in syntax.arguments { arguments.append(try node(argument)) }
        calls[index].arguments = zip(calls[index].arguments, arguments).map { $0 ?? $1.constantString }
        var result = fold(CallNode(function: function, name: syntax.name, arguments: arguments, offset: base + place))
        guard !syntax.dereferences.isEmpty else { return result }
        var steps: [SelectNode.Step] = []
        for dereference in syntax.dereferences { steps.append(try step(dereference)) }
        let select = SelectNode(base: result, steps: steps, source: text, offset: base + place)
        if case .constant = result, let value = foldedValue(.select(select)) {
            result = .constant(value)
        } else {
            result = .select(select)
        }
        return result
    }

    private mutating func step(_ syntax: DereferenceSyntax) throws(ExpressionError) -> SelectNode.Step {
        let key = try node(syntax.key)
        switch key {
        case .constant(.json(.string(let name))):
            if name.utf8.contains(UInt8(ascii: "/")) {
                return SelectNode.Step(key: .path(name, SelectNode.parts(of: name)), isSafe: syntax.isSafe)
            }
            return SelectNode.Step(key: .name(name), isSafe: syntax.isSafe)
        case .constant(.json(.integer(let index))):
            return SelectNode.Step(key: .index(index), isSafe: syntax.isSafe)
        default:
            return SelectNode.Step(key: .computed(key), isSafe: syntax.isSafe)
        }
    }

    /// What is refused when a definition is saved: the name of an action, variable or loop that is missing or no text, and
    /// wrong numbers of arguments of reference functions (section 4.8).
    private func check(
        _ syntax: CallSyntax,
        _ function: ExpressionFunction,
        _ place: Int
    ) throws(ExpressionError) {
        guard function.reference != nil else { return }
        guard function.arity.contains(syntax.arguments.count) else {
            var error = function.wrongCount(syntax.arguments.count, name: syntax.name, phase: .parse)
            error.offset = place
            throw error
        }
        guard function.namesSomething, let first = syntax.arguments.first else { return }
        switch first {
        case .string, .call: return
        default:
            throw ExpressionError(
                phase: .parse,
                message: "The provided parameters for template language function '\(syntax.name)' are not valid.",
                function: syntax.name,
                offset: place
            )
        }
    }

    private static func literal(_ syntax: ExpressionSyntax) -> String? {
        if case .string(let text, _) = syntax { text } else { nil }
    }

    private static func pathStep(_ syntax: DereferenceSyntax) -> ExpressionCall.Step {
        switch syntax.key {
        case .string(let name, _): .name(name, isSafe: syntax.isSafe)
        case .integer(let index, _): .index(index, isSafe: syntax.isSafe)
        default: .computed(isSafe: syntax.isSafe)
        }
    }

    // MARK: - Folding

    /// A call of a pure function on constants becomes its value, unless it fails, is costly or makes a large value.
    private func fold(_ call: CallNode) -> ExpressionNode {
        guard call.function.isPure else { return .call(call) }
        for argument in call.arguments {
            guard case .constant = argument else { return .call(call) }
        }
        return foldedValue(.call(call)).map { .constant($0) } ?? .call(call)
    }

    private func foldedValue(_ node: ExpressionNode) -> Value? {
        var small = limits
        small.evaluationSteps = min(limits.evaluationSteps, 20_000)
        small.producedCharacters = min(limits.producedCharacters, 16_384)
        small.valueCount = min(limits.valueCount, 1_000)
        small.rangeCount = min(limits.rangeCount, 1_000)
        var evaluation = Evaluation(context: PureContext(), limits: small)
        guard let value = try? node.evaluate(&evaluation) else { return nil }
        if case .json(let json) = value, (try? evaluation.measure(json)) == nil { return nil }
        return value
    }
}

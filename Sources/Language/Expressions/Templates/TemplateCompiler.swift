import JSONTree

/// Compiles a JSON value whose strings and names are templates.
struct TemplateCompiler {
    let limits: ExpressionLimits
    private(set) var calls: [ExpressionCall] = []
    private var count = 0

    init(limits: ExpressionLimits) {
        self.limits = limits
    }

    mutating func compile(_ json: JSON) throws(ExpressionError) -> TemplateNode {
        try node(json, pointer: "", depth: 0)
    }

    private mutating func node(_ json: JSON, pointer: String, depth: Int) throws(ExpressionError) -> TemplateNode {
        count += 1
        guard depth <= limits.valueDepth, count <= limits.valueCount else {
            throw ExpressionError(
                phase: .parse,
                message: "The template nests deeper than '\(limits.valueDepth)' levels or has more than "
                    + "'\(limits.valueCount)' values, which are the limits.",
                pointer: pointer
            )
        }
        switch json {
        case .string(let text): return try string(text, pointer: pointer, isName: false)
        case .array(let elements):
            var nodes: [TemplateNode] = []
            nodes.reserveCapacity(elements.count)
            var isConstant = true
            for (index, element) in elements.enumerated() {
                let node = try node(element, pointer: pointer + "/\(index)", depth: depth + 1)
                if case .constant = node {} else { isConstant = false }
                nodes.append(node)
            }
            return isConstant ? .constant(.array(nodes.compactMap(\.constantValue))) : .array(nodes)
        case .object(let object): return try self.object(object, pointer: pointer, depth: depth)
        default: return .constant(json)
        }
    }

    private mutating func object(
        _ object: JSONObject,
        pointer: String,
        depth: Int
    ) throws(ExpressionError) -> TemplateNode {
        var members: [TemplateNode.Member] = []
        members.reserveCapacity(object.count)
        var isConstant = true
        for (name, value) in object {
            let place = pointer + "/" + Self.escaped(name)
            let nameNode = try string(name, pointer: place, isName: true)
            let valueNode = try node(value, pointer: place, depth: depth + 1)
            if nameNode.constantValue == nil || valueNode.constantValue == nil { isConstant = false }
            members.append(TemplateNode.Member(name: nameNode, value: valueNode))
        }
        guard isConstant else { return .object(members) }
        var result = JSONObject()
        for member in members {
            if case .string(let name)? = member.name.constantValue, let value = member.value.constantValue {
                result[name] = value
            } else {
                return .object(members)
            }
        }
        return .constant(.object(result))
    }

    private mutating func string(_ text: String, pointer: String, isName: Bool) throws(ExpressionError) -> TemplateNode
    {
        let read: TemplateText
        do { read = try TemplateText.read(text) } catch { throw error.placed(pointer) }
        switch read {
        case .literal(let literal): return .constant(.string(literal))
        case .expression(let expression):
            let node = try compile(expression, base: 1, pointer: pointer, isName: isName)
            if case .constant(let value) = node { return .constant(value.json) }
            return .expression(node, pointer: pointer)
        case .interpolation(let pieces):
            var compiled: [TemplateNode.Piece] = []
            for piece in pieces {
                switch piece {
                case .literal(let literal): Self.append(literal, to: &compiled)
                case .expression(let expression, let offset):
                    let node = try compile(expression, base: offset, pointer: pointer, isName: isName)
                    var evaluation = Evaluation(context: PureContext(), limits: limits)
                    if case .constant(let value) = node, let literal = try? evaluation.text(value) {
                        Self.append(literal, to: &compiled)
                    } else {
                        compiled.append(.expression(node))
                    }
                }
            }
            if compiled.isEmpty { return .constant(.string("")) }
            if compiled.count == 1, case .literal(let literal) = compiled[0] { return .constant(.string(literal)) }
            return .interpolation(compiled, pointer: pointer)
        }
    }

    private static func append(_ literal: String, to pieces: inout [TemplateNode.Piece]) {
        guard !literal.isEmpty else { return }
        guard case .literal(var last)? = pieces.last else { return pieces.append(.literal(literal)) }
        // Taken out first, so that the text grows in place and is not copied for every piece.
        pieces.removeLast()
        last += literal
        pieces.append(.literal(last))
    }

    private mutating func compile(
        _ text: String,
        base: Int,
        pointer: String,
        isName: Bool
    ) throws(ExpressionError) -> ExpressionNode {
        var compiler = ExpressionCompiler(text: text, base: base, pointer: pointer, isName: isName, limits: limits)
        let node = try compiler.compile()
        calls.append(contentsOf: compiler.calls)
        return node
    }

    private static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        var result = ""
        for character in name.unicodeScalars {
            switch character {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

extension TemplateNode {
    /// The value when the node is the same in every run.
    var constantValue: JSON? {
        if case .constant(let json) = self { json } else { nil }
    }
}

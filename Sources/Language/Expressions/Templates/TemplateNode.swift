import JSONTree

/// One node of a compiled template.
indirect enum TemplateNode: Sendable {
    case constant(JSON)
    case expression(ExpressionNode, pointer: String)
    case interpolation([Piece], pointer: String)
    case array([TemplateNode])
    case object([Member])

    /// A piece of an interpolated string.
    enum Piece: Sendable {
        case literal(String)
        case expression(ExpressionNode)
    }

    /// A member of an object, its name a template too.
    struct Member: Sendable {
        var name: TemplateNode
        var value: TemplateNode
    }

    /// The value in a run.
    func evaluate(_ evaluation: inout Evaluation) throws(ExpressionError) -> JSON {
        switch self {
        case .constant(let json): return json
        case .expression(let node, let pointer):
            do { return try node.evaluate(&evaluation).json } catch { throw error.placed(pointer) }
        case .interpolation(let pieces, let pointer):
            do { return .string(try Self.text(pieces, &evaluation)) } catch { throw error.placed(pointer) }
        case .array(let nodes):
            var elements: [JSON] = []
            elements.reserveCapacity(nodes.count)
            for node in nodes { elements.append(try node.evaluate(&evaluation)) }
            return .array(elements)
        case .object(let members):
            var object = JSONObject()
            object.reserveCapacity(members.count)
            for member in members { object[try member.text(&evaluation)] = try member.value.evaluate(&evaluation) }
            return .object(object)
        }
    }

    private static func text(_ pieces: [Piece], _ evaluation: inout Evaluation) throws(ExpressionError) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .expression(let node):
                let value = try node.evaluate(&evaluation)
                if case .json(.string(let string)) = value {
                    text += string
                } else {
                    text += try evaluation.text(value)
                }
            }
            guard text.utf8.count <= evaluation.limits.producedCharacters else {
                throw evaluation.tooLong(text.utf8.count)
            }
        }
        try evaluation.spend(text.utf8.count)
        return text
    }
}

extension TemplateNode.Member {
    /// The member's name in a run.
    func text(_ evaluation: inout Evaluation) throws(ExpressionError) -> String {
        if case .constant(.string(let text)) = name { return text }
        let value = try name.evaluate(&evaluation)
        guard case .string(let text) = value else {
            var pointer = ""
            if case .expression(_, let place) = name { pointer = place }
            throw ExpressionError(
                phase: .run,
                message: "The name of a property must be a string. The template gives a value of type "
                    + "'\(Value.typeName(value))'.",
                pointer: pointer
            )
        }
        return text
    }
}

extension ExpressionError {
    /// The error with the place of the string that holds the expression, unless it has one.
    func placed(_ pointer: String) -> ExpressionError {
        guard self.pointer.isEmpty else { return self }
        var copy = self
        copy.pointer = pointer
        return copy
    }
}

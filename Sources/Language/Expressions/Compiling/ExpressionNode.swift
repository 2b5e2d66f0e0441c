import JSONTree

/// One node of a compiled expression.
///
/// Function names are resolved, literals shared, and constant parts folded, so that evaluation looks nothing up.
enum ExpressionNode: Sendable {
    case constant(Value)
    case call(CallNode)
    case select(SelectNode)
}

/// A call of a resolved function.
final class CallNode: Sendable {
    let function: ExpressionFunction
    /// The function's name as the expression writes it, for messages.
    let name: String
    let arguments: [ExpressionNode]
    /// Where the call begins in the template's string, in UTF-16 units.
    let offset: Int
    private let hasRightCount: Bool

    init(function: ExpressionFunction, name: String, arguments: [ExpressionNode], offset: Int) {
        self.offset = offset
        self.function = function
        self.name = name
        self.arguments = arguments
        hasRightCount = function.arity.contains(arguments.count)
    }
}

/// A call with the dereferences that follow it.
final class SelectNode: Sendable {
    /// How one step chooses.
    enum Key: Sendable {
        case name(String)
        /// A name with `/` in it and its parts.
        case path(String, [String])
        case index(Int64)
        case computed(ExpressionNode)
    }

    struct Step: Sendable {
        var key: Key
        var isSafe: Bool
    }

    let base: ExpressionNode
    let steps: [Step]
    /// The text of the whole expression, for messages.
    let source: String
    /// Where the call begins in the template's string, in UTF-16 units.
    let offset: Int

    init(base: ExpressionNode, steps: [Step], source: String, offset: Int) {
        self.offset = offset
        self.base = base
        self.steps = steps
        self.source = source
    }
}

extension ExpressionNode {
    /// The node's value.
    func evaluate(_ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch self {
        case .constant(let value): return value
        case .call(let call): return try call.evaluate(&evaluation)
        case .select(let select): return try select.evaluate(&evaluation)
        }
    }

    /// The constant string that the node is; nil for anything else.
    var constantString: String? {
        if case .constant(.json(.string(let text))) = self { text } else { nil }
    }
}

extension CallNode {
    func evaluate(_ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        try evaluation.spend(1)
        guard hasRightCount else {
            var error = function.wrongCount(arguments.count, name: name)
            error.offset = offset
            throw error
        }
        do {
            switch function.body {
            case .eager(let body):
                var values = Arguments(self)
                for index in arguments.indices { values.append(try arguments[index].evaluate(&evaluation)) }
                return try body(values, &evaluation)
            case .lazy(let body):
                return try body(self, &evaluation)
            }
        } catch {
            guard error.offset == 0 else { throw error }
            var placed = error
            placed.offset = offset
            if placed.function == nil { placed.function = name }
            throw placed
        }
    }
}

extension SelectNode {
    func evaluate(_ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        var value = try base.evaluate(&evaluation).json
        for step in steps {
            try evaluation.spend(1)
            switch step.key {
            case .name(let name): value = try select(name, path: nil, of: value, step.isSafe)
            case .path(let name, let parts): value = try select(name, path: parts, of: value, step.isSafe)
            case .index(let index): value = try select(index, of: value, step.isSafe)
            case .computed(let node): value = try select(try node.evaluate(&evaluation), of: value, step.isSafe)
            }
        }
        return .json(value)
    }

    private func select(_ key: Value, of parent: JSON, _ isSafe: Bool) throws(ExpressionError) -> JSON {
        switch (key, parent) {
        case (.json(.string(let name)), _):
            let parts = name.utf8.contains(UInt8(ascii: "/")) ? SelectNode.parts(of: name) : nil
            return try select(name, path: parts, of: parent, isSafe)
        case (.json(.integer(let index)), _):
            return try select(index, of: parent, isSafe)
        case (_, .object):
            throw error(
                "the value of type '\(key.typeName)' cannot be used to select a property or an element. "
                    + "Properties are selected by a string and array elements by an integer."
            )
        default:
            return try select(Self.text(ofKey: key), path: nil, of: parent, isSafe)
        }
    }

    /// A key that is no name and no index, for messages.
    private static func text(ofKey key: Value) -> String {
        switch key {
        case .json(.array), .json(.object), .xml: key.typeName
        default: key.json.text
        }
    }

    static func parts(of name: String) -> [String] {
        name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    private func select(
        _ name: String,
        path: [String]?,
        of parent: JSON,
        _ isSafe: Bool
    ) throws(ExpressionError) -> JSON {
        switch parent {
        case .object(let object):
            if let value = object[name] { return value }
            if let member = object.member(ignoringCase: name) { return member.value }
            if let path, let value = SelectNode.value(at: path, in: parent) { return value }
            if isSafe { return .null }
            throw error("property '\(name)' doesn't exist, available properties are '\(Self.listed(object))'.")
        case .null:
            if isSafe { return .null }
            throw error("property '\(name)' cannot be selected.")
        case .array:
            throw error(
                "property '\(name)' cannot be selected. Array elements can only be selected using an integer index."
            )
        default:
            throw error(
                "property '\(name)' cannot be selected. Property selection is not supported on values of type "
                    + "'\(Value.typeName(parent))'."
            )
        }
    }

    /// What the parts of a name with `/` lead to, through objects by name and arrays by index; nil when they lead nowhere.
    private static func value(at path: [String], in parent: JSON) -> JSON? {
        var value = parent
        for part in path {
            switch value {
            case .object(let object):
                guard let next = object[part] ?? object.member(ignoringCase: part)?.value else { return nil }
                value = next
            case .array(let elements):
                guard part.utf8.allSatisfy(CharacterClasses.isDigit), let index = Int(part), index < elements.count
                else {
                    return nil
                }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }

    /// The names of an object's properties for a message, not more of them than a reader wants.
    private static func listed(_ object: JSONObject) -> String {
        var text = ""
        for (name, _) in object {
            if !text.isEmpty { text += ", " }
            guard text.utf8.count + name.utf8.count <= 4_096 else { return text + "…" }
            text += name
        }
        return text
    }

    private func select(_ index: Int64, of parent: JSON, _ isSafe: Bool) throws(ExpressionError) -> JSON {
        switch parent {
        case .array(let elements):
            if index >= 0, index < Int64(elements.count) { return elements[Int(index)] }
            if isSafe { return .null }
            if elements.isEmpty { throw error("array index '\(index)' cannot be selected from empty array.") }
            throw error("array index '\(index)' is outside bounds (0, \(elements.count - 1)) of array.")
        default:
            return try select(String(index), path: nil, of: parent, isSafe)
        }
    }

    private func error(_ reason: String) -> ExpressionError {
        ExpressionError(
            phase: .run,
            message: "The template language expression '\(source)' cannot be evaluated because \(reason) Please see "
                + "https://aka.ms/logicexpressions for usage details.",
            offset: offset
        )
    }
}

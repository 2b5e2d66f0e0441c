import JSONTree
import Playbooks

/// The actions on variables (section 6.14): each checks the type, then records the change, for Append only the delta.
enum VariableActions {
    static func run(_ node: ActionNode, _ inputs: JSON, _ state: RunState) -> PlainActions.Outcome {
        if node.type == .initializeVariable { return initialize(node, inputs, state) }
        let name = inputs[ignoringCase: "name"]?.stringValue ?? ""
        guard let index = node.variable ?? state.program.definition.variableIndex(named: name) else {
            return PlainActions.badRequest("InvalidTemplate", "The template variable '\(name)' cannot be found.")
        }
        let declaration = state.program.definition.variables[index]
        guard let current = state.variables[index] else {
            return PlainActions.badRequest(
                "InvalidTemplate",
                "The variable '\(declaration.name)' must be initialized before it can be used inside action '\(node.name)'."
            )
        }
        let value = inputs[ignoringCase: "value"]
        switch node.type {
        case .setVariable: return set(declaration, index, value ?? .null)
        case .incrementVariable: return add(declaration, index, current, value ?? .integer(1), sign: 1)
        case .decrementVariable: return add(declaration, index, current, value ?? .integer(1), sign: -1)
        case .appendToArrayVariable: return appendItem(declaration, index, value ?? .null, node)
        default: return appendText(declaration, index, value ?? .null, node)
        }
    }

    private static func initialize(_ node: ActionNode, _ inputs: JSON, _ state: RunState) -> PlainActions.Outcome {
        var values: [(variable: Int, value: JSON)] = []
        for entry in inputs[ignoringCase: "variables"]?.arrayValue ?? [] {
            let name = entry[ignoringCase: "name"]?.stringValue ?? ""
            guard let index = state.program.definition.variableIndex(named: name) else {
                return PlainActions.badRequest("InvalidTemplate", "The template variable '\(name)' cannot be found.")
            }
            let declaration = state.program.definition.variables[index]
            let given = entry[ignoringCase: "value"]
            guard let value = given.map({ fitted($0, declaration.type) }) ?? .some(initial(declaration.type)) else {
                return PlainActions.badRequest("InvalidTemplate", typeError(declaration, given ?? .null))
            }
            values.append((index, value))
        }
        return .variables(.set(values), outputs: nil)
    }

    private static func set(_ declaration: VariableDeclaration, _ index: Int, _ value: JSON) -> PlainActions.Outcome {
        guard let fitted = fitted(value, declaration.type) else {
            return PlainActions.badRequest("InvalidTemplate", typeError(declaration, value))
        }
        return .variables(
            .set([(index, fitted)]),
            outputs: ["body": ["name": .string(declaration.name), "value": fitted]]
        )
    }

    private static func add(
        _ declaration: VariableDeclaration,
        _ index: Int,
        _ current: JSON,
        _ amount: JSON,
        sign: Int64
    ) -> PlainActions.Outcome {
        guard declaration.type == .integer || declaration.type == .float else {
            return PlainActions.badRequest(
                "InvalidTemplate",
                "The variable '\(declaration.name)' of type '\(declaration.type.rawValue)' cannot be incremented or decremented. Only variables of types 'Integer, Float' can."
            )
        }
        // A number that was initialized without a value counts from zero.
        let current = current.nonNull ?? .integer(0)
        let sum: JSON
        if let left = current.integerValue, let right = amount.integerValue {
            let (result, overflow) =
                sign > 0 ? left.addingReportingOverflow(right) : left.subtractingReportingOverflow(right)
            guard !overflow else {
                return PlainActions.badRequest(
                    "InvalidTemplate",
                    "The value of variable '\(declaration.name)' would leave the range of integers."
                )
            }
            sum = .integer(result)
        } else if declaration.type == .float, let left = current.doubleValue ?? current.integerValue.map(Double.init),
            let right = amount.doubleValue ?? amount.integerValue.map(Double.init)
        {
            sum = .double(left + Double(sign) * right)
        } else {
            return PlainActions.badRequest("InvalidTemplate", typeError(declaration, amount))
        }
        return .variables(.set([(index, sum)]), outputs: ["body": ["name": .string(declaration.name), "value": sum]])
    }

    private static func appendItem(
        _ declaration: VariableDeclaration,
        _ index: Int,
        _ value: JSON,
        _ node: ActionNode
    ) -> PlainActions.Outcome {
        guard declaration.type == .array else { return wrongAppend(declaration, "Array") }
        return .variables(.append(variable: index, value: value), outputs: nil)
    }

    private static func appendText(
        _ declaration: VariableDeclaration,
        _ index: Int,
        _ value: JSON,
        _ node: ActionNode
    ) -> PlainActions.Outcome {
        guard declaration.type == .string else { return wrongAppend(declaration, "String") }
        return .variables(.append(variable: index, value: .string(TextConversion.text(value))), outputs: nil)
    }

    private static func wrongAppend(_ declaration: VariableDeclaration, _ wanted: String) -> PlainActions.Outcome {
        PlainActions.badRequest(
            "InvalidTemplate",
            "The variable '\(declaration.name)' of type '\(declaration.type.rawValue)' cannot be appended to. The action supports variables of type '\(wanted)' only."
        )
    }

    private static func initial(_ type: VariableDeclaration.ValueType) -> JSON {
        switch type {
        case .integer, .float, .boolean, .string, .object: .null
        case .array: .array([])
        }
    }

    /// The value if it fits the type; an integer fits Float, null fits everything.
    private static func fitted(_ value: JSON, _ type: VariableDeclaration.ValueType) -> JSON? {
        switch (type, value) {
        case (_, .null), (.integer, .integer), (.float, .double), (.float, .digits), (.float, .integer),
            (.boolean, .bool), (.string, .string),
            (.array, .array), (.object, .object):
            value
        default: nil
        }
    }

    private static func typeError(_ declaration: VariableDeclaration, _ value: JSON) -> String {
        let type = declaration.type.rawValue
        return
            "The variable '\(declaration.name)' of type '\(type)' cannot be initialized or updated with value '\(TextConversion.text(value))' of type '\(JSONTypeName.of(value))'. The variable '\(declaration.name)' only supports values of types '\(type)'."
    }
}

import JSONTree

/// Comparison and conditions (section 4.3).
enum LogicFunctions {
    static let all: [ExpressionFunction] = [
        ExpressionFunction(
            "equals",
            .logic,
            ["value", "value…"],
            "Says whether values are equal, deeply and without conversion between types.",
            body: .eager(equals)
        ),
        ExpressionFunction("and", .logic, ["condition…"], "Says whether all conditions are true.", body: .lazy(and)),
        ExpressionFunction("or", .logic, ["condition…"], "Says whether any condition is true.", body: .lazy(or)),
        ExpressionFunction("not", .logic, ["condition"], "Says whether a condition is false.", body: .eager(not)),
        ExpressionFunction(
            "if",
            .logic,
            ["condition", "whenTrue", "whenFalse"],
            "Gives one of two values by a condition; the other is not evaluated.",
            body: .lazy(conditional)
        ),
        comparison("greater", "Says whether the first value is greater than the second.") { $0 > 0 },
        comparison("greaterOrEquals", "Says whether the first value is greater than the second or equal.") { $0 >= 0 },
        comparison("less", "Says whether the first value is less than the second.") { $0 < 0 },
        comparison("lessOrEquals", "Says whether the first value is less than the second or equal.") { $0 <= 0 },
    ]

    static func equals(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        for index in 0..<arguments.count {
            switch arguments[index] {
            case .json(.array), .json(.object): try evaluation.spend(try evaluation.measure(arguments[index].json))
            case .json(.string(let text)): try evaluation.spend(text.utf8.count)
            default: break
            }
        }
        for index in 1..<arguments.count where !Ordering.equal(arguments[0], arguments[index]) {
            return .boolean(false)
        }
        return .boolean(true)
    }

    static func and(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        try logical(call, &evaluation, deciding: false)
    }

    static func or(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        try logical(call, &evaluation, deciding: true)
    }

    private static func logical(
        _ call: CallNode,
        _ evaluation: inout Evaluation,
        deciding: Bool
    ) throws(ExpressionError) -> Value {
        for argument in call.arguments {
            let value = try argument.evaluate(&evaluation)
            guard case .json(.bool(let condition)) = value else {
                throw Arguments(call).fail(
                    "expects all of its parameters to be booleans. Found invalid parameter types: '\(value.typeName)'."
                )
            }
            if condition == deciding { return .boolean(deciding) }
        }
        return .boolean(!deciding)
    }

    static func not(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        guard case .json(.bool(let value)) = arguments[0] else {
            throw arguments.typeError(0, "to be a boolean", ordinal: false)
        }
        return .boolean(!value)
    }

    static func conditional(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let value = try call.arguments[0].evaluate(&evaluation)
        guard case .json(.bool(let condition)) = value else {
            var arguments = Arguments(call)
            arguments.append(value)
            throw arguments.typeError(0, "to be of type boolean")
        }
        return try call.arguments[condition ? 1 : 2].evaluate(&evaluation)
    }

    private static func comparison(
        _ name: String,
        _ summary: String,
        _ holds: @escaping @Sendable (Int) -> Bool
    ) -> ExpressionFunction {
        let body: ExpressionFunction.Eager = {
            (arguments: Arguments, evaluation: inout Evaluation) throws(ExpressionError) -> Value in
            .boolean(holds(try compare(arguments, &evaluation)))
        }
        return ExpressionFunction(name, .logic, ["value", "compareTo"], summary, body: .eager(body))
    }

    private static func compare(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Int {
        let left = arguments[0]
        let right = arguments[1]
        if let a = Number(left), let b = Number(right) { return a.compare(b) }
        if case .json(.string(let a)) = left, case .json(.string(let b)) = right {
            try evaluation.spend(min(a.utf8.count, b.utf8.count))
            return Ordering.compareIgnoringCase(a, b)
        }
        // Two values of one type that has no order.
        guard left.typeName != right.typeName else {
            throw arguments.fail(
                "expects all of its parameters to be either integer or decimal numbers. Found invalid parameter types: "
                    + "'\(left.typeName)', '\(right.typeName)'."
            )
        }
        throw arguments.fail(
            "expects two parameter of matching types. The function was invoked with values of type '\(left.typeName)' and "
                + "'\(right.typeName)' that do not match."
        )
    }
}

import JSONTree

/// Arithmetic (section 4.5).
enum MathFunctions {
    static let all: [ExpressionFunction] = [
        make("add", ["summand", "summand"], "Adds two numbers.", add),
        make("sub", ["minuend", "subtrahend"], "Subtracts the second number from the first.", sub),
        make("mul", ["factor", "factor"], "Multiplies two numbers.", mul),
        make("div", ["dividend", "divisor"], "Divides; two integers give an integer, truncated toward zero.", div),
        make(
            "mod",
            ["dividend", "divisor"],
            "Gives the remainder of a division, with the dividend's sign.",
            link: "div",
            mod
        ),
        make("min", ["number…"], "Gives the least of numbers or of an array of numbers.", min),
        make("max", ["number…"], "Gives the greatest of numbers or of an array of numbers.", max),
        ExpressionFunction(
            "rand",
            .maths,
            ["minimum", "maximum"],
            "Gives a random integer from the minimum up to, but without, the maximum.",
            isPure: false,
            body: .eager(rand)
        ),
    ]

    private static func make(
        _ name: String,
        _ parameters: [String],
        _ summary: String,
        link: String? = nil,
        _ body: @escaping ExpressionFunction.Eager
    ) -> ExpressionFunction {
        ExpressionFunction(name, .maths, parameters, summary, link: link, body: .eager(body))
    }

    private static func number(_ arguments: Arguments, _ index: Int) throws(ExpressionError) -> Number {
        guard let number = Number(arguments[index]) else {
            throw arguments.typeError(index, "to be an integer, a float or a decimal number")
        }
        return number
    }

    private static func overflow(_ arguments: Arguments) -> ExpressionError {
        arguments.fail(
            "was invoked with parameters whose result is too large for its type. Integers have 64 bits; use 'float' or "
                + "'decimal' for larger numbers.",
            usage: true
        )
    }

    static func add(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let a = try number(arguments, 0)
        let b = try number(arguments, 1)
        let result = Number.apply(a, b, integers: { $0.addingReportingOverflow($1) }, doubles: +, decimals: +)
        guard let result else { throw overflow(arguments) }
        return result.value
    }

    static func sub(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let a = try number(arguments, 0)
        let b = try number(arguments, 1)
        let result = Number.apply(a, b, integers: { $0.subtractingReportingOverflow($1) }, doubles: -, decimals: -)
        guard let result else { throw overflow(arguments) }
        return result.value
    }

    static func mul(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let a = try number(arguments, 0)
        let b = try number(arguments, 1)
        let result = Number.apply(a, b, integers: { $0.multipliedReportingOverflow(by: $1) }, doubles: *, decimals: *)
        guard let result else { throw overflow(arguments) }
        return result.value
    }

    private static func divisor(_ arguments: Arguments) throws(ExpressionError) -> Number {
        let number = try number(arguments, 1)
        guard !number.isZero else {
            throw ExpressionError(
                phase: .run,
                message: "Attempt to divide an integral or decimal value by zero in function '\(arguments.name)'.",
                function: arguments.name
            )
        }
        return number
    }

    static func div(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let a = try number(arguments, 0)
        let b = try divisor(arguments)
        let result = Number.apply(a, b, integers: { $0.dividedReportingOverflow(by: $1) }, doubles: /, decimals: /)
        guard let result else { throw overflow(arguments) }
        return result.value
    }

    static func mod(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let a = try number(arguments, 0)
        let b = try divisor(arguments)
        let result = Number.apply(
            a,
            b,
            integers: { $1 == -1 ? (0, false) : $0.remainderReportingOverflow(dividingBy: $1) },
            doubles: { $0.truncatingRemainder(dividingBy: $1) },
            decimals: %
        )
        guard let result else { throw overflow(arguments) }
        return result.value
    }

    static func min(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        try extreme(arguments, &evaluation) { $0 < 0 }
    }

    static func max(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        try extreme(arguments, &evaluation) { $0 > 0 }
    }

    private static func extreme(
        _ arguments: Arguments,
        _ evaluation: inout Evaluation,
        _ replaces: (Int) -> Bool
    ) throws(ExpressionError) -> Value {
        var best: Number?
        func consider(_ number: Number) {
            if let present = best, !replaces(number.compare(present)) { return }
            best = number
        }
        if arguments.count == 1, case .json(.array(let elements)) = arguments[0] {
            try evaluation.spend(elements.count)
            for element in elements {
                guard let number = Number(.json(element)) else {
                    throw arguments.fail(
                        "expects all of its parameters to be integers, floats or decimal numbers. Found invalid parameter "
                            + "types: '\(Value.typeName(element))'.",
                        usage: true
                    )
                }
                consider(number)
            }
        } else {
            for index in 0..<arguments.count { consider(try number(arguments, index)) }
        }
        guard let best else {
            throw arguments.fail("expects an array with at least one number. The provided array is empty.", usage: true)
        }
        return best.value
    }

    static func rand(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let minimum = try arguments.integer(0)
        let maximum = try arguments.integer(1)
        guard minimum < maximum else {
            throw arguments.fail(
                "expects its first parameter, the minimum, to be less than its second parameter, the maximum. The provided "
                    + "values are '\(minimum)' and '\(maximum)'.",
                usage: true
            )
        }
        return .integer(evaluation.context.random(in: minimum..<maximum))
    }
}

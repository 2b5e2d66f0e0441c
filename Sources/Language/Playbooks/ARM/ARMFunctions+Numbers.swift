internal import JSONTree

extension ARMFunctions {
    /// Functions over numbers.
    static let numbers: [String: ARMFunction] = [
        "add": arithmetic("add") { $0.addingReportingOverflow($1) },
        "sub": arithmetic("sub") { $0.subtractingReportingOverflow($1) },
        "mul": arithmetic("mul") { $0.multipliedReportingOverflow(by: $1) },
        "div": arithmetic("div") { $0.dividedReportingOverflow(by: $1) },
        "mod": arithmetic("mod") { $0.remainderReportingOverflow(dividingBy: $1) },
        "min": ARMFunction(atLeast: 1) { _, values throws(ARMError) in .integer(try integers(values, "min").min() ?? 0)
        },
        "max": ARMFunction(atLeast: 1) { _, values throws(ARMError) in .integer(try integers(values, "max").max() ?? 0)
        },
        "int": ARMFunction(1) { _, values throws(ARMError) in
            switch values[0] {
            case .integer: return values[0]
            case .double(let number) where number.magnitude < 9e18: return .integer(Int64(number))
            case .string(let text):
                guard let number = Int64(text.trimmingSpaces) else {
                    throw ARMError("The template function 'int' cannot convert '\(text)'.")
                }
                return .integer(number)
            default: throw wrongType("int", "a text or a number", values[0])
            }
        },
        "float": ARMFunction(1) { _, values throws(ARMError) in
            guard let number = values[0].doubleValue ?? values[0].stringValue.flatMap({ Double($0.trimmingSpaces) })
            else {
                throw wrongType("float", "a text or a number", values[0])
            }
            return .double(number)
        },
    ]

    private static func arithmetic(
        _ name: String,
        _ operation: @escaping @Sendable (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) -> ARMFunction {
        ARMFunction(2) { _, values throws(ARMError) in
            let (result, overflow) = operation(try integer(values[0], name), try integer(values[1], name))
            guard !overflow else {
                throw ARMError("The template function '\(name)' overflows or divides by zero.")
            }
            return .integer(result)
        }
    }

    private static func integers(_ values: [JSON], _ function: String) throws(ARMError) -> [Int64] {
        let all = values.count == 1 ? values[0].arrayValue ?? values : values
        guard !all.isEmpty else {
            throw ARMError("The template function '\(function)' expects at least one number.")
        }
        return try all.map { value throws(ARMError) in try integer(value, function) }
    }
}

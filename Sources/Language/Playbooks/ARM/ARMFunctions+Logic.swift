internal import JSONTree

extension ARMFunctions {
    /// Functions that compare and decide.
    static let logic: [String: ARMFunction] = [
        "true": ARMFunction(0) { _, _ throws(ARMError) in true },
        "false": ARMFunction(0) { _, _ throws(ARMError) in false },
        "null": ARMFunction(0) { _, _ throws(ARMError) in .null },
        "not": ARMFunction(1) { _, values throws(ARMError) in .bool(!(try boolean(values[0], "not"))) },
        "and": ARMFunction(atLeast: 1) { _, values throws(ARMError) in
            .bool(try values.map { value throws(ARMError) in try boolean(value, "and") }.allSatisfy(\.self))
        },
        "or": ARMFunction(atLeast: 1) { _, values throws(ARMError) in
            .bool(try values.map { value throws(ARMError) in try boolean(value, "or") }.contains(true))
        },
        "xor": ARMFunction(atLeast: 2) { _, values throws(ARMError) in
            .bool(try values.map { value throws(ARMError) in try boolean(value, "xor") }.count(where: \.self) % 2 == 1)
        },
        "bool": ARMFunction(1) { _, values throws(ARMError) in
            switch values[0] {
            case .bool: return values[0]
            case .integer(let number): return .bool(number != 0)
            case .string(let text):
                switch text.lowercased() {
                case "true", "1": return true
                case "false", "0": return false
                default: throw ARMError("The template function 'bool' cannot convert '\(text)'.")
                }
            default: throw wrongType("bool", "a text or a number", values[0])
            }
        },
        "fail": ARMFunction(1) { _, values throws(ARMError) in
            throw ARMError(
                "The template fails: \(try text(values[0], "fail"))",
                remedy: "Change the parameters so that the template's check passes."
            )
        },
        "equals": ARMFunction(2) { _, values throws(ARMError) in .bool(areEqual(values[0], values[1])) },
        "less": comparison("less") { $0 < 0 },
        "lessorequals": comparison("lessOrEquals") { $0 <= 0 },
        "greater": comparison("greater") { $0 > 0 },
        "greaterorequals": comparison("greaterOrEquals") { $0 >= 0 },
    ]

    private static func areEqual(_ left: JSON, _ right: JSON) -> Bool {
        if left.isNumber, right.isNumber, let first = left.doubleValue, let second = right.doubleValue {
            return left == right || first == second
        }
        return left == right
    }

    private static func comparison(_ name: String, _ accept: @escaping @Sendable (Int) -> Bool) -> ARMFunction {
        ARMFunction(2) { _, values throws(ARMError) in
            switch (values[0], values[1]) {
            case (.string(let left), .string(let right)):
                return .bool(accept(left < right ? -1 : left == right ? 0 : 1))
            case (.integer(let left), .integer(let right)):
                return .bool(accept(left < right ? -1 : left == right ? 0 : 1))
            default:
                guard let left = values[0].doubleValue, let right = values[1].doubleValue else {
                    throw ARMError("The template function '\(name)' expects two texts or two numbers.")
                }
                return .bool(accept(left < right ? -1 : left == right ? 0 : 1))
            }
        }
    }
}

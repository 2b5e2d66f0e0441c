import JSONTree

/// A number of one of the three types of the language, with arithmetic between them (section 4.5).
enum Number: Sendable {
    case integer(Int64)
    case double(Double)
    case decimal(NetDecimal)

    /// The number that a value is; nil for other types.
    init?(_ value: Value) {
        switch value {
        case .json(.integer(let number)): self = .integer(number)
        case .json(.double(let number)): self = .double(number)
        case .json(.digits(let digits)):
            if let decimal = NumberParsing.decimal(digits) {
                self = .decimal(decimal)
            } else if let double = Double(digits) {
                self = .double(double)
            } else {
                return nil
            }
        case .decimal(let number): self = .decimal(number)
        default: return nil
        }
    }

    var value: Value {
        switch self {
        case .integer(let number): .json(.integer(number))
        case .double(let number): .json(.double(number))
        case .decimal(let number): .decimal(number)
        }
    }

    var doubleValue: Double {
        switch self {
        case .integer(let number): Double(number)
        case .double(let number): number
        case .decimal(let number): number.doubleValue
        }
    }

    var isZero: Bool {
        switch self {
        case .integer(let number): number == 0
        case .double(let number): number == 0
        case .decimal(let number): number.isZero
        }
    }

    private var decimalValue: NetDecimal? {
        switch self {
        case .integer(let number): NetDecimal(number)
        case .double(let number): NetDecimal(number)
        case .decimal(let number): number
        }
    }

    /// Below zero, zero or above as the number is less, equal or greater.
    func compare(_ other: Number) -> Int {
        switch (self, other) {
        case (.integer(let a), .integer(let b)): return a < b ? -1 : a == b ? 0 : 1
        case (.double(let a), .double(let b)): return a < b ? -1 : a == b ? 0 : 1
        case (.integer(let a), .double(let b)): return Self.compare(a, b)
        case (.double(let a), .integer(let b)): return -Self.compare(b, a)
        default:
            if let a = decimalValue, let b = other.decimalValue { return NetDecimal.compare(a, b) }
            let a = doubleValue
            let b = other.doubleValue
            return a < b ? -1 : a == b ? 0 : 1
        }
    }

    /// An integer against a double, exactly.
    private static func compare(_ integer: Int64, _ double: Double) -> Int {
        if double >= 0x1p63 || double.isNaN { return -1 }
        if double < -0x1p63 { return 1 }
        let whole = double.rounded(.towardZero)
        let truncated = Int64(whole)
        if integer != truncated { return integer < truncated ? -1 : 1 }
        return double == whole ? 0 : double > whole ? -1 : 1
    }

    /// The result of an operation in the wider of both types; nil when it does not fit.
    ///
    /// Integer with Integer stays Integer, a Decimal makes Decimal, else Float.
    static func apply(
        _ left: Number,
        _ right: Number,
        integers: (Int64, Int64) -> (partialValue: Int64, overflow: Bool),
        doubles: (Double, Double) -> Double,
        decimals: (NetDecimal, NetDecimal) -> NetDecimal?
    ) -> Number? {
        switch (left, right) {
        case (.integer(let a), .integer(let b)):
            let result = integers(a, b)
            return result.overflow ? nil : .integer(result.partialValue)
        case (.decimal, _), (_, .decimal):
            guard let a = left.decimalValue, let b = right.decimalValue else { return nil }
            return decimals(a, b).map { .decimal($0) }
        default:
            let result = doubles(left.doubleValue, right.doubleValue)
            return result.isFinite ? .double(result) : nil
        }
    }
}

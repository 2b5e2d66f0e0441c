/// A JSON value with exact numbers and ordered objects.
///
/// Copies are cheap (copy on write). Two values are equal when they are the same JSON: the order of object members
/// does not matter, texts are compared by their bytes (never by canonical equivalence), and an integer never equals
/// a number with a fraction: `.integer(1) != .double(1.0)`.
///
/// ```swift
/// let alert: JSON = ["id": "a-1", "severity": 3, "tags": ["phishing", nil]]
/// alert["severity"]?.integerValue  // 3
/// alert.text                       // {"id":"a-1","severity":3,"tags":["phishing",null]}
/// ```
public enum JSON: Sendable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// A number with fraction or exponent that a binary double keeps exactly as written (to its shortest form).
    case double(Double)
    /// The exact text of a number that neither `integer` nor `double` keeps; always a valid JSON number.
    case digits(String)
    /// A text.
    case string(String)
    /// A list of values.
    case array([JSON])
    /// Named values in their order.
    case object(JSONObject)
}

extension JSON: Hashable {
    /// Tells whether two values are the same JSON.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.digits(let left), .digits(let right)): left.hasSameBytes(as: right)
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Feeds the value to a hasher, in agreement with equality.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null:
            hasher.combine(0 as UInt8)
        case .bool(let value):
            hasher.combine(1 as UInt8)
            hasher.combine(value)
        case .integer(let value):
            hasher.combine(2 as UInt8)
            hasher.combine(value)
        case .double(let value):
            hasher.combine(3 as UInt8)
            hasher.combine(value)
        case .digits(let text):
            hasher.combine(4 as UInt8)
            hasher.combine(text.nameFingerprint)
        case .string(let text):
            hasher.combine(5 as UInt8)
            hasher.combine(text.nameFingerprint)
        case .array(let items):
            hasher.combine(6 as UInt8)
            hasher.combine(items)
        case .object(let object):
            hasher.combine(7 as UInt8)
            hasher.combine(object)
        }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes `null`.
    public init(nilLiteral: ()) { self = .null }

    /// Makes a boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes an integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// Makes a number with a fraction.
    public init(floatLiteral value: Double) { self = .double(value) }

    /// Makes a text.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes a list.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// Makes an object with the members in the order given; of equal names the last value wins.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}

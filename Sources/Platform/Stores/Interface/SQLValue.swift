/// One value that goes into a statement or comes out of a row.
///
/// Text and blobs are Swift's own `String` and `[UInt8]`, so that nothing is copied through Foundation.
public enum SQLValue: Sendable, Hashable {
    /// SQL's NULL.
    case null
    /// A 64-bit signed integer; truth values are 0 and 1.
    case integer(Int64)
    /// A double.
    case real(Double)
    /// Text in UTF-8.
    case text(String)
    /// Bytes.
    case blob([UInt8])

    /// A truth value, kept as 0 or 1.
    ///
    /// - Parameter value: The truth value.
    /// - Returns: `.integer(1)` or `.integer(0)`.
    public static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }

    /// Text, or NULL for nil.
    ///
    /// - Parameter value: The text.
    /// - Returns: `.text` or `.null`.
    public static func text(orNull value: String?) -> SQLValue {
        if let value { .text(value) } else { .null }
    }

    /// An integer, or NULL for nil.
    ///
    /// - Parameter value: The integer.
    /// - Returns: `.integer` or `.null`.
    public static func integer(orNull value: Int64?) -> SQLValue {
        if let value { .integer(value) } else { .null }
    }

    /// Bytes, or NULL for nil.
    ///
    /// - Parameter value: The bytes.
    /// - Returns: `.blob` or `.null`.
    public static func blob(orNull value: [UInt8]?) -> SQLValue {
        if let value { .blob(value) } else { .null }
    }

    var typeName: String {
        switch self {
        case .null: "null"
        case .integer: "integer"
        case .real: "real"
        case .text: "text"
        case .blob: "blob"
        }
    }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    /// Text of a literal.
    ///
    /// - Parameter value: The literal.
    public init(stringLiteral value: String) { self = .text(value) }

    /// An integer of a literal.
    ///
    /// - Parameter value: The literal.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// NULL of a `nil` literal.
    ///
    /// - Parameter nilLiteral: Nothing.
    public init(nilLiteral: ()) { self = .null }
}

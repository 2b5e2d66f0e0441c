/// The tree of a `$filter`.
public indirect enum ODataExpression: Sendable, Hashable {
    /// A constant.
    case literal(ODataLiteral)
    /// A property, reached from the entity or from a lambda's variable.
    case path(ODataPath)
    /// `left eq right` and its kin.
    case comparison(ODataComparison, ODataExpression, ODataExpression)
    /// All must hold; at least two.
    case and([ODataExpression])
    /// One must hold; at least two.
    case or([ODataExpression])
    /// The operand must not hold.
    case not(ODataExpression)
    /// `operand in ('a','b')`.
    case isIn(ODataExpression, [ODataLiteral])
    /// A function of the specification, such as `startswith(title,'A')`.
    case call(ODataFunction, [ODataExpression])
    /// `path/any(x:predicate)`, `path/any()` (not empty) or `path/all(x:predicate)`.
    case lambda(ODataLambda)
}

/// `any` or `all` over a collection.
public struct ODataLambda: Sendable, Hashable {
    /// The two quantifiers.
    public enum Quantifier: String, Sendable, Hashable {
        /// One element at least.
        case any
        /// Every element.
        case all
    }

    /// Which of the two.
    public let quantifier: Quantifier
    /// The collection.
    public let collection: ODataPath
    /// The name of the element in the predicate; nil for `any()`.
    public let variable: String?
    /// What is asked of an element; nil for `any()`.
    public let predicate: ODataExpression?
}

/// A property path: `vendorInformation/provider`, or `a/fileHash/hashType` from a variable.
public struct ODataPath: Sendable, Hashable, CustomStringConvertible {
    /// The lambda's variable that it begins at, as the lambda wrote it; nil for the entity itself.
    public let variable: String?
    /// The property names in the query's spelling; empty for a bare variable.
    public let segments: [String]

    /// Makes a path.
    public init(variable: String? = nil, segments: [String]) {
        self.variable = variable
        self.segments = segments
    }

    /// The path with slashes.
    public var description: String { ((variable.map { [$0] } ?? []) + segments).joined(separator: "/") }
}

/// The comparison operators.
public enum ODataComparison: String, Sendable, Hashable, CaseIterable {
    /// Equal.
    case eq
    /// Not equal.
    case ne
    /// Greater.
    case gt
    /// Greater or equal.
    case ge
    /// Less.
    case lt
    /// Less or equal.
    case le
}

/// The functions that are supported, with the number of their arguments.
public enum ODataFunction: String, Sendable, Hashable, CaseIterable {
    /// Whether the first text holds the second.
    case contains
    /// Whether the first text starts with the second.
    case startswith
    /// Whether the first text ends with the second.
    case endswith
    /// The text in small letters.
    case tolower
    /// The text in capitals.
    case toupper
    /// The text without white space at its ends.
    case trim
    /// The number of characters.
    case length
    /// The place of the second text in the first from 0; -1 if it is not there.
    case indexof
    /// The text from a place on, and so many characters.
    case substring
    /// Both texts in a row.
    case concat

    /// How many arguments it takes.
    public var arity: ClosedRange<Int> {
        switch self {
        case .tolower, .toupper, .trim, .length: 1...1
        case .substring: 2...3
        default: 2...2
        }
    }

    /// Whether its value is a truth value, so that it can stand alone.
    public var isPredicate: Bool { self == .contains || self == .startswith || self == .endswith }
}

public import Expressions

/// The condition of an If or an Until: one expression, or the tree that designers write (section 6.17).
public indirect enum Condition: Sendable {
    /// A template that must give a boolean.
    case expression(Template)
    /// True when all are; an empty list is true.
    case and([Condition])
    /// True when one is; an empty list is false.
    case or([Condition])
    /// True when the condition is not.
    case not(Condition)
    /// Two values compared as the function of that name compares them.
    case comparison(Comparison, Template, Template)

    /// The comparing functions that the tree form knows.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        case equals
        case greater
        case greaterOrEquals
        case less
        case lessOrEquals
        case contains
        case startsWith
        case endsWith

        /// The comparison of this word, any case.
        public init?(word: String) {
            let lowered = word.lowercased()
            guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else {
                return nil
            }
            self = found
        }
    }

    /// All templates in it, in order.
    public var templates: [Template] {
        switch self {
        case .expression(let template): [template]
        case .and(let parts), .or(let parts): parts.flatMap(\.templates)
        case .not(let part): part.templates
        case .comparison(_, let left, let right): [left, right]
        }
    }
}

/// One case of a Switch (section 6.17).
public struct SwitchCase: Sendable {
    /// The name of the case.
    public let name: String
    /// The value that it stands for, a template over parameters at most.
    public let value: Template
}

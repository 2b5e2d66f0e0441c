public import JSONTree

/// A parameter of a definition with the value that runs of it see (section 1.1).
public struct ParameterDeclaration: Sendable, Hashable {
    /// The types of parameters.
    public enum ValueType: String, Sendable, Hashable, CaseIterable {
        case string = "String"
        case secureString = "SecureString"
        case int = "Int"
        case float = "Float"
        case bool = "Bool"
        case array = "Array"
        case object = "Object"
        case secureObject = "SecureObject"

        /// The type of this word, any case.
        public init?(word: String) {
            let lowered = word.lowercased()
            guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else {
                return nil
            }
            self = found
        }

        /// Whether values of it must not be shown: SecureString, SecureObject.
        public var isSecure: Bool { self == .secureString || self == .secureObject }
    }

    /// The name as declared.
    public let name: String
    /// The declared type.
    public let type: ValueType
    /// The default value, if one is declared.
    public let defaultValue: JSON?
    /// The allowed values, if they are limited.
    public let allowedValues: [JSON]?
    /// The value of runs: the given one, else the default one; null for a placeholder.
    public let value: JSON
    /// Whether neither a value nor a default is there, so that ``value`` is a placeholder.
    public let isPlaceholder: Bool
    /// `metadata`, kept.
    public let metadata: JSON?

    /// Whether the value must not be shown.
    public var isSecure: Bool { type.isSecure }
}

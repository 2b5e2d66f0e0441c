/// A variable of the workflow, as an InitializeVariable action declares it (section 6.14).
public struct VariableDeclaration: Sendable, Hashable {
    /// The types of variables.
    public enum ValueType: String, Sendable, Hashable, CaseIterable {
        case integer = "Integer"
        case float = "Float"
        case boolean = "Boolean"
        case string = "String"
        case array = "Array"
        case object = "Object"

        /// The type of this word, any case.
        public init?(word: String) {
            let lowered = word.lowercased()
            guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else {
                return nil
            }
            self = found
        }
    }

    /// The name as declared.
    public let name: String
    /// The declared type.
    public let type: ValueType
    /// The action that initialises it.
    public let action: ActionID
}

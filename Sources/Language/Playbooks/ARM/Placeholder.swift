internal import JSONTree

/// Texts that stand for the missing values of parameters.
///
/// Whatever holds one cannot be judged before the value is there: `placeholder-frequency` is no frequency, and no fault.
enum Placeholder {
    private static let opening = "placeholder-"

    /// The text for a parameter, or for a member of one.
    static func text(_ name: String) -> String {
        opening + name
    }

    /// Whether a placeholder or an unresolved value is anywhere in it.
    static func isIn(_ json: JSON) -> Bool {
        switch json {
        case .string(let text): text.contains(opening) || ARMUnresolved.isMarked(json)
        case .array(let elements): elements.contains { isIn($0) }
        case .object(let object): object.contains { isIn($0.value) }
        default: false
        }
    }
}

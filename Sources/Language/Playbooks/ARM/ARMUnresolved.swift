internal import JSONTree

/// Values that only a deployment knows, such as `reference(…)` and `listKeys(…)`.
///
/// Such a value is a text that names its expression, `<unresolved: listKeys(…).keys[0].value>`. Members and elements of
/// it are again such texts, functions over it that want another type give it back.
enum ARMUnresolved {
    private static let opening = "<unresolved: "

    static func marker(_ expression: String) -> JSON {
        .string(opening + expression + ">")
    }

    /// Whether the value is, or a text contains, one of these.
    static func isMarked(_ json: JSON) -> Bool {
        json.stringValue?.contains(opening) ?? false
    }

    /// Whether the value is one of these as a whole.
    static func isMarker(_ json: JSON) -> Bool {
        json.stringValue.map { $0.hasPrefix(opening) && $0.hasSuffix(">") } ?? false
    }

    /// A member or element of an unresolved value.
    static func member(_ json: JSON, _ access: String) -> JSON {
        let inner = json.stringValue.map { $0.dropFirst(opening.count).dropLast() } ?? ""
        return marker(inner + access)
    }
}

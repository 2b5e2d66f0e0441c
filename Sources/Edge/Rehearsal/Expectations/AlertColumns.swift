import JSONTree
import Moments

/// Columns of the table SecurityAlert by their names, as queries and alerts show them: objects and arrays are JSON texts.
struct AlertColumns {
    let now: Timestamp

    /// The text of a column; nil when the table has none of that name.
    func text(_ name: String) -> String? {
        guard name.first?.isUppercase == true, let value = SentinelPayloads(now: now).alert[name]?.nonNull else {
            return nil
        }
        return value.stringValue ?? value.text
    }
}

/// What the names of columns say of their types: Log Analytics puts a letter at the end.
enum ColumnNames {
    /// The kind of a column; nil when its name does not say it.
    static func kind(_ name: String) -> ExpectedShape.Kind? {
        if name.hasSuffix("_d") { return .integer }
        if name.hasSuffix("_b") { return .boolean }
        return nil
    }

    /// The schema of a column that is a text.
    static func schema(_ name: String, isInstant: Bool) -> JSON {
        if isInstant || name.hasSuffix("_t") { return ["type": "string", "format": "date-time"] }
        return name.hasSuffix("_g") ? ["type": "string", "format": "uuid"] : ["type": "string"]
    }
}

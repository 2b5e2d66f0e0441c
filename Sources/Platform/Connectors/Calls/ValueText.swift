import JSONTree

/// Values of parameters as texts.
enum ValueText {
    /// The texts of a value: none for null, one for most, one an item for an array of the format `multi`.
    static func texts(_ value: JSON, _ parameter: ParameterDescription?) -> [String] {
        guard let items = value.arrayValue else { return value.isNull ? [] : [text(value)] }
        let texts = items.filter { !$0.isNull }.map(text)
        switch parameter?.collectionFormat {
        case "multi": return texts
        case "ssv": return [texts.joined(separator: " ")]
        case "tsv": return [texts.joined(separator: "\t")]
        case "pipes": return [texts.joined(separator: "|")]
        default: return [texts.joined(separator: ",")]
        }
    }

    private static func text(_ value: JSON) -> String { value.stringValue ?? value.text }
}

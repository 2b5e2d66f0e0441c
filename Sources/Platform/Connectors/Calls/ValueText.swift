import Content
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

/// Bodies of forms.
enum FormBody {
    /// A body of `application/x-www-form-urlencoded`.
    static func encoded(_ fields: [(name: String, value: JSON)]) -> JSON {
        let pairs = fields.flatMap { field in
            ValueText.texts(field.value, nil).map { FormData.Field(key: field.name, value: .string($0)) }
        }
        return ["$content-type": "application/x-www-form-urlencoded", "$formdata": FormData.json(pairs)]
    }

    /// A body of `multipart/form-data` as playbooks write it.
    static func multipart(_ fields: [(name: String, value: JSON)]) -> JSON {
        let parts = fields.map { field -> JSON in
            let name = field.name.filter { $0 != "\"" && $0 != "\r" && $0 != "\n" }
            let isFile = field.value["$content-type"] != nil
            let file = isFile ? "; filename=\"\(name)\"" : ""
            return [
                "headers": ["Content-Disposition": .string("form-data; name=\"\(name)\"\(file)")],
                "body": field.value,
            ]
        }
        return ["$content-type": "multipart/form-data", "$multipart": .array(parts)]
    }
}

public import JSONTree

extension Redaction {
    /// The value without secrets: members under secret names are replaced, addresses lose their secret parameters.
    ///
    /// - Parameters:
    ///   - json: the value, of any depth.
    ///   - names: further names of members to hide, compared without regard to case.
    /// - Returns: the value; null members stay null, for there is nothing to hide.
    public static func json(_ json: JSON, hiding names: Set<String> = []) -> JSON {
        redacted(json, Set(names.map { $0.lowercased() }))
    }

    private static func redacted(_ json: JSON, _ names: Set<String>) -> JSON {
        switch json {
        case .array(let values):
            return .array(values.map { redacted($0, names) })
        case .object(let object):
            var result = JSONObject()
            for (name, value) in object {
                let isSecret = !value.isNull && (isSecretName(name) || names.contains(name.lowercased()))
                result[name] = isSecret ? .string(mark) : redacted(value, names)
            }
            return .object(result)
        case .string(let value):
            return value.contains("://") || value.contains(" ") ? .string(text(value)) : json
        case .null, .bool, .integer, .double, .digits:
            return json
        }
    }
}

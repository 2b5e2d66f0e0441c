import JSONTree

/// Values of parameters as they stand in an address, by the styles of OpenAPI 3 where a definition names one.
enum ParameterText {
    /// The query parameters of a value: none for null, several for an array or object that is exploded.
    static func pairs(
        _ value: JSON,
        _ parameter: ParameterDescription?,
        name: String
    ) -> [(name: String, value: String)] {
        guard let parameter, let style = parameter.style else {
            return ValueText.texts(value, parameter).map { (name, $0) }
        }
        if style == "json" { return value.isNull ? [] : [(name, value.stringValue ?? value.text)] }
        guard let object = value.objectValue else { return ValueText.texts(value, parameter).map { (name, $0) } }
        if style == "deepObject" { return deep(value, name) }
        if parameter.isExploded {
            return object.flatMap { member in ValueText.texts(member.value, nil).map { (member.name, $0) } }
        }
        let parts = object.flatMap { [$0.name] + ValueText.texts($0.value, nil) }
        return [(name, parts.joined(separator: ","))]
    }

    /// `name[member]=value`, deeper ones `name[member][inner]=value`.
    private static func deep(_ value: JSON, _ name: String) -> [(name: String, value: String)] {
        switch value {
        case .object(let object): object.flatMap { deep($0.value, "\(name)[\($0.name)]") }
        case .array(let items): items.flatMap { deep($0, name) }
        default: ValueText.texts(value, nil).map { (name, $0) }
        }
    }

    /// The texts of a header: several only for an array of the format `multi`.
    static func header(_ value: JSON, _ parameter: ParameterDescription) -> [String] {
        guard parameter.style == "simple", value.objectValue != nil else { return ValueText.texts(value, parameter) }
        let parts = parts(value, parameter.isExploded) { $0 }
        return parts.isEmpty ? [] : [parts.joined(separator: ",")]
    }

    /// The value of a parameter of a path, encoded as often as the definition says; nil when it has none.
    static func path(_ value: JSON, _ parameter: ParameterDescription?) -> String? {
        let isExploded = parameter?.isExploded == true
        let encode: (String) -> String =
            switch parameter?.pathEncoding ?? .once {
            case .once: { Percent.encode($0) }
            case .twice: { Percent.encode(Percent.encode($0)) }
            case .never: { $0 }
            }
        let lead: String
        let separator: String
        switch parameter?.style {
        case "simple"?: (lead, separator) = ("", ",")
        case "label"?: (lead, separator) = (".", isExploded ? "." : ",")
        case "matrix"?:
            let name = parameter?.name ?? ""
            // The members of an object stand for themselves, items under the name of the array.
            guard isExploded else {
                (lead, separator) = (";\(name)=", ",")
                break
            }
            (lead, separator) = value.objectValue == nil ? (";\(name)=", ";\(name)=") : (";", ";")
        default:
            let rule = parameter?.collectionFormat == "multi" ? nil : parameter
            guard let text = ValueText.texts(value, rule).first, !text.isEmpty else { return nil }
            return encode(text)
        }
        let parts = parts(value, isExploded, encode)
        let text = parts.joined(separator: separator)
        return text.isEmpty ? nil : lead + text
    }

    /// The items of an array, the members of an object (`name=value` where they are exploded, else names and values in turn), or the
    /// value itself.
    private static func parts(_ value: JSON, _ isExploded: Bool, _ encode: (String) -> String) -> [String] {
        switch value {
        case .array(let items): return items.flatMap { ValueText.texts($0, nil) }.map(encode)
        case .object(let object):
            return object.flatMap { member -> [String] in
                guard let text = ValueText.texts(member.value, nil).first.map(encode) else { return [] }
                let name = encode(member.name)
                return isExploded ? ["\(name)=\(text)"] : [name, text]
            }
        default: return ValueText.texts(value, nil).map(encode)
        }
    }
}

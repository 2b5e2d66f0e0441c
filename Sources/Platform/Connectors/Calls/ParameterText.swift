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

    /// The value of a parameter of a path, encoded as often as the definition says; nil when it has none.
    static func path(_ value: JSON, _ parameter: ParameterDescription?) -> String? {
        switch parameter?.style {
        case "label"?: return styled(value, lead: ".", join: parameter?.isExploded == true ? "." : ",")
        case "matrix"?:
            let name = parameter?.name ?? ""
            guard parameter?.isExploded == true, let items = value.arrayValue else {
                return styled(value, lead: ";\(name)=", join: ",")
            }
            return items.compactMap { styled($0, lead: ";\(name)=", join: ",") }.joined()
        default:
            guard let text = ValueText.texts(value, nil).first, !text.isEmpty else { return nil }
            switch parameter?.pathEncoding ?? .once {
            case .once: return Percent.encode(text)
            case .twice: return Percent.encode(Percent.encode(text))
            case .never: return text
            }
        }
    }

    private static func styled(_ value: JSON, lead: String, join: String) -> String? {
        let parts = (value.arrayValue ?? [value]).flatMap { ValueText.texts($0, nil) }.map { Percent.encode($0) }
        return parts.isEmpty ? nil : lead + parts.joined(separator: join)
    }
}

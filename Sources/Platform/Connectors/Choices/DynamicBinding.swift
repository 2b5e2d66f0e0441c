import JSONTree

/// What a parameter gets when an operation is called for choices or for a schema.
struct DynamicBinding: Sendable, Hashable {
    /// Where the value comes from.
    enum Value: Sendable, Hashable {
        /// The definition gives it.
        case literal(JSON)
        /// It is the value of another parameter of the operation that is being edited.
        case reference(String)
        /// It is a member of the folder that is being opened.
        case selection(String)
    }

    /// The parameter of the called operation, or a member of its body.
    let target: String
    let value: Value
    /// Whether nothing can be called without it; nil where the definition does not say.
    let isRequired: Bool?

    /// Reads the member `parameters` of an extension; what is null there is not given.
    static func read(_ parameters: JSON?) -> [DynamicBinding] {
        (parameters?.objectValue ?? JSONObject()).compactMap { name, json in
            guard let json = json.nonNull else { return nil }
            return DynamicBinding(
                target: name,
                value: value(json),
                isRequired: json["required"]?.boolValue
            )
        }
    }

    private static func value(_ json: JSON) -> Value {
        if let name = (json["parameterReference"] ?? json["parameter"])?.stringValue { return .reference(name) }
        if let path = (json["selectedItemValuePath"] ?? json["value-property"])?.stringValue { return .selection(path) }
        if let object = json.objectValue, let value = object["value"],
            object.names.allSatisfy({ ["value", "required"].contains($0) })
        {
            return .literal(value)
        }
        return .literal(json)
    }
}

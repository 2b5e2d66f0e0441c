public import JSONTree

/// One field of an operation as an editor shows it: a parameter, or a member of its body.
public struct OperationField: Sendable {
    /// How prominently an editor shows a field, the most prominent first.
    public enum Visibility: String, Sendable, Hashable {
        /// Always, and before the others.
        case important
        /// As usual.
        case normal
        /// When somebody asks for more.
        case advanced
        /// Never; it has a default, or the server fills it in.
        case `internal`

        init(_ json: JSON?) {
            self = json?.stringValue.flatMap { Visibility(rawValue: $0.lowercased()) } ?? .normal
        }
    }

    /// The way to it: the parameter's name, then those of members, `*` for the items of a list.
    let path: [String]
    /// Where the parameter's value goes.
    public let place: ParameterDescription.Place
    /// Its schema without references; of parameters other than bodies the parameter itself.
    let node: JSON
    /// Whether a call without it is an error.
    public let isRequired: Bool
    /// How prominently it is shown.
    public let visibility: Visibility
    /// Whether it only holds others, which are shown in its place.
    let isGroup: Bool
    /// Whether the server puts the address there that the service calls back.
    let isCallback: Bool
    let extensions: [DynamicExtension]

    /// Its name in calls: `projectKey`, `body/contact/email`, `body/tags/*`.
    public var name: String { path.joined(separator: "/") }

    /// What people read in place of the name.
    public var title: String? { node["x-ms-summary"]?.stringValue ?? node["title"]?.stringValue }

    /// The type: `string`, `integer`, `number`, `boolean`, `array`, `object`, `file`, or `any`.
    public var type: String {
        if let type = node["type"]?.stringValue { return type }
        if let types = node["type"]?.arrayValue?.compactMap(\.stringValue) {
            return types.first { $0 != "null" } ?? "any"
        }
        if node["properties"] != nil { return "object" }
        return node["items"] != nil ? "array" : "any"
    }

    /// The value when none is given.
    public var defaultValue: JSON? { node["default"]?.nonNull }

    /// What an editor shows, without what follows from other fields.
    var json: JSONObject {
        var object: JSONObject = ["name": .string(name), "in": .string(place.rawValue), "type": .string(type)]
        object["format"] = node["format"]?.nonNull
        object["title"] = title.map(JSON.string)
        object["description"] = node["description"]?.nonNull
        object["visibility"] = .string(visibility.rawValue)
        object["required"] = .bool(isRequired)
        object["default"] = defaultValue
        Self.copyLimits(of: node, to: &object)
        if type == "array", let items = node["items"], !isGroup {
            var inner: JSONObject = [:]
            for name in ["type", "format"] { inner[name] = items[name]?.nonNull }
            Self.copyLimits(of: items, to: &inner)
            if !inner.isEmpty { object["items"] = .object(inner) }
        }
        return object
    }

    private static func copyLimits(of node: JSON, to object: inout JSONObject) {
        for name in ["enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems"] {
            object[name] = node[name]?.nonNull
        }
        let titles = (node["x-ms-enum-values"]?.arrayValue ?? []).compactMap { entry -> JSON? in
            guard let value = entry["value"]?.nonNull else { return nil }
            let title = (entry["displayName"] ?? entry["name"])?.stringValue
            return ["value": value, "title": .string(title ?? value.stringValue ?? value.text)]
        }
        if !titles.isEmpty { object["enumTitles"] = .array(titles) }
    }
}

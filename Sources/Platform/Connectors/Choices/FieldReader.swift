import JSONTree

/// Reads the fields of an operation, or of an answer: every parameter, and every member of bodies with its place.
struct FieldReader {
    /// How deep members are read: 16.
    static let depthLimit = 16
    /// How many fields are read: 2,000; what is beyond is part of its field above.
    static let countLimit = 2_000

    private let document: OpenAPIDocument
    private let picker: JSON?
    private let place: ParameterDescription.Place
    /// Whether members that only answers have are left out.
    private let isInput: Bool
    private(set) var fields: [OperationField] = []

    /// Where in the document the reader stands.
    private struct Site {
        var path: [String]
        var isRequired: Bool
        var visibility: OperationField.Visibility
        /// The references that lead here, so that a schema that holds itself ends.
        var references: Set<String> = []
    }

    private init(
        _ document: OpenAPIDocument,
        picker: JSON?,
        place: ParameterDescription.Place,
        isInput: Bool
    ) {
        self.document = document
        self.picker = picker
        self.place = place
        self.isInput = isInput
    }

    /// The fields of an operation in the order of the definition.
    static func fields(
        of operation: OperationDescription,
        in document: OpenAPIDocument,
        picker: JSON?
    ) -> [OperationField] {
        operation.parameters.flatMap { parameter -> [OperationField] in
            var reader = FieldReader(document, picker: picker, place: parameter.place, isInput: true)
            reader.visit(
                parameter.schema ?? .object(JSONObject()),
                Site(
                    path: [parameter.name],
                    isRequired: parameter.isRequired,
                    visibility: OperationField.Visibility(parameter.visibility.map(JSON.string))
                )
            )
            return reader.fields
        }
    }

    /// The fields of what a service answers or posts; the first, with an empty name, is the whole.
    static func fields(ofAnswer schema: JSON, in document: OpenAPIDocument, picker: JSON?) -> [OperationField] {
        var reader = FieldReader(document, picker: picker, place: .body, isInput: false)
        reader.visit(schema, Site(path: [], isRequired: true, visibility: .normal))
        return reader.fields
    }

    private mutating func visit(_ schema: JSON, _ site: Site) {
        guard fields.count < Self.countLimit else { return }
        var site = site
        var isClosed = site.path.count > Self.depthLimit
        if let reference = schema["$ref"]?.stringValue {
            isClosed = isClosed || !site.references.insert(reference).inserted
        }
        let node = flat(schema)
        if isInput, node["readOnly"]?.boolValue == true, site.path.count > 1 { return }
        let isCallback = node["x-ms-notification-url"]?.boolValue == true
        let own = OperationField.Visibility(node["x-ms-visibility"])
        if isCallback || own == .internal || site.visibility == .internal {
            site.visibility = .internal
        } else if own != .normal {
            site.visibility = own
        }
        let properties = isClosed ? JSONObject() : node["properties"]?.objectValue ?? JSONObject()
        let items = isClosed ? nil : node["items"]
        fields.append(
            OperationField(
                path: site.path,
                place: place,
                node: node,
                isRequired: site.isRequired,
                visibility: site.visibility,
                isGroup: !properties.isEmpty,
                isCallback: isCallback,
                extensions: DynamicExtension.all(at: node, picker: picker)
            )
        )
        let required = Set((node["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for (name, property) in properties {
            var inner = site
            inner.path.append(name)
            inner.isRequired = site.isRequired && required.contains(name)
            visit(property, inner)
        }
        if let items, items.objectValue != nil {
            var inner = site
            inner.path.append("*")
            inner.isRequired = false
            visit(items, inner)
        }
    }

    /// The schema without its reference, and with the members of all that it is made of (`allOf`).
    private func flat(_ schema: JSON, depth: Int = 0) -> JSON {
        guard var object = document.resolve(schema).objectValue else { return .object(JSONObject()) }
        if schema["$ref"] != nil {
            // Titles and extensions stand beside references, although Swagger does not read them there.
            for (name, value) in schema.objectValue ?? JSONObject() where name != "$ref" { object[name] = value }
        }
        guard depth < 8, let parts = object["allOf"]?.arrayValue else { return .object(object) }
        var properties = object["properties"]?.objectValue ?? JSONObject()
        var required = object["required"]?.arrayValue ?? []
        for part in parts {
            let part = flat(part, depth: depth + 1)
            for (name, property) in part["properties"]?.objectValue ?? JSONObject() where properties[name] == nil {
                properties[name] = property
            }
            required += part["required"]?.arrayValue ?? []
            for (name, value) in part.objectValue ?? JSONObject()
            where object[name] == nil && !["properties", "required", "allOf"].contains(name) { object[name] = value }
        }
        if !properties.isEmpty { object["properties"] = .object(properties) }
        if !required.isEmpty, object["required"]?.boolValue == nil { object["required"] = .array(required) }
        return .object(object)
    }
}

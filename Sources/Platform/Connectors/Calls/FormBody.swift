import Content
import JSONTree

/// Bodies of forms.
struct FormBody {
    /// What the operation says of the fields.
    private let parameters: [ParameterDescription]
    private let kind: OperationDescription.FormKind?

    init(_ operation: OperationDescription, contentType: String?) {
        parameters = operation.parameters.filter { $0.place == .formData }
        kind = operation.formKind(contentType: contentType)
    }

    /// A body of fields in the kind of form that is meant; the object that they are where it is none.
    func body(_ fields: [(name: String, value: JSON)]) -> JSON {
        switch kind {
        case .multipart?: return multipart(fields)
        case .encoded?: return encoded(fields)
        case nil:
            var object = JSONObject()
            for (name, value) in fields { object[name] = value }
            return .object(object)
        }
    }

    private func parameter(_ name: String) -> ParameterDescription? { parameters.first { $0.name == name } }

    /// A body of `application/x-www-form-urlencoded`.
    private func encoded(_ fields: [(name: String, value: JSON)]) -> JSON {
        let pairs = fields.flatMap { field in
            ParameterText.pairs(field.value, parameter(field.name), name: field.name).map {
                FormData.Field(key: $0.name, value: .string($0.value))
            }
        }
        return ["$content-type": "application/x-www-form-urlencoded", "$formdata": FormData.json(pairs)]
    }

    /// A body of `multipart/form-data` as playbooks write it.
    private func multipart(_ fields: [(name: String, value: JSON)]) -> JSON {
        let parts = fields.flatMap { field in values(field.value, field.name).map { part(field.name, $0) } }
        return ["$content-type": "multipart/form-data", "$multipart": .array(parts)]
    }

    /// The values of a field, each of which is a part: the files of an array and the items of one that is spread, else one.
    private func values(_ value: JSON, _ name: String) -> [JSON] {
        guard let items = value.arrayValue else { return [value] }
        let parameter = parameter(name)
        if parameter?.collectionFormat == "multi" || items.contains(where: Self.isFile) { return items }
        guard let parameter, parameter.type == "array" else { return [value] }
        return ValueText.texts(value, parameter).map(JSON.string)
    }

    private func part(_ name: String, _ value: JSON) -> JSON {
        let name = name.filter { $0 != "\"" && $0 != "\r" && $0 != "\n" }
        let file = Self.isFile(value) ? "; filename=\"\(name)\"" : ""
        return [
            "headers": ["Content-Disposition": .string("form-data; name=\"\(name)\"\(file)")],
            "body": value,
        ]
    }

    private static func isFile(_ value: JSON) -> Bool { value["$content-type"] != nil }
}

import JSONTree

/// Looks for what is wrong in the text of a definition, besides what keeps it from being read.
struct DefinitionChecks {
    private let text: DefinitionText
    private let root: JSON

    /// `whole`: the definition with the files that it refers to.
    init(_ text: DefinitionText, whole: JSON) {
        self.text = text
        root = whole
    }

    func remarks() -> [ConnectorRemark] {
        guard let version = DefinitionVersion(root) else {
            let given = DefinitionVersion.text(root["swagger"]) ?? DefinitionVersion.text(root["openapi"])
            return [
                text.remark(
                    .error,
                    at: root["swagger"] == nil ? ["openapi"] : ["swagger"],
                    "The definition \(given.map { "says '\($0)'" } ?? "has neither 'swagger' nor 'openapi'").",
                    "Give it \"swagger\": \"2.0\", or \"openapi\" with 3.0, 3.1 or 3.2."
                )
            ]
        }
        guard let paths = root["paths"] else {
            let more =
                root["webhooks"] == nil ? "" : " What its 'webhooks' describe are calls of the service, not to it."
            return [
                text.remark(
                    .error,
                    at: [],
                    "The definition has no 'paths'.\(more)",
                    "Describe its operations in 'paths'."
                )
            ]
        }
        guard let paths = paths.objectValue else {
            return [
                text.remark(
                    .error,
                    at: ["paths"],
                    "'paths' is no object.",
                    "Give an object with a member for each path."
                )
            ]
        }
        var remarks = version.note.map { [text.remark($0.severity, at: $0.place, $0.message, $0.remedy)] } ?? []
        if root["info"]?["title"]?.stringValue == nil {
            remarks.append(text.remark(.warning, at: ["info"], "The definition has no title.", "Give 'info.title'."))
        }
        remarks += references(root, [])
        remarks += operations(paths)
        return remarks
    }

    /// References that lead nowhere, or out of the file.
    private func references(_ json: JSON, _ place: [String]) -> [ConnectorRemark] {
        switch json {
        case .object(let object):
            var remarks: [ConnectorRemark] = []
            if let target = object["$ref"]?.stringValue, place.last != "properties", place.last != "example" {
                // Where a whole path is not there, its operations are missing.
                let isPath = place.count == 2 && place[0] == "paths"
                let severity: ConnectorRemark.Severity = isPath ? .error : .warning
                let loss = isPath ? "its operations are missing" : "what it stands for is not checked"
                if !target.hasPrefix("#/") {
                    remarks.append(
                        remark(
                            severity,
                            at: place,
                            "The reference '\(target)' leads to no file of the definition's folder; \(loss).",
                            "Put the file into the folder, or what the reference names into this file."
                        )
                    )
                } else if OpenAPIDocument(json: root).resolve(json).isNull {
                    remarks.append(
                        remark(
                            severity,
                            at: place,
                            "The reference '\(target)' leads nowhere; \(loss).",
                            "Define it, or correct the reference."
                        )
                    )
                }
            }
            for (name, value) in object where name != "example" && name != "examples" && name != "default" {
                remarks += references(value, place + [name])
            }
            return remarks
        case .array(let items):
            return items.enumerated().flatMap { references($1, place + [String($0)]) }
        default: return []
        }
    }

    /// A remark at its place, which may be in another file.
    private func remark(
        _ severity: ConnectorRemark.Severity,
        at place: [String],
        _ message: String,
        _ remedy: String
    ) -> ConnectorRemark {
        guard place.count > 1, place[0] == ReferencedFiles.member, text.json[ReferencedFiles.member] == nil else {
            return text.remark(severity, at: place, message, remedy)
        }
        return ConnectorRemark(severity, file: place[1], message: message, remedy: remedy)
    }

    private func operations(_ paths: JSONObject) -> [ConnectorRemark] {
        var remarks: [ConnectorRemark] = []
        var places: [String: [String]] = [:]
        for (path, item) in paths {
            let isReference = item["$ref"] != nil
            guard let item = OpenAPIDocument(json: root).resolve(item).objectValue else {
                if isReference { continue }
                remarks.append(
                    text.remark(
                        .warning,
                        at: ["paths", path],
                        "This path is no object, and is left out.",
                        "Remove it."
                    )
                )
                continue
            }
            for (method, operation) in item where OpenAPIDocument.methods.contains(method.lowercased()) {
                let place = ["paths", path, method]
                guard operation.objectValue != nil else {
                    remarks.append(
                        text.remark(.warning, at: place, "This operation is no object, and is left out.", "Remove it.")
                    )
                    continue
                }
                guard let id = operation["operationId"]?.stringValue, !id.isEmpty else {
                    remarks.append(
                        text.remark(
                            .warning,
                            at: place,
                            "This operation has no 'operationId'; it is known as '\(method.uppercased()) \(path)'.",
                            "Give it one."
                        )
                    )
                    continue
                }
                if places[id.lowercased()] != nil {
                    remarks.append(
                        text.remark(
                            .warning,
                            at: place + ["operationId"],
                            "Another operation is named '\(id)', too; by its name only the first is called.",
                            "Give each operation a name of its own."
                        )
                    )
                }
                places[id.lowercased()] = place
                remarks += parameters(operation, item: .object(item), path: path, place: place)
            }
        }
        return remarks
    }

    private func parameters(_ operation: JSON, item: JSON, path: String, place: [String]) -> [ConnectorRemark] {
        let document = OpenAPIDocument(json: root)
        var remarks: [ConnectorRemark] = []
        var inPath: Set<String> = []
        let own = (operation["parameters"]?.arrayValue ?? []).enumerated().map { index, json in
            (json, place + ["parameters", String(index)])
        }
        let shared = (item["parameters"]?.arrayValue ?? []).enumerated().map { index, json in
            (json, Array(place.dropLast()) + ["parameters", String(index)])
        }
        for (json, place) in own + shared {
            let parameter = document.resolve(json)
            let name = parameter["name"]?.stringValue
            let kind = parameter["in"]?.stringValue ?? ""
            if kind.lowercased() == "path" { inPath.insert(name ?? "") }
            if name == nil || ParameterDescription.Place(named: kind) == nil && kind.lowercased() != "cookie" {
                remarks.append(
                    text.remark(
                        .warning,
                        at: place,
                        "This parameter is left out: it has no name, or 'in' is not one of path, query, header, body, formData.",
                        "Give it 'name' and 'in'."
                    )
                )
            }
        }
        for (json, place) in own + shared {
            let parameter = document.resolve(json)
            guard parameter["in"]?.stringValue?.lowercased() == "header", let name = parameter["name"]?.stringValue,
                !ParameterDescription.isHeaderName(name)
            else { continue }
            remarks.append(
                text.remark(
                    .warning,
                    at: place,
                    "No header can have the name '\(name)'; calls that give it a value are refused.",
                    "Correct the name."
                )
            )
        }
        for name in PathTemplate(path).parameterNames where !inPath.contains(name) {
            remarks.append(
                text.remark(
                    .warning,
                    at: place,
                    "The path names '{\(name)}', which no parameter describes; any text is taken for it.",
                    "Describe it in 'parameters' with \"in\": \"path\"."
                )
            )
        }
        return remarks
    }
}

extension PathTemplate {
    /// The names of the parameters in their order.
    var parameterNames: [String] {
        segments.joined().compactMap { piece in
            if case .parameter(let name) = piece { name } else { nil }
        }
    }
}

internal import JSONTree

/// Values of the parameters of a deployment template.
enum ARMParameters {
    /// The given value, else the default one, else a placeholder that is remarked upon.
    static func value(
        _ name: String,
        _ declaration: JSON,
        given: JSONObject,
        evaluator: ARMEvaluator,
        at pointer: String
    ) -> JSON {
        if let member = given.member(ignoringCase: name) {
            check(member.value, name, declaration, evaluator, at: pointer)
            return member.value
        }
        if let member = declaration.objectValue?.member(ignoringCase: "defaultValue"), !member.value.isNull {
            return ARMResolver(evaluator).resolve(member.value, at: Pointer.child(pointer, member.name))
        }
        if declaration[ignoringCase: "nullable"]?.boolValue == true {
            return .null
        }
        let placeholder = placeholder(name, declaration)
        evaluator.placeholders.insert(name.lowercased())
        evaluator.remark(
            .warning,
            DiagnosticCode.placeholder,
            "The template parameter '\(name)' has neither a value nor a default value; it stands as \(placeholder.text).",
            remedy: "Give its value when the template is imported.",
            at: pointer
        )
        return placeholder
    }

    /// A value that shows where it comes from: `placeholder-workspaceId`, or the first allowed one.
    static func placeholder(_ name: String, _ declaration: JSON) -> JSON {
        if let first = declaration[ignoringCase: "allowedValues"]?.arrayValue?.first {
            return first
        }
        switch declaration[ignoringCase: "type"]?.stringValue?.lowercased() {
        case "int": return .integer(declaration[ignoringCase: "minValue"]?.integerValue ?? 1)
        case "bool": return .bool(false)
        case "array": return .array([])
        case "object", "secureobject": return .object(JSONObject())
        default:
            var text = Placeholder.text(name)
            if let most = declaration[ignoringCase: "maxLength"]?.integerValue, most >= 0, text.count > most {
                text = String(text.prefix(Int(most)))
            }
            if let least = declaration[ignoringCase: "minLength"]?.integerValue, least > text.count, least <= 10_000 {
                text += String(repeating: "-", count: Int(least) - text.count)
            }
            return .string(text)
        }
    }

    private static func check(
        _ value: JSON,
        _ name: String,
        _ declaration: JSON,
        _ evaluator: ARMEvaluator,
        at pointer: String
    ) {
        if let allowed = declaration[ignoringCase: "allowedValues"]?.arrayValue, !allowed.contains(value) {
            evaluator.remark(
                .error,
                DiagnosticCode.invalidDeployment,
                "The value of the template parameter '\(name)' is not among its allowed values.",
                remedy: "Use one of \(allowed.map(\.text).joined(separator: ", ")).",
                at: pointer
            )
        }
        guard let type = declaration[ignoringCase: "type"]?.stringValue?.lowercased(), !value.isNull else {
            return
        }
        let fits =
            switch (type, value) {
            case ("string", .string), ("securestring", .string), ("int", .integer), ("bool", .bool), ("array", .array),
                ("object", .object), ("secureobject", .object):
                true
            default: ARMUnresolved.isMarker(value)
            }
        if !fits {
            evaluator.remark(
                .error,
                DiagnosticCode.invalidDeployment,
                "The value of the template parameter '\(name)' is of type '\(value.typeWord)', it must be of type '\(type)'.",
                remedy: "Give a value of that type.",
                at: pointer
            )
        }
    }

    /// The values of a parameter file, or of an object of `{ "value": … }` or plain values.
    static func values(from json: JSON) -> JSONObject {
        guard let object = json.objectValue else {
            return JSONObject()
        }
        let isFile =
            object.member(ignoringCase: "$schema") != nil || object.member(ignoringCase: "contentVersion") != nil
        let entries = isFile ? object.member(ignoringCase: "parameters")?.value.objectValue ?? JSONObject() : object
        var values = JSONObject()
        for (name, entry) in entries {
            if let member = entry.objectValue?.member(ignoringCase: "value") {
                values[name] = member.value
            } else if entry[ignoringCase: "reference"] != nil {
                values[name] = ARMUnresolved.marker("the key vault's secret for parameter \(name)")
            } else {
                values[name] = entry
            }
        }
        return values
    }
}

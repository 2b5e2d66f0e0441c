import JSONTree

@testable import Connectors

/// Makes requests that a definition does not allow out of one that it does.
struct Spoiler {
    /// A request with one fault.
    struct Spoiled {
        /// What was done.
        let what: String
        /// The name that an error has to say: of the parameter, or of the member of the body.
        let name: String
        let parameters: JSONObject
    }

    let document: OpenAPIDocument

    func spoiled(_ parameters: JSONObject, _ operation: OperationDescription) -> [Spoiled] {
        var result: [Spoiled] = []
        for parameter in operation.parameters where !parameter.isMadeWithRequest {
            func add(_ what: String, _ value: JSON?) {
                var changed = parameters
                changed[parameter.name] = value
                result.append(Spoiled(what: "\(what) \(parameter.name)", name: parameter.name, parameters: changed))
            }
            let isFilled = parameter.place == .path ? false : parameter.onlyChoice != nil
            if parameter.isRequired, parameter.defaultValue == nil, !isFilled, !hasDefaults(parameter) {
                add("without", nil)
            }
            if parameter.place == .body {
                result += body(parameters, parameter, operation)
                continue
            }
            for (what, value) in Self.faults(parameter.schema ?? [:], parameter.type) where !value.isObjectOrArray {
                // A number is an array of one item, too, where items stand in a row.
                if parameter.type != "array" { add(what, value) }
            }
        }
        return result
    }

    /// Whether a body that is left out is made of what users do not see.
    private func hasDefaults(_ parameter: ParameterDescription) -> Bool {
        guard parameter.place == .body, let schema = parameter.schema else { return false }
        let filling = DefaultFilling(schema: ValueSchema(schema, in: document), form: .byName, now: Fixtures.noon)
        return ((try? filling.filled(nil)) ?? nil) != nil
    }

    /// Values that a schema does not allow, one for each of its rules that we know.
    private static func faults(_ schema: JSON, _ type: String?) -> [(what: String, value: JSON)] {
        guard schema["x-ms-dynamic-schema"] == nil, schema["x-ms-dynamic-properties"] == nil else { return [] }
        // Of a list that is not whole no value is wrong.
        let isOpen = schema["x-ms-enum"]?["modelAsString"]?.boolValue == true
        let choices = isOpen ? [] : schema["enum"]?.arrayValue ?? []
        // What another operation lists, or an expression gives, is not known here.
        let isListed =
            !choices.isEmpty && schema["x-ms-dynamic-values"] == nil && schema["x-ms-dynamic-list"] == nil
            && !choices.contains { $0.stringValue?.contains("@{") == true }
        var result: [(String, JSON)] = []
        switch type {
        case "integer", "number":
            result.append(("a wrong", "not a number"))
            if let least = schema["minimum"]?.doubleValue { result.append(("too small a", .double(least - 1))) }
            if let most = schema["maximum"]?.doubleValue { result.append(("too great a", .double(most + 1))) }
        case "boolean": result.append(("a wrong", "not a boolean"))
        case "array": result.append(("a wrong", 7))
        case "object": result.append(("a wrong", [[1]]))
        case "string":
            result.append(("a wrong", [[1]]))
            if let least = schema["minLength"]?.integerValue, least > 1 { result.append(("too short a", "x")) }
            if let most = schema["maxLength"]?.integerValue, (0..<10_000).contains(most) {
                result.append(("too long a", .string(String(repeating: "x", count: Int(most) + 1))))
            }
        default: break
        }
        if isListed, type == "string" || type == "integer" || type == "number" {
            result.append(("a bad choice of", type == "string" ? "none-of-them-at-all" : 987_654))
        }
        return result
    }

    private func body(
        _ parameters: JSONObject,
        _ parameter: ParameterDescription,
        _ operation: OperationDescription
    ) -> [Spoiled] {
        let schema = document.resolve(parameter.schema ?? [:])
        guard schema["x-ms-dynamic-schema"] == nil, schema["x-ms-dynamic-properties"] == nil,
            operation.consumes.isEmpty || operation.consumes.contains(where: { $0.contains("json") }),
            let body = parameters[parameter.name]
        else { return [] }
        func spoiled(_ what: String, _ name: String, _ body: JSON) -> Spoiled {
            var changed = parameters
            changed[parameter.name] = body
            return Spoiled(what: what, name: name, parameters: changed)
        }
        switch schema["type"]?.stringValue {
        case "object": return [spoiled("a body that is an array", "body", [1])] + members(of: body, schema, spoiled)
        case "array": return [spoiled("a body that is a number", "body", 7)] + items(of: body, schema, spoiled)
        default: return []
        }
    }

    /// Faults of the first item of an array.
    private func items(
        of body: JSON,
        _ schema: JSON,
        _ spoiled: (String, String, JSON) -> Spoiled
    ) -> [Spoiled] {
        let rule = document.resolve(schema["items"] ?? [:])
        guard let first = body.arrayValue?.first else { return [] }
        return members(of: first, rule) { what, name, item in
            spoiled("\(what) of an item", name, .array([item] + (body.arrayValue ?? []).dropFirst()))
        }
    }

    /// Faults of the members of an object.
    private func members(
        of value: JSON,
        _ schema: JSON,
        _ spoiled: (String, String, JSON) -> Spoiled
    ) -> [Spoiled] {
        guard schema["type"] == "object", schema["allOf"] == nil, let object = value.objectValue else { return [] }
        var result: [Spoiled] = []
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for (name, property) in schema["properties"]?.objectValue ?? JSONObject() {
            let property = document.resolve(property)
            guard property["readOnly"] != true else { continue }
            func add(_ what: String, _ value: JSON?) {
                var changed = object
                changed[name] = value
                result.append(spoiled("\(what) \(name)", name, .object(changed)))
            }
            if required.contains(name), !isFilled(name, property) { add("without", nil) }
            for (what, value) in Self.faults(property, property["type"]?.stringValue) {
                if value == .string(""), !required.contains(name) { continue }
                add(what, value)
            }
        }
        return result
    }

    /// Whether a member that is left out gets its default.
    private func isFilled(_ name: String, _ property: JSON) -> Bool {
        let schema: JSON = [
            "type": "object", "required": [.string(name)], "properties": .object([name: property]),
        ]
        let filling = DefaultFilling(schema: ValueSchema(schema, in: document), form: .byName, now: Fixtures.noon)
        return ((try? filling.filled([:])) ?? nil)?[name] != nil
    }
}

extension JSON {
    fileprivate var isObjectOrArray: Bool { objectValue != nil || arrayValue != nil }
}

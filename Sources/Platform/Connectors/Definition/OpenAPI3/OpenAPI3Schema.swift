import JSONTree

/// Schemas of parameters and fields as they are meant, where OpenAPI 3 documents put them together of others.
enum OpenAPI3Schema {
    /// How deep schemas of schemas are looked into: 4.
    private static let depthLimit = 4

    /// The schema with its type in it, which may stand behind `allOf`, or beside null in `anyOf` or `oneOf`.
    static func effective(_ schema: JSON, in document: OpenAPIDocument) -> JSON { effective(schema, document, 0) }

    private static func effective(_ schema: JSON, _ document: OpenAPIDocument, _ depth: Int) -> JSON {
        guard depth < depthLimit, var result = document.resolve(schema).objectValue else {
            return document.resolve(schema)
        }
        for name in ["allOf", "anyOf", "oneOf"] {
            guard let parts = result[name]?.arrayValue else { continue }
            let known = parts.map { effective($0, document, depth + 1) }
            let meant = name == "allOf" ? known : known.filter { $0["type"] != "null" }
            result[name] = meant.count == known.count ? .array(known) : .array(meant)
            if meant.count < known.count { result["nullable"] = true }
            // Several that may be meant stay as they are; one, or all of them at once, says what the value is.
            guard meant.count == 1 || name == "allOf" else { continue }
            result[name] = nil
            for part in meant {
                for (member, value) in part.objectValue ?? JSONObject() {
                    result[member] = joined(result[member], value, member)
                }
            }
        }
        return .object(result)
    }

    /// Members of two schemas that both hold: properties and what is required together, else the outer one.
    static func joined(_ outer: JSON?, _ inner: JSON, _ member: String) -> JSON {
        guard let outer else { return inner }
        switch (member, outer, inner) {
        case ("properties", .object(var outer), .object(let inner)):
            for (name, value) in inner where outer[name] == nil { outer[name] = value }
            return .object(outer)
        case ("required", .array(let outer), .array(let inner)):
            return .array(outer + inner.filter { !outer.contains($0) })
        default: return outer
        }
    }

    /// The schema of a form with all of its members: those of `anyOf` and `oneOf` may be left out.
    static func members(_ schema: JSON, in document: OpenAPIDocument) -> JSON {
        guard var result = effective(schema, in: document).objectValue else { return schema }
        for name in ["anyOf", "oneOf"] {
            for part in result[name]?.arrayValue ?? [] {
                let more = members(part, in: document)["properties"]?.objectValue ?? JSONObject()
                var properties = result["properties"]?.objectValue ?? JSONObject()
                for (member, value) in more where properties[member] == nil { properties[member] = value }
                result["properties"] = .object(properties)
            }
        }
        return .object(result)
    }

    /// Whether a value may be an array among others.
    static func allowsArray(_ schema: JSON) -> Bool {
        ((schema["anyOf"]?.arrayValue ?? []) + (schema["oneOf"]?.arrayValue ?? [])).contains { $0["type"] == "array" }
    }
}

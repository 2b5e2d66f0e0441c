import JSONTree

@testable import Connectors

/// Makes values for the parameters of an operation from what its definition says, the same for the same seed.
struct RequestGenerator {
    private let document: OpenAPIDocument
    private var random: SplitMix

    /// How deep optional members are made.
    private static let depth = 5

    init(document: OpenAPIDocument, seed: UInt64) {
        self.document = document
        random = SplitMix(state: seed)
    }

    /// The parameters by name: all required ones and bodies, and about half of the others.
    mutating func parameters(_ operation: OperationDescription) -> JSONObject {
        var result = JSONObject()
        let given = contentType(operation)
        for parameter in operation.parameters {
            guard parameter.isRequired || parameter.place == .body || random.next() % 2 == 0 else { continue }
            // Nobody can send a header of such a name.
            if parameter.place == .header, !ParameterDescription.isHeaderName(parameter.name) { continue }
            if parameter.isMadeWithRequest {
                // These are made when the request is, but for a content type that has to be said.
                if let given, parameter.name.lowercased() == "content-type" { result[parameter.name] = .string(given) }
                continue
            }
            result[parameter.name] = value(parameter, operation, contentType: given)
        }
        return result
    }

    /// The content type that a caller has to give: one that the operation takes, where the header's default is another.
    private func contentType(_ operation: OperationDescription) -> String? {
        guard
            let header = operation.parameters.first(where: {
                $0.place == .header && $0.name.lowercased() == "content-type"
            }), let usual = header.defaultValue?.stringValue?.lowercased()
        else { return nil }
        // Where nothing is said of the types of a body, connexion takes JSON.
        let taken = operation.consumes.isEmpty ? ["application/json"] : operation.consumes
        let hasBody = operation.parameters.contains { $0.place == .body }
        if !hasBody || taken.contains(where: { usual.contains($0) }) { return nil }
        return taken.first { $0.contains("json") } ?? taken.first
    }

    private mutating func value(
        _ parameter: ParameterDescription,
        _ operation: OperationDescription,
        contentType: String?
    ) -> JSON {
        let schema = parameter.schema ?? [:]
        if parameter.type == "file" { return Self.file("application/octet-stream") }
        if parameter.place == .body {
            let type = contentType ?? operation.media.text
            if schema["format"] == "binary", !type.contains("json") { return Self.file(type) }
            let value = value(schema, depth: 0)
            // What has no type is sent as an object, not as a bare word.
            return document.resolve(schema)["type"] == nil && value == "anything" ? [:] : value
        }
        let value = value(schema, depth: 0)
        // An empty text is no value of a path.
        return parameter.place == .path && value == .string("") ? "x" : value
    }

    private static func file(_ type: String) -> JSON {
        ["$content-type": .string(type), "$content": "aGVsbG8="]
    }

    /// A value that fits a schema.
    mutating func value(_ schema: JSON, depth: Int) -> JSON {
        let schema = document.resolve(schema)
        if let choices = schema["enum"]?.arrayValue, !choices.isEmpty {
            return choices[Int(random.next() % UInt64(choices.count))]
        }
        if let parts = schema["allOf"]?.arrayValue {
            var object = self.object(schema, depth).objectValue ?? JSONObject()
            for part in parts {
                if let more = value(part, depth: depth).objectValue {
                    object.merge(more)
                } else {
                    return value(part, depth: depth)
                }
            }
            return .object(object)
        }
        switch schema["type"]?.stringValue ?? (schema["properties"] == nil ? "any" : "object") {
        case "string": return .string(text(schema))
        case "integer": return integer(schema)
        case "number": return schema["minimum"].flatMap(\.doubleValue).map { .double($0 + 0.5) } ?? .double(2.5)
        case "boolean": return .bool(random.next() % 2 == 0)
        case "array": return array(schema, depth)
        case "object": return object(schema, depth)
        default: return "anything"
        }
    }

    private func integer(_ schema: JSON) -> JSON {
        let least = schema["minimum"]?.doubleValue.map { Int64($0.rounded(.up)) }
        let most = schema["maximum"]?.doubleValue.map { Int64($0.rounded(.down)) }
        return .integer(least.map { $0 + (schema["exclusiveMinimum"] == true ? 1 : 0) } ?? min(7, most ?? 7))
    }

    private mutating func text(_ schema: JSON) -> String {
        if let pattern = schema["pattern"]?.stringValue.flatMap(LinearPattern.init) {
            let known = Self.candidates.first { pattern.matches($0) }
            if let known { return known }
        }
        switch schema["format"]?.stringValue {
        case "date-time": return "2026-03-01T10:00:00Z"
        case "date": return "2026-03-01"
        case "uuid": return "1f0c3c2e-7a44-4e9c-9d57-3f7a0c0f2b11"
        case "byte": return "aGVsbG8="
        case "int32", "int64": return "7"
        case "email": return "soc@contoso.example"
        case "uri": return "https://contoso.example/x"
        default: break
        }
        let least = Int(clamping: schema["minLength"]?.integerValue ?? 0)
        let most = Int(clamping: schema["maxLength"]?.integerValue ?? 40)
        var text = "text\(random.next() % 1_000)"
        while text.count < least { text += "x" }
        return String(text.prefix(max(most, 0)))
    }

    private static let candidates = [
        "ABC", "abc", "Abc", "1f0c3c2e-7a44-4e9c-9d57-3f7a0c0f2b11", "10.0.0.1", "/Date(1234567890123+0000)/", "123",
        "/ipsum/i", "/1/i", "/123/i", "a",
    ]

    private mutating func array(_ schema: JSON, _ depth: Int) -> JSON {
        let least = Int(clamping: schema["minItems"]?.integerValue ?? 1)
        let count = depth > Self.depth ? least : max(least, 1)
        var items: [JSON] = []
        for _ in 0..<min(count, 5) { items.append(value(schema["items"] ?? [:], depth: depth + 1)) }
        return .array(items)
    }

    private mutating func object(_ schema: JSON, _ depth: Int) -> JSON {
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        var result = JSONObject()
        for (name, property) in schema["properties"]?.objectValue ?? JSONObject() {
            let isWanted = required.contains(name) || (depth < Self.depth && random.next() % 2 == 0)
            guard isWanted, document.resolve(property)["readOnly"] != true, depth < 20 else { continue }
            result[name] = value(property, depth: depth + 1)
        }
        return .object(result)
    }
}

/// A generator of numbers with a seed.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

public import JSONTree

/// Makes values that fit a schema, the same ones for the same seed.
///
/// Examples, choices and defaults come first, then formats, then what the name of a member says. Members that cannot be
/// made within the limits are left out.
///
/// ```swift
/// var maker = SampleValue(seed: "tickets/7", instant: { now - $0 })
/// let ticket = maker.value(of: schema, name: "ticket")
/// ```
public struct SampleValue {
    /// How deep values nest: 12.
    public static let depthLimit = 12
    /// How many values one sample holds: 20,000.
    public static let nodeLimit = 20_000

    /// Members that are never made, in small letters: links to further pages.
    public var omitted: Set<String> = ["nextlink", "@odata.nextlink", "odata.nextlink", "next_page", "next"]
    /// Whether members are made that only requests have.
    public var isRequest = false

    private let seed: UInt64
    private let instant: (Int64) -> String
    private let resolve: (JSON) -> JSON
    private var nodes = 0

    /// Makes a maker.
    ///
    /// - Parameters:
    ///   - seed: The same seed gives the same values.
    ///   - instant: An instant as ISO 8601, so many seconds before the present.
    ///   - resolve: Follows the reference of a schema; a schema without one is given back.
    public init(seed: String, instant: @escaping (Int64) -> String, resolve: @escaping (JSON) -> JSON = { $0 }) {
        self.seed = SampleDigest.of(seed)
        self.instant = instant
        self.resolve = resolve
    }

    /// A value that fits a schema.
    ///
    /// - Parameters:
    ///   - schema: A schema of JSON Schema or OpenAPI.
    ///   - name: The name that it goes by, which says what a text without format may be.
    /// - Returns: The value; null when the schema nests too deep.
    public mutating func value(of schema: JSON, name: String = "") -> JSON {
        nodes = 0
        return make(schema, name, 0) ?? .null
    }

    private mutating func make(_ unresolved: JSON, _ name: String, _ depth: Int) -> JSON? {
        nodes += 1
        guard depth <= Self.depthLimit, nodes <= Self.nodeLimit else { return nil }
        let schema = Self.merged(resolve(unresolved), resolve)
        let type = Self.type(of: schema)
        if let given = Self.given(schema, type) {
            guard type == "object", let object = given.objectValue else { return given }
            return .object(members(of: schema, depth, given: object))
        }
        switch type {
        case "object": return .object(members(of: schema, depth, given: JSONObject()))
        case "array": return array(schema, name, depth)
        case "boolean": return .bool(SampleText.boolean(name))
        case "integer": return .integer(Int64(number(schema, name).rounded()))
        case "number": return .double(number(schema, name))
        case "null": return .null
        case "string": return .string(text(schema, name))
        default: return depth == 0 ? .object(JSONObject()) : .string(text(schema, name))
        }
    }

    private mutating func members(of schema: JSON, _ depth: Int, given: JSONObject) -> JSONObject {
        var object = JSONObject()
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for (name, member) in schema["properties"]?.objectValue ?? JSONObject() {
            if let value = given[name] {
                object[name] = completed(value, member, name, depth + 1)
                continue
            }
            guard !omitted.contains(name.lowercased()) || required.contains(name) else { continue }
            if isRequest, resolve(member)["readOnly"]?.boolValue == true { continue }
            if let value = make(member, name, depth + 1) { object[name] = value }
        }
        for (name, value) in given where object[name] == nil { object[name] = value }
        if object.isEmpty, let more = schema["additionalProperties"], more.objectValue != nil,
            let value = make(more, "name", depth + 1)
        {
            object["name"] = value
        }
        return object
    }

    /// A value that an example gives for a member: as the member's type has it, its own members complete; one that is of another
    /// type altogether gives way to one that fits.
    private mutating func completed(_ value: JSON, _ unresolved: JSON, _ name: String, _ depth: Int) -> JSON {
        guard !value.isNull, depth <= Self.depthLimit, nodes <= Self.nodeLimit else { return value }
        let schema = Self.merged(resolve(unresolved), resolve)
        let type = Self.type(of: schema)
        guard let fitting = Self.fitting(value, type) else { return make(unresolved, name, depth) ?? value }
        guard type == "object", let object = fitting.objectValue, schema["properties"]?.objectValue != nil else {
            return fitting
        }
        return .object(members(of: schema, depth, given: object))
    }

    private mutating func array(_ schema: JSON, _ name: String, _ depth: Int) -> JSON? {
        guard let items = schema["items"], items.objectValue != nil else { return .array([]) }
        var count = depth < 3 ? 1 + Int(SampleDigest.of(name, seed) % 2) : 1
        count = max(count, Int(clamping: schema["minItems"]?.integerValue ?? 0))
        count = min(count, Int(clamping: schema["maxItems"]?.integerValue ?? Int64(count)), 100)
        var values: [JSON] = []
        let outer = self
        for index in 0..<count {
            var inner = outer.varied(by: index)
            inner.nodes = nodes
            if let value = inner.make(items, SampleText.singular(name), depth + 1) { values.append(value) }
            nodes = inner.nodes
        }
        return .array(values)
    }

    /// The same maker with another seed, for the further items of an array.
    private func varied(by index: Int) -> SampleValue {
        guard index > 0 else { return self }
        var copy = SampleValue(seed: "\(seed)/\(index)", instant: instant, resolve: resolve)
        copy.omitted = omitted
        copy.isRequest = isRequest
        return copy
    }

    private func number(_ schema: JSON, _ name: String) -> Double {
        let low = schema["minimum"]?.doubleValue
        let high = schema["maximum"]?.doubleValue
        let step = max(schema["multipleOf"]?.doubleValue ?? 1, 0.000_001)
        var value = Double(1 + SampleDigest.of(name, seed) % (SampleText.isIdentifier(name) ? 90_000 : 9))
        if let low, value < low { value = low + (schema["exclusiveMinimum"]?.boolValue == true ? 1 : 0) }
        if let low = schema["exclusiveMinimum"]?.doubleValue, value <= low { value = low + 1 }
        if let high, value > high { value = low.map { ($0 + high) / 2 } ?? high }
        value = (value / step).rounded(.up) * step
        if let high, value > high { value -= step }
        return value
    }

    private func text(_ schema: JSON, _ name: String) -> String {
        let texts = SampleText(seed: seed, instant: instant)
        var text = texts.text(format: schema["format"]?.stringValue?.lowercased(), name: name)
        if let least = schema["minLength"]?.integerValue, text.count < least {
            text += String(repeating: "x", count: min(Int(clamping: least) - text.count, 1_000))
        }
        if let most = schema["maxLength"]?.integerValue, text.count > most {
            text = String(text.prefix(max(0, Int(clamping: most))))
        }
        return text
    }
}

extension SampleValue {
    /// A schema whose references are followed and whose parts (`allOf`, the first of `oneOf` and `anyOf`) are put together.
    ///
    /// - Parameters:
    ///   - schema: The schema.
    ///   - resolve: Follows a reference.
    /// - Returns: The schema as values are made by it.
    public static func described(_ schema: JSON, _ resolve: (JSON) -> JSON) -> JSON { merged(resolve(schema), resolve) }

    /// The name of an item of what has a name: `alerts` becomes `alert`.
    public static func singular(_ name: String) -> String { SampleText.singular(name) }

    /// The value that the schema gives itself: an example, the first of the choices, a default.
    static func given(_ schema: JSON, _ type: String?) -> JSON? {
        let choices = schema["enum"]?.arrayValue?.filter { !$0.isNull } ?? []
        let examples = [
            schema["const"], schema["example"], schema["examples"]?.arrayValue?.first, schema["x-example"],
            schema["default"],
        ]
        for case let example? in examples where !example.isNull {
            guard let value = fitting(example, type) else { continue }
            if !choices.isEmpty, !choices.contains(value) { continue }
            // Defaults of requests may be expressions, which say nothing about a value.
            if let text = value.stringValue, text.hasPrefix("@"), type != "string" || text.hasPrefix("@{") { continue }
            return value
        }
        return choices.first
    }

    /// The value as a value of the type; nil when it is none.
    static func fitting(_ value: JSON, _ type: String?) -> JSON? {
        switch (type, value) {
        case (nil, _), ("object", .object), ("array", .array), ("boolean", .bool), ("string", .string),
            ("integer", .integer), ("number", .integer), ("number", .double), ("number", .digits):
            return value
        case ("string", .integer), ("string", .double), ("string", .digits), ("string", .bool):
            return .string(value.text)
        case ("integer", .string(let text)): return Int64(text).map(JSON.integer)
        case ("number", .string(let text)): return Double(text).map(JSON.double)
        case ("boolean", .string(let text)): return ["true": true, "false": false][text.lowercased()].map(JSON.bool)
        case ("object", .string(let text)), ("array", .string(let text)):
            do {
                let parsed = try JSON.parse(text)
                return fitting(parsed, parsed.stringValue == nil ? type : "none")
            } catch {
                return nil
            }
        case ("array", _): return [value]
        default: return nil
        }
    }

    /// The first type that is not null; nil when the schema says none.
    static func type(of schema: JSON) -> String? {
        if let type = schema["type"]?.stringValue?.lowercased() { return type }
        let types = schema["type"]?.arrayValue?.compactMap { $0.stringValue?.lowercased() } ?? []
        if let type = types.first(where: { $0 != "null" }) ?? types.first { return type }
        if schema["properties"] != nil { return "object" }
        if schema["items"] != nil { return "array" }
        return schema["format"] == nil && schema["enum"] == nil ? nil : "string"
    }

    /// The schema with the members of those that it consists of: all of `allOf`, the first of `oneOf` and `anyOf`.
    static func merged(_ schema: JSON, _ resolve: (JSON) -> JSON, depth: Int = 0) -> JSON {
        var parts = schema["allOf"]?.arrayValue ?? []
        for name in ["oneOf", "anyOf"] {
            let choices = schema[name]?.arrayValue ?? []
            if let first = choices.first(where: { resolve($0)["type"]?.stringValue != "null" }) { parts.append(first) }
        }
        guard !parts.isEmpty, depth < depthLimit, var result = schema.objectValue else { return schema }
        for name in ["allOf", "oneOf", "anyOf"] { result[name] = nil }
        for part in parts {
            for (name, value) in merged(resolve(part), resolve, depth: depth + 1).objectValue ?? JSONObject() {
                switch (name, result[name]) {
                case ("properties", .object(let own)?):
                    var all = value.objectValue ?? JSONObject()
                    for (name, value) in own { all[name] = value }
                    result[name] = .object(all)
                case ("required", .array(let own)?): result[name] = .array(own + (value.arrayValue ?? []))
                case (_, nil): result[name] = value
                default: continue
                }
            }
        }
        return .object(result)
    }
}

/// A digest that is the same in every process (FNV-1a, 64 bits).
enum SampleDigest {
    static func of(_ text: String, _ start: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
        var hash = start
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // The last bytes must reach all bits: names differ at their ends.
        hash ^= hash >> 33
        hash = hash &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ (hash >> 33)
    }
}

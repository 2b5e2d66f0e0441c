import Expressions
import JSONTree

/// A template of an adapter: the workflow language, and the six forms for what it has no function for.
///
/// `{"$for", "$do", "$as"?, "$if"?}`, `{"$let", "$in"}`, `{"$zip", "$with"}`, `{"$merge"}`, `{"$concat"}`, `{"$compact"}`: see
/// Documentation/writing-connectors.md.
indirect enum AdapterTemplate: Sendable {
    case plain(Template)
    case array([AdapterTemplate])
    case object([(name: Template, value: AdapterTemplate)])
    case loop(Loop)
    case zip(names: AdapterTemplate, values: AdapterTemplate)
    case merge([AdapterTemplate])
    case concat([AdapterTemplate])
    case compact(AdapterTemplate)
    case naming([(name: String, value: AdapterTemplate)], AdapterTemplate)

    /// A loop over an array.
    struct Loop: Sendable {
        var items: AdapterTemplate
        var body: AdapterTemplate
        var condition: AdapterTemplate?
        /// The name by which `parameters()` gives the item, in inner loops too.
        var name: String?
    }

    /// The most items that the loops of one evaluation may visit: 1,000,000.
    static let itemLimit = 1_000_000

    /// Compiles a value.
    ///
    /// - Throws: `ExpressionError` of an expression; ``FormError`` of a form that is not whole.
    static func compile(_ json: JSON) throws -> AdapterTemplate {
        guard hasForm(json) else { return .plain(try Template.compile(json)) }
        switch json {
        case .array(let items): return .array(try items.map(compile))
        case .object(let object):
            if let first = object.first(where: { forms.contains($0.name) }) { return try form(first.name, object) }
            return .object(try object.map { (try Template.compile(.string($0.name)), try compile($0.value)) })
        default: return .plain(try Template.compile(json))
        }
    }

    /// The value, when it is the same for every call.
    var constant: JSON? { if case .plain(let template) = self { template.constant } else { nil } }

    /// A form that is not as it must be.
    struct FormError: Error {
        let message: String
    }

    private static let forms: Set<String> = [
        "$for", "$do", "$let", "$in", "$zip", "$with", "$merge", "$concat", "$compact",
    ]

    private static func hasForm(_ json: JSON) -> Bool {
        switch json {
        case .array(let items): items.contains(where: hasForm)
        case .object(let object): object.contains { forms.contains($0.name) || hasForm($0.value) }
        default: false
        }
    }

    private static func form(_ name: String, _ object: JSONObject) throws -> AdapterTemplate {
        func only(_ names: Set<String>) throws {
            if let other = object.first(where: { !names.contains($0.name) }) {
                throw FormError(message: "the member '\(other.name)' does not belong into the form '\(name)'.")
            }
        }
        func part(_ name: String) throws -> AdapterTemplate {
            guard let value = object[name] else { throw FormError(message: "the member '\(name)' is missing.") }
            return try compile(value)
        }
        func list(_ name: String) throws -> [AdapterTemplate] {
            try only([name])
            guard let items = object[name]?.arrayValue else {
                throw FormError(message: "the member '\(name)' must be an array.")
            }
            return try items.map(compile)
        }
        switch name {
        case "$for", "$do":
            try only(["$for", "$do", "$as", "$if"])
            return .loop(
                Loop(
                    items: try part("$for"),
                    body: try part("$do"),
                    condition: try object["$if"].map(compile),
                    name: object["$as"]?.stringValue
                )
            )
        case "$let", "$in":
            try only(["$let", "$in"])
            return .naming(try names(object["$let"]), try part("$in"))
        case "$zip", "$with":
            try only(["$zip", "$with"])
            return .zip(names: try part("$zip"), values: try part("$with"))
        case "$merge": return .merge(try list("$merge"))
        case "$concat": return .concat(try list("$concat"))
        default:
            try only(["$compact"])
            return .compact(try part("$compact"))
        }
    }

    /// Values with names, each of which sees those before it.
    ///
    /// - Throws: `ExpressionError`; ``FormError`` when it is no object.
    static func names(_ json: JSON?) throws -> [(name: String, value: AdapterTemplate)] {
        guard let object = json?.objectValue else { throw FormError(message: "'$let' must be an object.") }
        return try object.map { (name: $0.name, value: try compile($0.value)) }
    }

    /// The value.
    ///
    /// - Parameters:
    ///   - context: What expressions see.
    ///   - item: The value of `item()`; nil outside of loops.
    /// - Returns: The value.
    /// - Throws: `ExpressionError`, ``FormError``.
    func evaluate(in context: AdapterContext, item: JSON? = nil) throws -> JSON {
        var budget = Self.itemLimit
        return try evaluate(context, item, &budget)
    }

    private func evaluate(_ context: AdapterContext, _ item: JSON?, _ budget: inout Int) throws -> JSON {
        switch self {
        case .plain(let template): return try Self.value(template, context, item)
        case .array(let items): return .array(try items.map { try $0.evaluate(context, item, &budget) })
        case .object(let members):
            var object = JSONObject()
            for member in members {
                let name = try Self.value(member.name, context, item)
                guard let name = name.stringValue else { throw FormError(message: "a member's name is no text.") }
                object[name] = try member.value.evaluate(context, item, &budget)
            }
            return .object(object)
        case .loop(let loop): return try Self.evaluate(loop, context, item, &budget)
        case .zip(let names, let values):
            let names = try names.evaluate(context, item, &budget).arrayValue ?? []
            let values = try values.evaluate(context, item, &budget).arrayValue ?? []
            budget -= names.count
            guard budget >= 0 else { throw Self.tooMany }
            var object = JSONObject()
            object.reserveCapacity(names.count)
            for (index, name) in names.enumerated() {
                object[name.stringValue ?? name.text] = index < values.count ? values[index] : .null
            }
            return .object(object)
        case .merge(let parts):
            var object = JSONObject()
            for part in parts {
                for (name, value) in try part.evaluate(context, item, &budget).objectValue ?? JSONObject() {
                    object[name] = value
                }
            }
            return .object(object)
        case .concat(let parts):
            return .array(try parts.flatMap { try $0.evaluate(context, item, &budget).arrayValue ?? [] })
        case .naming(let names, let body):
            var inner = context
            for (name, value) in names { inner.values[name] = try value.evaluate(inner, item, &budget) }
            return try body.evaluate(inner, item, &budget)
        case .compact(let inner):
            let value = try inner.evaluate(context, item, &budget)
            guard let object = value.objectValue else { return value }
            var result = JSONObject()
            for (name, value) in object where !value.isNull { result[name] = value }
            return .object(result)
        }
    }

    private static func evaluate(
        _ loop: Loop,
        _ context: AdapterContext,
        _ item: JSON?,
        _ budget: inout Int
    ) throws -> JSON {
        let items = try loop.items.evaluate(context, item, &budget)
        guard let items = items.isNull ? [] : items.arrayValue else {
            throw FormError(message: "'$for' is no array.")
        }
        budget -= items.count
        guard budget >= 0 else { throw tooMany }
        var inner = context
        var results: [JSON] = []
        results.reserveCapacity(items.count)
        for item in items {
            if let name = loop.name { inner.values[name] = item }
            if let condition = loop.condition {
                guard try condition.evaluate(inner, item, &budget) == .bool(true) else { continue }
            }
            results.append(try loop.body.evaluate(inner, item, &budget))
        }
        return .array(results)
    }

    private static func value(_ template: Template, _ context: AdapterContext, _ item: JSON?) throws -> JSON {
        if let item { return try template.evaluate(in: context, item: item) }
        return try template.evaluate(in: context)
    }

    private static let tooMany = FormError(message: "its loops visit more than \(itemLimit) items.")
}

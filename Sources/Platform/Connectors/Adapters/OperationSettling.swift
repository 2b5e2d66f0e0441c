import JSONTree
import Moments

/// How lost answers of an operation are settled, and which calls are about the same thing.
struct OperationSettling: Sendable {
    /// Puts the mark of a call into its request, so that the look-up can find it.
    struct Mark: Sendable {
        /// How the mark gets into the body.
        enum Way: Sendable {
            /// As an item of an array.
            case append
            /// At the end of a text.
            case text
            /// As the value of a member.
            case set
        }

        let way: Way
        /// The member of the body, such as `tags`, or `fields`, `labels`.
        let path: [String]
        /// What is put there.
        let value: AdapterTemplate
    }

    /// How the result of a call is looked up.
    struct Lookup: Sendable {
        let operation: String
        let parameters: AdapterTemplate
        let pageParameter: String?
        let pageSize: Int
        let pageLimit: Int
        let items: AdapterTemplate
        let match: AdapterTemplate
        let outputs: AdapterTemplate
        let clockSkew: TimeSpan
    }

    let idempotency: Idempotency?
    /// The rule where the connection leads to another server than our own, which does not keep keys.
    let elsewhere: Idempotency
    let businessKey: AdapterTemplate?
    let marks: [Mark]
    let lookup: Lookup?

    init(_ json: JSON?, _ reader: AdapterReader) throws {
        guard let rule = json else {
            (idempotency, elsewhere, businessKey, marks, lookup) = (nil, .none, nil, [], nil)
            return
        }
        try reader.only(
            ["kind", "name", "delay", "businessKey", "mark", "lookup", "elsewhere"],
            in: rule,
            "'idempotency'"
        )
        elsewhere = rule["elsewhere"]?.stringValue == "safe" ? .safe : .none
        businessKey = try reader.optional(rule, "businessKey", in: "idempotency")
        marks = try (rule["mark"]?.arrayValue ?? []).map { try Self.mark($0, reader) }
        lookup = try rule["lookup"].map { try Self.lookup($0, reader) }
        switch rule["kind"]?.stringValue {
        case "safe": idempotency = .safe
        case "none": idempotency = Idempotency.none
        case "header": idempotency = .header(try reader.text(rule, "name"))
        case "lookup":
            guard lookup != nil else { throw reader.error("a look-up needs the member 'lookup'.") }
            guard let delay = try reader.span(rule, "delay") else {
                throw reader.error("'delay' must be an ISO 8601 duration such as PT3M.")
            }
            idempotency = .lookup(delay: delay)
        default: throw reader.error("'idempotency.kind' must be safe, header, lookup or none.")
        }
    }

    private static func mark(_ json: JSON, _ reader: AdapterReader) throws -> Mark {
        for (name, way) in [("append", Mark.Way.append), ("text", .text), ("set", .set)] where json[name] != nil {
            try reader.only([name, "value"], in: json, "'mark'")
            return Mark(
                way: way,
                path: try reader.text(json, name).split(separator: "/").map(String.init),
                value: try reader.template(json["value"] ?? "@parameters('marker')", "mark/value")
            )
        }
        throw reader.error("'mark' needs one of append, text, set.")
    }

    private static func lookup(_ json: JSON, _ reader: AdapterReader) throws -> Lookup {
        try reader.only(
            ["operation", "parameters", "pages", "clockSkew", "items", "match", "outputs"],
            in: json,
            "'lookup'"
        )
        let pages = json["pages"]
        return Lookup(
            operation: try reader.text(json, "operation"),
            parameters: try reader.template(json["parameters"] ?? [:], "lookup/parameters"),
            pageParameter: pages?["parameter"]?.stringValue,
            pageSize: Int(clamping: pages?["size"]?.integerValue ?? 0),
            pageLimit: Int(clamping: pages?["limit"]?.integerValue ?? 100),
            items: try reader.template(json["items"], "lookup/items"),
            match: try reader.template(json["match"], "lookup/match"),
            outputs: try reader.template(json["outputs"], "lookup/outputs"),
            clockSkew: try reader.span(json, "clockSkew") ?? .minutes(5)
        )
    }
}

extension OperationSettling.Mark {
    /// The body with the mark; nil when there is no place for it.
    func put(_ value: JSON, into body: JSON) -> JSON? { put(value, into: body, path[...]) }

    private func put(_ value: JSON, into body: JSON, _ path: ArraySlice<String>) -> JSON? {
        guard case .object(var object) = body, object["$content-type"] == nil, let name = path.first else { return nil }
        let old = object[name] ?? .null
        if path.count > 1 {
            guard let inner = put(value, into: old.isNull ? [:] : old, path.dropFirst()) else { return nil }
            object[name] = inner
            return .object(object)
        }
        switch way {
        case .append:
            guard let items = old.isNull ? [] : old.arrayValue else { return nil }
            if !items.contains(value) { object[name] = .array(items + [value]) }
        case .text:
            guard let text = old.isNull ? "" : old.stringValue else { return nil }
            let mark = value.stringValue ?? value.text
            if !text.contains(mark) { object[name] = .string(text + mark) }
        case .set:
            // What the caller has set is the caller's: it cannot be found by our mark then.
            guard old.isNull || old == value else { return nil }
            object[name] = value
        }
        return .object(object)
    }
}

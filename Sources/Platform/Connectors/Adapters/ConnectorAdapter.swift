import Expressions
import JSONTree
import Moments

/// `adapter.json`: what the public definition of a connector does not say.
struct ConnectorAdapter: Sendable {
    /// Whether the service is this server itself, unless a connection names another address.
    let isOwn: Bool
    /// How connections show who they are; nil leaves it to the definition.
    let authentication: JSON?
    /// The operations by their ids in small letters.
    let operations: [String: OperationAdapter]

    init(_ json: JSON?, connector: String) throws {
        isOwn = json?["home"]?.stringValue?.lowercased() == "tocsin"
        authentication = json?["authentication"]
        var operations: [String: OperationAdapter] = [:]
        for (name, value) in json?["operations"]?.objectValue ?? JSONObject() {
            operations[name.lowercased()] = try OperationAdapter(value, operation: name, connector: connector)
        }
        self.operations = operations
    }
}

/// What the adapter says of one operation.
struct OperationAdapter: Sendable {
    /// Puts the mark of a call into its request, so that the look-up can find it.
    struct Mark: Sendable {
        /// The member of the body that is an array, such as `tags`.
        let array: String
        /// What is appended.
        let value: Template
    }

    /// How the result of a call is looked up.
    struct Lookup: Sendable {
        let operation: String
        let parameters: Template
        let pageParameter: String?
        let pageSize: Int
        let pageLimit: Int
        let items: Template
        let match: Template
        let outputs: Template
        let clockSkew: TimeSpan
    }

    let effect: EffectClass?
    let idempotency: Idempotency?
    /// The rule where the connection leads to another server than our own, which does not keep keys.
    let elsewhere: Idempotency
    let businessKey: Template?
    let marks: [Mark]
    let lookup: Lookup?

    init(_ json: JSON, operation: String, connector: String) throws {
        let reader = AdapterReader(place: "the adapter of '\(connector)', operation '\(operation)'")
        effect = try json["effect"].map { try reader.effect($0) }
        guard let rule = json["idempotency"] else {
            (idempotency, elsewhere, businessKey, marks, lookup) = (nil, .none, nil, [], nil)
            return
        }
        elsewhere = rule["elsewhere"]?.stringValue == "safe" ? .safe : .none
        businessKey = try rule["businessKey"].map { try reader.template($0, "businessKey") }
        marks = try (rule["mark"]?.arrayValue ?? []).map { mark in
            Mark(array: try reader.text(mark, "append"), value: try reader.template(mark["value"], "mark/value"))
        }
        lookup = try rule["lookup"].map { try reader.lookup($0) }
        idempotency = try reader.idempotency(rule, hasLookup: lookup != nil)
    }
}

/// Reads members of an adapter, and says where one is wrong.
private struct AdapterReader {
    let place: String

    func error(_ message: String) -> ConnectorError { ConnectorError(.invalidDefinition, "In \(place): \(message)") }

    func text(_ json: JSON, _ name: String) throws -> String {
        guard let text = json[name]?.stringValue else { throw error("the member '\(name)' must be a text.") }
        return text
    }

    func template(_ json: JSON?, _ name: String) throws -> Template {
        guard let json else { throw error("the member '\(name)' is missing.") }
        do {
            return try Template.compile(json)
        } catch {
            throw self.error("'\(name)': \(error.message)")
        }
    }

    func effect(_ json: JSON) throws -> EffectClass {
        guard let effect = json.stringValue.flatMap(EffectClass.init) else {
            throw error("'effect' must be one of \(EffectClass.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return effect
    }

    func idempotency(_ json: JSON, hasLookup: Bool) throws -> Idempotency {
        switch json["kind"]?.stringValue {
        case "safe": return .safe
        case "none": return .none
        case "header": return .header(try text(json, "name"))
        case "lookup":
            guard hasLookup else { throw error("a look-up needs the member 'lookup'.") }
            guard let delay = json["delay"]?.stringValue.flatMap({ ISODuration($0)?.exactSpan }) else {
                throw error("'delay' must be an ISO 8601 duration such as PT3M.")
            }
            return .lookup(delay: delay)
        default: throw error("'idempotency.kind' must be safe, header, lookup or none.")
        }
    }

    func lookup(_ json: JSON) throws -> OperationAdapter.Lookup {
        let pages = json["pages"]
        let skew = json["clockSkew"]?.stringValue.flatMap { ISODuration($0)?.exactSpan }
        return OperationAdapter.Lookup(
            operation: try text(json, "operation"),
            parameters: try template(json["parameters"] ?? [:], "lookup/parameters"),
            pageParameter: pages?["parameter"]?.stringValue,
            pageSize: Int(clamping: pages?["size"]?.integerValue ?? 0),
            pageLimit: Int(clamping: pages?["limit"]?.integerValue ?? 100),
            items: try template(json["items"], "lookup/items"),
            match: try template(json["match"], "lookup/match"),
            outputs: try template(json["outputs"], "lookup/outputs"),
            clockSkew: skew ?? .minutes(5)
        )
    }
}

import Connectors
import JSONTree
import Moments

/// A query that the playbook wrote, its values bound.
struct QueryStatement {
    let session: Session

    /// Runs a query.
    ///
    /// - Parameter body: `query`, and the values in `actualParameters`, by their names.
    /// - Returns: The answer.
    /// - Throws: ``DatabaseFailure`` with 400; ``DatabaseError``.
    func run(_ body: JSON) throws -> ConnectorOutputs {
        guard let text = body[ignoringCase: "query"]?.stringValue, !text.isEmpty else {
            throw DatabaseFailure(400, "MissingParameter", "The member 'query' is missing.")
        }
        guard text.utf8.count <= NamedParameters.limit, !text.utf8.contains(0) else {
            throw DatabaseFailure(400, "InvalidQuery", "The query is longer than 1 MB, or holds a NUL.")
        }
        let declared = (body[ignoringCase: "formalParameters"]?.objectValue ?? JSONObject()).map {
            (Self.plain($0.name), $0.value.stringValue?.lowercased() ?? "")
        }
        let given = (body[ignoringCase: "actualParameters"]?.objectValue ?? JSONObject()).map {
            (Self.plain($0.name), $0.value)
        }
        let values = Dictionary(given) { $1 }
        let types = Dictionary(declared) { $1 }
        if let missing = types.keys.sorted().first(where: { values[$0] == nil }) {
            throw DatabaseFailure(
                400,
                "MissingParameter",
                "The parameter '@\(missing)' has no value in 'actualParameters'."
            )
        }
        let named = NamedParameters(text, known: Set(values.keys), kind: session.kind)
        let bound = named.names.map { Self.parameter(values[$0] ?? .null, type: types[$0] ?? "") }
        return Self.answer(try session.change(named.sql, bound))
    }

    /// The answer for result sets.
    static func answer(_ sets: [ResultSet], outputs: JSONObject = JSONObject()) -> ConnectorOutputs {
        var tables = JSONObject()
        for (index, set) in sets.enumerated() { tables["Table\(index + 1)"] = .array(set.rows.map(JSON.object)) }
        var body: JSONObject = [
            "ResultSets": .object(tables), "OutputParameters": .object(outputs), "ReturnCode": 0,
        ]
        if sets.contains(where: \.isCut) { body["Truncated"] = true }
        return ConnectorOutputs(statusCode: 200, body: .object(body))
    }

    private static func plain(_ name: String) -> String {
        (name.hasPrefix("@") ? String(name.dropFirst()) : name).lowercased()
    }

    /// A value by the type that the playbook declares; without one as JSON has it.
    static func parameter(_ value: JSON, type: String) -> SQLParameter {
        let word = type.prefix { $0 != "(" }
        switch value {
        case .null: return .null
        case .integer(let number): return .integer(number)
        case .double(let number): return .double(number)
        case .bool(let flag): return .boolean(flag)
        default:
            let text = value.stringValue ?? value.text
            if ["int", "integer", "bigint", "smallint", "tinyint", "long"].contains(word), let number = Int64(text) {
                return .integer(number)
            }
            if ["float", "real", "double"].contains(word), let number = Double(text) { return .double(number) }
            if ["bit", "bool", "boolean"].contains(word) {
                return .boolean(["1", "true"].contains(text.lowercased()))
            }
            if word.hasPrefix("datetime") || word.hasPrefix("timestamp"), let instant = Timestamp(iso8601: text) {
                let iso = instant.iso8601
                return .text("\(iso.prefix(10)) \(iso.dropFirst(11).prefix(8))\(fraction(iso))")
            }
            return .text(text)
        }
    }

    private static func fraction(_ iso: String) -> String {
        let digits = iso.dropFirst(20).prefix { $0.isNumber }.prefix(6)
        return digits.isEmpty ? "" : ".\(digits)"
    }
}

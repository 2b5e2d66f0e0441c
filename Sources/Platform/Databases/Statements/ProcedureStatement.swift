import Connectors
import JSONTree

/// Stored procedures and functions by their names in the catalogue.
struct ProcedureStatement {
    /// A parameter of a procedure.
    private struct Parameter {
        let name: String
        let isOut: Bool
        let type: String
        /// The type as a cast writes it, for PostgreSQL.
        let cast: String
    }

    let session: Session

    /// The procedures and functions that the user may see.
    func list() throws -> JSON {
        let schemas = session.kind.ownSchemas.replacing("table_schema", with: "routine_schema")
        let found = try session.ask(
            "SELECT DISTINCT routine_schema, routine_name FROM information_schema.routines WHERE \(schemas) ORDER BY 1, 2"
        )
        return [
            "value": .array(
                found.rows.indices.map { row in
                    let texts = found.texts(row).map { $0 ?? "" }
                    return ["Name": .string("[\(texts[0])].[\(texts[1])]"), "DisplayName": .string(texts[1])]
                }
            )
        ]
    }

    /// Runs a procedure.
    ///
    /// - Parameters:
    ///   - text: Its name, with or without its schema.
    ///   - body: The values by the names of its parameters.
    /// - Returns: The answer.
    /// - Throws: ``DatabaseFailure``; ``DatabaseError``.
    func run(_ text: String, _ body: JSON) throws -> ConnectorOutputs {
        let (schema, name, isFunction, id) = try find(text)
        let parameters = try parameters(schema, id)
        let given = (body.objectValue ?? JSONObject()).map { member in
            (member.name.hasPrefix("@") ? String(member.name.dropFirst()) : member.name, member.value)
        }
        for (member, _) in given where !parameters.contains(where: { $0.name.lowercased() == member.lowercased() }) {
            throw DatabaseFailure(400, "UnknownParameter", "'\(name)' has no parameter '\(member.prefix(200))'.")
        }
        func value(_ parameter: Parameter) -> SQLParameter? {
            given.first { $0.0.lowercased() == parameter.name.lowercased() }.map {
                QueryStatement.parameter($0.1, type: parameter.type)
            }
        }
        let target = "\(session.kind.quoted(schema)).\(session.kind.quoted(name))"
        switch session.kind {
        case .postgresql: return try postgresql(target, isFunction, parameters, value)
        case .mariadb: return try mariadb(target, isFunction, parameters, value)
        case .sqlserver: return try sqlserver(target, isFunction, parameters, value)
        }
    }

    private func find(_ text: String) throws -> (schema: String, name: String, isFunction: Bool, id: String) {
        let wanted = QualifiedName(text)
        let schemas = session.kind.ownSchemas.replacing("table_schema", with: "routine_schema")
        var sql =
            "SELECT routine_schema, routine_name, routine_type, specific_name FROM information_schema.routines "
            + "WHERE \(schemas) AND LOWER(routine_name) = LOWER(?)"
        var values: [SQLParameter] = [.text(wanted.name)]
        if let schema = wanted.schema {
            sql += " AND LOWER(routine_schema) = LOWER(?)"
            values.append(.text(schema))
        }
        let found = try session.ask(sql, values)
        guard let first = found.rows.indices.first.map({ found.texts($0).map { $0 ?? "" } }) else {
            throw DatabaseFailure(
                404,
                "ProcedureNotFound",
                "The database has no procedure '\(text.prefix(200))' that its user may see."
            )
        }
        guard found.rows.count == 1 else {
            throw DatabaseFailure(
                400,
                "AmbiguousProcedure",
                "There are several procedures of the name '\(wanted.name)'."
            )
        }
        return (first[0], first[1], first[2].uppercased() == "FUNCTION", first[3])
    }

    private func parameters(_ schema: String, _ id: String) throws -> [Parameter] {
        let found = try session.ask(
            "SELECT parameter_name, parameter_mode, data_type, \(session.kind == .postgresql ? "udt_schema, udt_name" : "'', ''") FROM information_schema.parameters "
                + "WHERE specific_schema = ? AND specific_name = ? AND ordinal_position > 0 ORDER BY ordinal_position",
            [.text(schema), .text(id)]
        )
        return found.rows.indices.map { row in
            let texts = found.texts(row).map { $0 ?? "" }
            let name = texts[0].hasPrefix("@") ? String(texts[0].dropFirst()) : texts[0]
            return Parameter(
                name: name,
                isOut: texts[1].uppercased() != "IN",
                type: texts[2].lowercased(),
                cast: "\(session.kind.quoted(texts[3])).\(session.kind.quoted(texts[4]))"
            )
        }
    }

    /// PostgreSQL: by name, so that defaults hold; what a procedure gives out comes as a row.
    private func postgresql(
        _ target: String,
        _ isFunction: Bool,
        _ parameters: [Parameter],
        _ value: (Parameter) -> SQLParameter?
    ) throws -> ConnectorOutputs {
        var values: [SQLParameter] = []
        var arguments: [String] = []
        for parameter in parameters {
            let given = value(parameter)
            if given == nil, isFunction || !parameter.isOut { continue }
            if isFunction, parameter.isOut { continue }
            values.append(given ?? .null)
            arguments.append("\(session.kind.quoted(parameter.name)) => CAST(CAST(? AS text) AS \(parameter.cast))")
        }
        let call = "\(target)(\(arguments.joined(separator: ", ")))"
        let sets = try session.change(isFunction ? "SELECT * FROM \(call)" : "CALL \(call)", values)
        guard !isFunction, let row = sets.first?.rows.first else { return QueryStatement.answer(sets) }
        return QueryStatement.answer([], outputs: row)
    }

    /// MariaDB: by place; what a procedure gives out is read from variables of the session.
    private func mariadb(
        _ target: String,
        _ isFunction: Bool,
        _ parameters: [Parameter],
        _ value: (Parameter) -> SQLParameter?
    ) throws -> ConnectorOutputs {
        if isFunction {
            let marks = parameters.map { _ in "?" }.joined(separator: ", ")
            let sets = try session.change(
                "SELECT \(target)(\(marks)) AS \(session.kind.quoted("value"))",
                parameters.map { value($0) ?? .null }
            )
            return QueryStatement.answer(sets)
        }
        var marks: [String] = []
        var values: [SQLParameter] = []
        for (index, parameter) in parameters.enumerated() {
            if parameter.isOut {
                _ = try session.ask("SET @tocsin\(index) = ?", [value(parameter) ?? .null])
                marks.append("@tocsin\(index)")
            } else {
                values.append(value(parameter) ?? .null)
                marks.append("?")
            }
        }
        let sets = try session.change("CALL \(target)(\(marks.joined(separator: ", ")))", values)
        let outs = parameters.indices.filter { parameters[$0].isOut }
        guard !outs.isEmpty else { return QueryStatement.answer(sets) }
        let columns = outs.map { "@tocsin\($0) AS \(session.kind.quoted(parameters[$0].name))" }
        let row = try session.ask("SELECT \(columns.joined(separator: ", "))").rows.first
        return QueryStatement.answer(sets, outputs: row ?? JSONObject())
    }

    /// SQL Server: by name; values that a procedure gives out are not read.
    private func sqlserver(
        _ target: String,
        _ isFunction: Bool,
        _ parameters: [Parameter],
        _ value: (Parameter) -> SQLParameter?
    ) throws -> ConnectorOutputs {
        guard !isFunction else {
            throw DatabaseFailure(400, "NotSupported", "Call a function of SQL Server in a query.")
        }
        let given = parameters.compactMap { parameter in value(parameter).map { (parameter.name, $0) } }
        let arguments = given.map { "@\($0.0) = ?" }.joined(separator: ", ")
        return QueryStatement.answer(try session.change("EXEC \(target) \(arguments)", given.map(\.1)))
    }
}

/// Finds tables in the catalogue of a database; names that it does not have never reach a statement.
struct Catalogue {
    let session: Session

    private var kind: DatabaseKind { session.kind }

    /// All tables and views by schema and name.
    func tables() throws -> [(schema: String, name: String)] {
        let found = try session.ask(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE \(kind.ownSchemas) "
                + "ORDER BY table_schema, table_name"
        )
        return found.rows.indices.map { row in
            let texts = found.texts(row)
            return (schema: texts[0] ?? "", name: texts[1] ?? "")
        }
    }

    /// A table by its name: `alerts`, `public.alerts` or `[dbo].[Alerts]`.
    ///
    /// - Throws: ``DatabaseFailure`` with 404 when there is none, with 400 when several fit.
    func table(_ text: String) throws -> TableDescription {
        let name = QualifiedName(text)
        var found = try candidates(name)
        if found.count > 1 {
            // The name as it is written goes before one in another case, and the usual schema before others.
            let exact = found.filter { $0.name == name.name }
            if !exact.isEmpty { found = exact }
            let usual = found.filter { $0.schema == (kind == .postgresql ? "public" : "dbo") }
            if usual.count == 1 { found = usual }
        }
        guard let one = found.first else {
            throw DatabaseFailure(
                404,
                "TableNotFound",
                "The database has no table '\(text.prefix(200))' that its user may see."
            )
        }
        guard found.count == 1 else {
            throw DatabaseFailure(
                400,
                "AmbiguousTable",
                "Several schemas have a table '\(name.name)'; write \(found.map { "\($0.schema).\($0.name)" }.joined(separator: " or "))."
            )
        }
        let columns = try columns(one.schema, one.name)
        let keys = try keyNames(one.schema, one.name)
        return TableDescription(
            schema: one.schema,
            name: one.name,
            isView: one.isView,
            columns: columns,
            key: keys.compactMap { key in columns.first { $0.name == key } }
        )
    }

    private func candidates(_ name: QualifiedName) throws -> [(schema: String, name: String, isView: Bool)] {
        var sql =
            "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE \(kind.ownSchemas) "
            + "AND LOWER(table_name) = LOWER(?)"
        var values: [SQLParameter] = [.text(name.name)]
        if let schema = name.schema {
            sql += " AND LOWER(table_schema) = LOWER(?)"
            values.append(.text(schema))
        }
        let found = try session.ask(sql, values)
        return found.rows.indices.map { row in
            let texts = found.texts(row)
            return (texts[0] ?? "", texts[1] ?? "", texts[2]?.uppercased().contains("VIEW") == true)
        }
    }

    private func columns(_ schema: String, _ table: String) throws -> [TableDescription.Column] {
        let more =
            switch kind {
            case .postgresql: "udt_schema, udt_name, CASE WHEN is_generated = 'ALWAYS' THEN 1 ELSE 0 END, is_identity"
            case .mariadb: "'', '', CASE WHEN extra LIKE '%GENERATED%' THEN 1 ELSE 0 END, extra"
            case .sqlserver:
                "'', '', COLUMNPROPERTY(OBJECT_ID(QUOTENAME(table_schema) + '.' + QUOTENAME(table_name)), column_name, "
                    + "'IsIdentity') + COLUMNPROPERTY(OBJECT_ID(QUOTENAME(table_schema) + '.' + QUOTENAME(table_name)), "
                    + "column_name, 'IsComputed'), ''"
            }
        let found = try session.ask(
            "SELECT column_name, data_type, is_nullable, CASE WHEN column_default IS NULL THEN 0 ELSE 1 END, \(more) "
                + "FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position",
            [.text(schema), .text(table)]
        )
        return found.rows.indices.map { row in
            let texts = found.texts(row).map { $0 ?? "" }
            let isIdentity = texts[7] == "YES" || texts[7].contains("auto_increment")
            return TableDescription.Column(
                name: texts[0],
                type: (kind == .postgresql ? texts[5] : texts[1]).lowercased(),
                isNullable: texts[2] == "YES",
                hasDefault: texts[3] == "1" || isIdentity,
                isGenerated: texts[6] != "0",
                cast: kind == .postgresql ? "\(kind.quoted(texts[4])).\(kind.quoted(texts[5]))" : nil
            )
        }
    }

    private func keyNames(_ schema: String, _ table: String) throws -> [String] {
        if kind == .mariadb {
            // Its list of constraints hides what its list of keys shows to everybody who may read the table.
            let found = try session.ask(
                "SELECT column_name FROM information_schema.key_column_usage WHERE constraint_name = 'PRIMARY' "
                    + "AND table_schema = ? AND table_name = ? ORDER BY ordinal_position",
                [.text(schema), .text(table)]
            )
            return found.rows.indices.compactMap { found.texts($0)[0] }
        }
        let found = try session.ask(
            "SELECT k.column_name FROM information_schema.table_constraints c "
                + "JOIN information_schema.key_column_usage k ON k.constraint_name = c.constraint_name "
                + "AND k.constraint_schema = c.constraint_schema AND k.table_name = c.table_name "
                + "AND k.table_schema = c.table_schema "
                + "WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = ? AND c.table_name = ? "
                + "ORDER BY k.ordinal_position",
            [.text(schema), .text(table)]
        )
        return found.rows.indices.compactMap { found.texts($0)[0] }
    }
}

/// A name with or without its schema, as playbooks write it.
struct QualifiedName: Sendable, Hashable {
    let schema: String?
    let name: String

    /// Reads `table`, `schema.table` and `[schema].[table]`; what brackets or double quotes enclose may hold dots.
    init(_ text: String) {
        var parts: [String] = [""]
        var closing: Character?
        for character in text {
            if let close = closing {
                if character == close { closing = nil } else { parts[parts.count - 1].append(character) }
            } else if parts[parts.count - 1].isEmpty, character == "[" || character == "\"" {
                closing = character == "[" ? "]" : "\""
            } else if character == "." {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        name = parts.removeLast()
        schema = parts.last.flatMap { $0.isEmpty ? nil : $0 }
    }
}

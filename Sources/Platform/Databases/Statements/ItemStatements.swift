import Connectors
import Content
import JSONTree
import OData

/// Rows of a table as items: listed, read, added, changed and removed.
struct ItemStatements {
    /// The most rows of a page: 2,048, as the managed connector has it.
    static let pageLimit = 2_048

    let session: Session
    let table: TableDescription
    private var kind: DatabaseKind { session.kind }
    private var name: String { table.quoted(session.kind) }

    init(session: Session, table: TableDescription) {
        self.session = session
        self.table = table
    }

    // MARK: Reading

    /// A page of rows.
    ///
    /// - Parameters:
    ///   - options: The query options `$filter`, `$orderby`, `$skip`, `$top` and `$select`.
    ///   - path: The path of the call, for the link to the next page.
    /// - Returns: The answer.
    /// - Throws: ``DatabaseFailure`` with 400; ``DatabaseError``.
    func list(_ options: [(String, String)], path: String) throws -> ConnectorOutputs {
        let query: ODataQuery
        do {
            query = try ODataQuery(options)
        } catch {
            throw DatabaseFailure(400, error.code.text, error.message)
        }
        var filter = FilterSQL(table: table, kind: kind)
        let condition = try query.filter.map { try filter.condition($0.expression) }
        let columns = try query.select.map { try $0.map { try column($0) } }
        let skip = query.skip ?? 0
        let wanted = query.top ?? Int.max
        let count = min(wanted, Self.pageLimit)
        guard count > 0 else { return ConnectorOutputs(statusCode: 200, body: ["value": []]) }
        var sql = "SELECT \(list(columns, andKey: true)) FROM \(name)"
        if let condition { sql += " WHERE \(condition)" }
        sql += " ORDER BY \(try order(query.orderBy))"
        // One more than the page shows whether there is another.
        let more = wanted > count ? 1 : 0
        sql += " \(kind.page(skip: skip, count: count + more))"
        let rows = try session.ask(sql, filter.values, limits: .answer).rows
        var body: JSONObject = ["value": .array(rows.prefix(count).map { item($0, columns) })]
        if rows.count > count {
            body["@odata.nextLink"] = .string(
                link(options, path, skip: skip + count, top: query.top.map { $0 - count })
            )
        }
        return ConnectorOutputs(statusCode: 200, body: .object(body))
    }

    /// The row of a key.
    func get(_ id: String) throws -> ConnectorOutputs {
        ConnectorOutputs(statusCode: 200, body: try row(id))
    }

    private func row(_ id: String) throws -> JSON {
        let (condition, values) = try key(id)
        let found = try session.ask("SELECT * FROM \(name) WHERE \(condition)", values)
        guard let row = found.rows.first else { throw missing(id) }
        return item(row, nil)
    }

    // MARK: Changing

    /// Adds a row and gives it as it is then.
    func insert(_ body: JSON) throws -> ConnectorOutputs {
        let members = try assignments(body)
        let columns = members.map { kind.quoted($0.column.name) }.joined(separator: ", ")
        let marks = members.map(\.mark).joined(separator: ", ")
        let values = members.map(\.value)
        let what = members.isEmpty && kind != .mariadb ? "DEFAULT VALUES" : "VALUES (\(marks))"
        let into = members.isEmpty && kind != .mariadb ? "" : " (\(columns))"
        switch kind {
        case .postgresql: return try added(session.change("INSERT INTO \(name)\(into) \(what) RETURNING *", values))
        case .sqlserver:
            return try added(session.change("INSERT INTO \(name)\(into) OUTPUT INSERTED.* \(what)", values))
        case .mariadb:
            _ = try session.change("INSERT INTO \(name)\(into) \(what)", values)
            return ConnectorOutputs(statusCode: 200, body: try addedRow(body))
        }
    }

    private func added(_ sets: [ResultSet]) throws -> ConnectorOutputs {
        let row = sets.first?.rows.first.map { item($0, nil) }
        return ConnectorOutputs(statusCode: 200, body: row ?? .object(JSONObject()))
    }

    /// The row that was just added, by the key that was given or made; what was given where there is no key.
    private func addedRow(_ body: JSON) throws -> JSON {
        guard !table.key.isEmpty else { return body }
        var values: [String] = []
        for column in table.key {
            if let given = body[ignoringCase: column.name], !given.isNull {
                values.append(given.stringValue ?? given.text)
            } else {
                let made = try session.ask("SELECT LAST_INSERT_ID()")
                values.append(made.rows.isEmpty ? "" : made.texts(0)[0] ?? "")
            }
        }
        let (condition, bound) = try key(values)
        let found = try session.ask("SELECT * FROM \(name) WHERE \(condition)", bound)
        return found.rows.first.map { item($0, nil) } ?? body
    }

    /// Changes columns of a row and gives it as it is then.
    func update(_ id: String, _ body: JSON) throws -> ConnectorOutputs {
        let members = try assignments(body)
        let before = try row(id)
        guard !members.isEmpty else { return ConnectorOutputs(statusCode: 200, body: before) }
        let (condition, values) = try key(id)
        let sets = members.map { "\(kind.quoted($0.column.name)) = \($0.mark)" }.joined(separator: ", ")
        _ = try session.change("UPDATE \(name) SET \(sets) WHERE \(condition)", members.map(\.value) + values)
        // The key itself may have been changed.
        let keys = table.key.map { column in
            let given = body[ignoringCase: column.name] ?? before[column.name] ?? .null
            return given.stringValue ?? given.text
        }
        let (after, bound) = try key(keys)
        let found = try session.ask("SELECT * FROM \(name) WHERE \(after)", bound)
        guard let row = found.rows.first else { throw missing(id) }
        return ConnectorOutputs(statusCode: 200, body: item(row, nil))
    }

    /// Removes a row.
    func delete(_ id: String) throws -> ConnectorOutputs {
        _ = try row(id)
        let (condition, values) = try key(id)
        _ = try session.change("DELETE FROM \(name) WHERE \(condition)", values)
        return ConnectorOutputs(statusCode: 200)
    }

    // MARK: Parts of statements

    private typealias Assignment = (column: TableDescription.Column, mark: String, value: SQLParameter)

    private func assignments(_ body: JSON) throws -> [Assignment] {
        guard let object = body.objectValue else {
            throw DatabaseFailure(400, "InvalidBody", "The body is an object with the columns and their values.")
        }
        var seen: Set<String> = []
        return try object.filter { $0.name != "ItemInternalId" && !$0.name.hasPrefix("@odata.") }.map { member in
            let column = try table.column(member.name)
            guard !column.isGenerated, seen.insert(column.name).inserted else {
                throw DatabaseFailure(
                    400,
                    "InvalidColumn",
                    "The column '\(column.name)' cannot be set, or is given twice."
                )
            }
            let bound = try ColumnBinding(kind: kind).bind(member.value, to: column)
            return (column, bound.mark, bound.value)
        }
    }

    /// The condition for a key; several columns are parted by commas.
    private func key(_ id: String) throws -> (String, [SQLParameter]) {
        try key(
            table.key.count == 1 ? [id] : id.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        )
    }

    private func key(_ texts: [String]) throws -> (String, [SQLParameter]) {
        guard !table.key.isEmpty else {
            throw DatabaseFailure(
                400,
                "NoPrimaryKey",
                "The table '\(table.name)' has no primary key, so that no row can be named."
            )
        }
        guard texts.count == table.key.count else {
            throw DatabaseFailure(
                400,
                "InvalidKey",
                "The key of '\(table.name)' has \(table.key.count) columns; write their values with commas between them."
            )
        }
        let parts = try zip(table.key, texts).map { column, text in
            let bound = try ColumnBinding(kind: kind).bind(.string(text), to: column)
            return ("\(kind.quoted(column.name)) = \(bound.mark)", bound.value)
        }
        return (parts.map(\.0).joined(separator: " AND "), parts.map(\.1))
    }

    private func column(_ path: ODataPath) throws -> TableDescription.Column {
        guard path.variable == nil, path.segments.count == 1 else {
            throw DatabaseFailure(400, "UnknownColumn", "'\(path.description)' is no column of '\(table.name)'.")
        }
        return try table.column(path.segments[0])
    }

    private func list(_ columns: [TableDescription.Column]?, andKey: Bool) -> String {
        guard let columns else { return "*" }
        let all = columns + table.key.filter { !columns.contains($0) }
        return all.map { kind.quoted($0.name) }.joined(separator: ", ")
    }

    /// The order: as asked, and then by the key or the first column, so that pages do not overlap.
    private func order(_ orders: [ODataOrder]) throws -> String {
        var parts: [String] = []
        var named: Set<String> = []
        for order in orders {
            let column = try column(order.path)
            if named.insert(column.name).inserted {
                parts.append(kind.quoted(column.name) + (order.descending ? " DESC" : ""))
            }
        }
        for column in table.key where named.insert(column.name).inserted { parts.append(kind.quoted(column.name)) }
        if parts.isEmpty, let first = table.columns.first { parts.append(kind.quoted(first.name)) }
        return parts.joined(separator: ", ")
    }

    private func item(_ row: JSONObject, _ columns: [TableDescription.Column]?) -> JSON {
        var item = JSONObject()
        let keys = table.key.map { column in
            let value = row[column.name] ?? .null
            return value.stringValue ?? value.text
        }
        item["ItemInternalId"] = keys.isEmpty ? .null : .string(keys.joined(separator: ","))
        for (name, value) in row where columns.map({ $0.contains { $0.name == name } }) ?? true { item[name] = value }
        return .object(item)
    }

    private func link(_ options: [(String, String)], _ path: String, skip: Int, top: Int?) -> String {
        var pairs = options.filter { !["$skip", "$top"].contains($0.0.lowercased()) }
        pairs.append(("$skip", "\(skip)"))
        if let top { pairs.append(("$top", "\(top)")) }
        let query = pairs.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }
        return "\(path)?\(query.joined(separator: "&"))"
    }

    private func missing(_ id: String) -> DatabaseFailure {
        DatabaseFailure(404, "RowNotFound", "The table '\(table.name)' has no row '\(id.prefix(200))'.")
    }
}

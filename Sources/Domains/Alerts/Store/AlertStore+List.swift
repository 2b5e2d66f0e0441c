import JSONTree
public import OData
import Stores

extension AlertStore {
    /// A page of alerts: by event time, newest first, then by id, unless the client sorts.
    ///
    /// A page may be shorter than asked for, even empty, while there is a next one.
    /// - Throws: ``AlertError`` with `.invalidToken`, or `.invalidQuery` when too many alerts would have to be sorted.
    public func list(_ query: AlertQuery, tenant: String) async throws -> AlertPage {
        let options = query.options
        let token: AlertPageToken? = try options.skipToken.map { text throws(AlertError) in
            try AlertPageToken(text, for: options)
        }
        let sql = ODataSQL.translate(options.filter, columns: AlertRow.columns)
        let limits = limits
        return try await store.read { snapshot in
            let reader = AlertReader(
                snapshot: snapshot,
                tenant: tenant,
                filter: options.filter,
                sql: sql,
                limits: limits
            )
            let count = options.count ? try reader.count() : nil
            guard query.pageSize > 0 else { return AlertPage(alerts: [], nextToken: nil, count: count) }
            if options.orderBy.isEmpty {
                let skip = token == nil ? options.skip ?? 0 : 0
                let (alerts, next) = try reader.page(after: token, skip: skip, size: query.pageSize)
                return AlertPage(alerts: alerts, nextToken: next?.text(for: options), count: count)
            }
            let start: Int
            switch token {
            case .offset(let offset): start = offset
            case .after:
                throw AlertError(.invalidToken, "The $skiptoken is not valid for this query; start again without it.")
            case nil: start = options.skip ?? 0
            }
            let sorted = try reader.all().sorted { left, right in
                if ODataOrder.precedes(left.json, right.json, by: options.orderBy) { return true }
                if ODataOrder.precedes(right.json, left.json, by: options.orderBy) { return false }
                return (left.json["id"]?.stringValue ?? "") < (right.json["id"]?.stringValue ?? "")
            }
            let end = start + query.pageSize
            let next = end < sorted.count ? AlertPageToken.offset(end).text(for: options) : nil
            return AlertPage(
                alerts: Array(sorted.dropFirst(start).prefix(query.pageSize)),
                nextToken: next,
                count: count
            )
        }
    }

    /// How many alerts fulfil a filter.
    public func count(_ filter: ODataFilter?, tenant: String) async throws -> Int {
        let sql = ODataSQL.translate(filter, columns: AlertRow.columns)
        let limits = limits
        return try await store.read { snapshot in
            try AlertReader(snapshot: snapshot, tenant: tenant, filter: filter, sql: sql, limits: limits).count()
        }
    }
}

/// Reads rows of one tenant that fulfil a filter; the database answers what it can of it.
private struct AlertReader {
    let snapshot: Snapshot
    let tenant: String
    let filter: ODataFilter?
    let sql: ODataSQL
    let limits: AlertLimits

    private var arguments: [SQLValue] {
        [.text(tenant)]
            + sql.arguments.map { argument in
                switch argument {
                case .text(let text): .text(text)
                case .integer(let number): .integer(number)
                }
            }
    }

    func count() throws -> Int {
        guard sql.isExact else { return try all().count }
        let row = try snapshot.first(
            "SELECT count(*) FROM alerts_alert WHERE tenant = ? AND \(sql.condition)",
            arguments
        )
        return Int(try row?[0].integer ?? 0)
    }

    /// Every alert that fulfils the filter, as far as the limit goes.
    func all() throws -> [StoredAlert] {
        let rows = try snapshot.query(
            "SELECT body, revision FROM alerts_alert WHERE tenant = ? AND \(sql.condition) LIMIT ?",
            arguments + [.integer(Int64(limits.sortRows + 1))]
        )
        guard rows.count <= limits.sortRows else {
            throw AlertError(
                .invalidQuery,
                "More than \(limits.sortRows) alerts would have to be sorted or counted; narrow the filter."
            )
        }
        return try rows.map(stored).filter(fulfils)
    }

    /// The next alerts in the usual order, and where to go on; nil at the end.
    func page(after token: AlertPageToken?, skip: Int, size: Int) throws -> ([StoredAlert], AlertPageToken?) {
        var place = token
        var toSkip = skip
        var found: [StoredAlert] = []
        var scanned = 0
        while scanned < limits.scanRows {
            let batch = min(sql.isExact ? toSkip + size - found.count + 1 : 500, limits.scanRows - scanned)
            let rows = try rows(after: place, limit: batch)
            for (index, row) in rows.enumerated() {
                let alert = try stored(row)
                scanned += 1
                if fulfils(alert) {
                    if toSkip > 0 { toSkip -= 1 } else { found.append(alert) }
                }
                place = .after(event: AlertRow.eventTicks(alert.json), id: alert.json["id"]?.stringValue ?? "")
                if found.count == size {
                    let isLast = index == rows.count - 1 && rows.count < batch
                    return (found, isLast ? nil : place)
                }
            }
            if rows.count < batch { return (found, nil) }
        }
        return (found, place)
    }

    private func rows(after place: AlertPageToken?, limit: Int) throws -> [Row] {
        var condition = ""
        var arguments = arguments
        if case .after(let event, let id)? = place {
            condition = " AND (event < ? OR (event = ? AND id > ?))"
            arguments += [.integer(event), .integer(event), .text(id)]
        }
        return try snapshot.query(
            """
            SELECT body, revision FROM alerts_alert WHERE tenant = ? AND \(sql.condition)\(condition)
            ORDER BY event DESC, id LIMIT ?
            """,
            arguments + [.integer(Int64(limit))]
        )
    }

    private func stored(_ row: Row) throws -> StoredAlert {
        StoredAlert(json: try JSON.parse(try row[0].text), revision: try row[1].integer)
    }

    private func fulfils(_ alert: StoredAlert) -> Bool { sql.isExact || (filter?.matches(alert.json) ?? true) }
}

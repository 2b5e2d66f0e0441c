public import JSONTree
public import Moments
public import Stores

/// The broker's alerts: what came in from products, and what people made of it.
///
/// A change and its row in the change feed are one transaction. What a client changed (status, assignment …) is kept when the
/// provider sends the alert again.
public struct AlertStore: Sendable {
    /// The steps of the broker's tables.
    public static let migrations: [Migration] = AlertMigrations.all

    let store: Store
    let changes: any ChangeRecorder
    let clock: any WallClock
    /// What is taken at most.
    public let limits: AlertLimits

    /// Makes a store over the server's database.
    ///
    /// - Parameters:
    ///   - store: The database, opened with ``migrations``.
    ///   - changes: Where changes are told.
    ///   - clock: The present.
    ///   - limits: What is taken at most.
    public init(
        store: Store,
        changes: any ChangeRecorder = NoChangeRecorder(),
        clock: any WallClock = SystemClock(),
        limits: AlertLimits = AlertLimits()
    ) {
        self.store = store
        self.changes = changes
        self.clock = clock
        self.limits = limits
    }

    /// An alert; its id is matched as it is.
    ///
    /// - Throws: ``AlertError`` with `.notFound`.
    public func get(_ id: String, tenant: String) async throws -> StoredAlert {
        try await store.read { try Self.read(id, tenant: tenant, in: $0).alert }
    }

    /// What an intake did.
    public struct IntakeResult: Sendable, Hashable {
        /// The alerts as they are now, in the order in which they came.
        public let alerts: [StoredAlert]
        /// How many were not known before.
        public let created: Int
        /// How many were known and have changed.
        public let updated: Int
    }

    /// Takes alerts in; an alert of a known id is updated.
    ///
    /// All are kept or none.
    ///
    /// - Throws: ``AlertError`` with `.invalidAlert` that names the alert and the member.
    public func upsert(_ alerts: [JSON], tenant: String) async throws -> IntakeResult {
        guard alerts.count <= limits.intakeAlerts else {
            throw AlertError(.invalidAlert, "One request brings at most \(limits.intakeAlerts) alerts.")
        }
        let now = clock.now
        var whole: [JSON] = []
        for alert in alerts {
            whole.append(try AlertIntake.alert(alert, tenant: tenant, now: now, limits: limits))
        }
        let incoming = whole
        let changes = changes
        return try await store.commit(.intake) { transaction in
            var stored: [StoredAlert] = []
            var created = 0
            var updated = 0
            for alert in incoming {
                let id = alert["id"]?.stringValue ?? ""
                let known = try Self.find(id, tenant: tenant, in: transaction)
                let merged = known.map { Self.merge(alert, into: $0) } ?? alert
                if let known, Self.isSame(merged, known.alert.json) {
                    stored.append(known.alert)
                    continue
                }
                let revision = (known?.alert.revision ?? 0) + 1
                try AlertRow.write(
                    merged,
                    tenant: tenant,
                    revision: revision,
                    local: known?.local ?? [],
                    in: transaction
                )
                let kind: AlertChange.Kind = known == nil ? .created : .updated
                try changes.record(Self.change(kind, merged, tenant, []), in: transaction)
                stored.append(StoredAlert(json: merged, revision: revision))
                if known == nil { created += 1 } else { updated += 1 }
            }
            return IntakeResult(alerts: stored, created: created, updated: updated)
        }
    }

    struct Known {
        let alert: StoredAlert
        /// The properties that a client changed.
        let local: Set<String>
    }

    static func read(_ id: String, tenant: String, in snapshot: Snapshot) throws -> Known {
        guard let known = try find(id, tenant: tenant, in: snapshot) else {
            throw AlertError(.notFound, "There is no alert with the id '\(id)'.")
        }
        return known
    }

    static func find(_ id: String, tenant: String, in snapshot: Snapshot) throws -> Known? {
        try snapshot.first(
            "SELECT body, revision, local FROM alerts_alert WHERE tenant = ? AND id = ?",
            [.text(tenant), .text(id)]
        ).map { row in
            Known(
                alert: StoredAlert(json: try JSON.parse(try row[0].text), revision: try row[1].integer),
                local: Set(try row[2].text.split(separator: ",").map(String.init))
            )
        }
    }

    /// The provider's new alert with what a client changed in the old one, and its history.
    private static func merge(_ alert: JSON, into known: Known) -> JSON {
        guard var object = alert.objectValue else { return alert }
        for name in known.local { object[name] = known.alert.json[name] ?? .null }
        if !known.local.isEmpty { object["historyStates"] = known.alert.json["historyStates"] ?? [] }
        return .object(object)
    }

    /// Whether nothing but the stamped times differs.
    private static func isSame(_ left: JSON, _ right: JSON) -> Bool {
        guard var first = left.objectValue, var second = right.objectValue else { return left == right }
        first["lastModifiedDateTime"] = nil
        second["lastModifiedDateTime"] = nil
        return first == second
    }

    static func change(_ kind: AlertChange.Kind, _ alert: JSON, _ tenant: String, _ names: [String]) -> AlertChange {
        AlertChange(
            tenant: tenant,
            kind: kind,
            id: alert["id"]?.stringValue ?? "",
            detail: [
                "status": alert["status"] ?? .null, "severity": alert["severity"] ?? .null,
                "provider": alert["vendorInformation"]?["provider"] ?? .null, "changed": .array(names.map(JSON.string)),
            ]
        )
    }
}

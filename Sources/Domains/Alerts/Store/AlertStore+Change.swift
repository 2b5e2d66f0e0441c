import JSONTree
import Moments
import Stores

/// Who changes an alert.
public struct AlertAuthor: Sendable, Hashable {
    /// The client's id, kept in `historyStates`.
    public let appID: String
    /// The person, if one is known.
    public let user: String?

    /// Makes an author.
    public init(appID: String, user: String? = nil) {
        self.appID = appID
        self.user = user
    }
}

extension AlertStore {
    /// Changes an alert.
    ///
    /// - Parameters:
    ///   - id: The alert.
    ///   - patch: The change.
    ///   - tenant: Whose it is.
    ///   - author: Who changes it.
    ///   - ifMatch: The ETag that it must still have; nil or `*` takes any.
    ///   - key: An idempotency key. The key and the answer are stored in the transaction of the change; the same change
    ///     with the same key by the same client gets the stored answer and changes nothing.
    /// - Returns: The alert after the change.
    /// - Throws: ``AlertError``: `.notFound`, `.invalidChange`, `.changedMeanwhile`, `.keyReused`.
    public func change(
        _ id: String,
        _ patch: AlertPatch,
        tenant: String,
        author: AlertAuthor,
        ifMatch: String? = nil,
        key: String? = nil
    ) async throws -> StoredAlert {
        if let key, key.isEmpty || key.utf8.count > 255 {
            throw AlertError(.invalidChange, "The idempotency key must have 1 to 255 bytes.")
        }
        let now = clock.now
        let (limits, changes) = (limits, changes)
        let slot = key.map {
            AlertKeySlot(
                tenant: tenant,
                client: author.appID,
                key: $0,
                fingerprint: "\(id)\n\(JSON.object(patch.values).text)"
            )
        }
        return try await store.commit(.rest) { transaction in
            if let answer = try slot?.answer(in: transaction) { return answer }
            let known = try Self.read(id, tenant: tenant, in: transaction)
            try Self.check(patch, known.alert, ifMatch)
            let json = Self.changed(known.alert.json, patch, author, now, limits)
            let alert = StoredAlert(json: json, revision: known.alert.revision + 1)
            try AlertRow.write(
                json,
                tenant: tenant,
                revision: alert.revision,
                local: known.local.union(patch.values.names),
                in: transaction
            )
            try changes.record(Self.change(.updated, json, tenant, Array(patch.values.names)), in: transaction)
            try slot?.store(alert, now: now, keep: .days(Int64(limits.keyDays)), in: transaction)
            return alert
        }
    }

    private static func check(_ patch: AlertPatch, _ alert: StoredAlert, _ ifMatch: String?) throws {
        let vendor = alert.json["vendorInformation"]
        let provider = vendor?["provider"]?.stringValue ?? ""
        guard provider.lowercased() == patch.provider.lowercased() else {
            throw AlertError(
                .invalidChange,
                "The property 'vendorInformation/provider' is '\(patch.provider)', but the alert is of '\(provider)'."
            )
        }
        guard let ifMatch, ifMatch != "*" else { return }
        let tags = ifMatch.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        guard tags.contains(where: { $0 == alert.etag || "W/\($0)" == alert.etag }) else {
            throw AlertError(
                .changedMeanwhile,
                "The alert was changed since it was read; read it again and repeat the change."
            )
        }
    }

    private static func changed(
        _ alert: JSON,
        _ patch: AlertPatch,
        _ author: AlertAuthor,
        _ now: Timestamp,
        _ limits: AlertLimits
    ) -> JSON {
        var object = alert.objectValue ?? JSONObject()
        for (name, value) in patch.values { object[name] = value }
        let present = JSON.string(now.iso8601)
        object["lastModifiedDateTime"] = present
        let state: JSON = [
            "appId": .string(author.appID), "assignedTo": object["assignedTo"] ?? .null,
            "comments": object["comments"] ?? [], "feedback": object["feedback"] ?? .null,
            "status": object["status"] ?? .null, "updatedDateTime": present,
            "user": author.user.map(JSON.string) ?? .null,
        ]
        let states = (object["historyStates"]?.arrayValue ?? []) + [state]
        object["historyStates"] = .array(states.suffix(limits.historyStates))
        return .object(object)
    }
}

/// The place of an idempotency key and the answer that it has.
struct AlertKeySlot: Sendable {
    let tenant: String
    let client: String
    let key: String
    /// What was asked; another question with the same key is refused.
    let fingerprint: String

    func answer(in transaction: Transaction) throws -> StoredAlert? {
        guard
            let row = try transaction.first(
                "SELECT fingerprint, revision, answer FROM alerts_key WHERE tenant = ? AND client = ? AND key = ?",
                [.text(tenant), .text(client), .text(key)]
            )
        else { return nil }
        guard try row[0].text == fingerprint else {
            throw AlertError(.keyReused, "The idempotency key was used for another change; take a new key.")
        }
        return StoredAlert(json: try JSON.parse(try row[2].text), revision: try row[1].integer)
    }

    /// Keeps the answer, and drops a few that are too old.
    func store(_ alert: StoredAlert, now: Timestamp, keep: TimeSpan, in transaction: Transaction) throws {
        try transaction.execute(
            "INSERT INTO alerts_key (tenant, client, key, fingerprint, revision, answer, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                .text(tenant), .text(client), .text(key), .text(fingerprint), .integer(alert.revision),
                .text(alert.json.text), .integer(now.ticks),
            ]
        )
        try transaction.execute(
            """
            DELETE FROM alerts_key WHERE tenant = ? AND (tenant, client, key) IN
                (SELECT tenant, client, key FROM alerts_key WHERE tenant = ? AND created < ? ORDER BY created LIMIT 10)
            """,
            [.text(tenant), .text(tenant), .integer((now - keep).ticks)]
        )
    }
}

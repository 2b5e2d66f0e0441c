import JSONTree
import Moments
import Stores

/// Reads and writes the rows of workflows and versions.
enum WorkflowTable {
    private static let columns = """
        id, tenant, subscription, resource_group, name, location, tags, identity, kind, state, created, changed, version, properties, networks
        """

    private static func record(_ row: Row) throws -> WorkflowRecord {
        WorkflowRecord(
            tenant: try row[1].text,
            id: try row[0].text,
            key: WorkflowKey(
                subscription: try row[2].text,
                resourceGroup: try row[3].text,
                name: try row[4].text
            ),
            location: try row[5].text,
            tags: try JSON.parse(try row[6].text),
            identity: try row[7].optionalText.map { try JSON.parse($0) },
            kind: try row[8].optionalText,
            state: WorkflowState(rawValue: try row[9].text) ?? .disabled,
            created: Timestamp(ticks: try row[10].integer),
            changed: Timestamp(ticks: try row[11].integer),
            version: try row[12].text,
            properties: try JSON.parse(try row[13].text),
            networks: try JSON.parse(try row[14].text).arrayValue?.compactMap(\.stringValue) ?? []
        )
    }

    static func find(_ key: WorkflowKey, tenant: String, in snapshot: Snapshot) throws -> WorkflowRecord? {
        try snapshot.first(
            "SELECT \(columns) FROM workflow WHERE tenant = ? AND folded_subscription = ? AND folded_group = ? AND folded_name = ?",
            [.text(tenant)] + key.folded.map(SQLValue.text)
        ).map(record)
    }

    static func find(id: String, in snapshot: Snapshot) throws -> WorkflowRecord? {
        try snapshot.first("SELECT \(columns) FROM workflow WHERE id = ?", [.text(id)]).map(record)
    }

    /// All workflows, of all tenants, by id.
    static func all(after id: String, limit: Int, in snapshot: Snapshot) throws -> [WorkflowRecord] {
        try snapshot.query(
            "SELECT \(columns) FROM workflow WHERE id > ? ORDER BY id LIMIT ?",
            [.text(id), .integer(Int64(limit))]
        ).map(record)
    }

    /// The workflows of a tenant in the order of their keys.
    static func list(
        tenant: String,
        subscription: String?,
        resourceGroup: String?,
        after: WorkflowKey?,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> [WorkflowRecord] {
        let last = after?.folded ?? ["", "", ""]
        return try snapshot.query(
            """
            SELECT \(columns) FROM workflow WHERE tenant = ? AND (? = '' OR folded_subscription = ?) AND (? = '' OR folded_group = ?)
            AND (folded_subscription, folded_group, folded_name) > (?, ?, ?)
            ORDER BY folded_subscription, folded_group, folded_name LIMIT ?
            """,
            [
                .text(tenant), .text(subscription?.lowercased() ?? ""), .text(subscription?.lowercased() ?? ""),
                .text(resourceGroup?.lowercased() ?? ""), .text(resourceGroup?.lowercased() ?? ""), .text(last[0]),
                .text(last[1]), .text(last[2]), .integer(Int64(limit)),
            ]
        ).map(record)
    }

    static func write(_ record: WorkflowRecord, to transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO workflow (\(columns), folded_subscription, folded_group, folded_name)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET subscription = excluded.subscription, resource_group = excluded.resource_group,
            name = excluded.name, location = excluded.location, tags = excluded.tags, identity = excluded.identity, kind = excluded.kind,
            state = excluded.state, changed = excluded.changed, version = excluded.version, properties = excluded.properties,
            networks = excluded.networks, folded_subscription = excluded.folded_subscription, folded_group = excluded.folded_group,
            folded_name = excluded.folded_name
            """,
            [
                .text(record.id), .text(record.tenant), .text(record.key.subscription), .text(record.key.resourceGroup),
                .text(record.key.name), .text(record.location), .text(record.tags.text),
                .text(orNull: record.identity?.text), .text(orNull: record.kind), .text(record.state.rawValue),
                .integer(record.created.ticks), .integer(record.changed.ticks), .text(record.version),
                .text(record.properties.text), .text(JSON.array(record.networks.map(JSON.string)).text),
            ] + record.key.folded.map(SQLValue.text)
        )
    }

    /// A version as its row holds it, still sealed.
    struct StoredVersion: Sendable {
        var tenant: String
        var version: String
        var created: Timestamp
        var definition: [UInt8]
        var parameters: [UInt8]
        var digest: [UInt8]
    }

    static func write(
        _ version: StoredVersion,
        of workflow: WorkflowRecord,
        to transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO workflow_version (workflow, version, tenant, created, definition, parameters, digest) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(workflow.id), .text(version.version), .text(workflow.tenant), .integer(version.created.ticks),
                .blob(version.definition), .blob(version.parameters), .blob(version.digest),
            ]
        )
    }

    static func version(_ version: String, of workflow: String, in snapshot: Snapshot) throws -> StoredVersion? {
        try snapshot.first(
            "SELECT version, created, definition, parameters, digest, tenant FROM workflow_version WHERE workflow = ? AND version = ?",
            [.text(workflow), .text(version)]
        ).map(stored)
    }

    /// The versions of a workflow, newest first: their names fall with time.
    static func versions(
        of workflow: String,
        after version: String,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> [StoredVersion] {
        try snapshot.query(
            """
            SELECT version, created, definition, parameters, digest, tenant FROM workflow_version WHERE workflow = ? AND version > ?
            ORDER BY version LIMIT ?
            """,
            [.text(workflow), .text(version), .integer(Int64(limit))]
        ).map(stored)
    }

    private static func stored(_ row: Row) throws -> StoredVersion {
        StoredVersion(
            tenant: try row[5].text,
            version: try row[0].text,
            created: Timestamp(ticks: try row[1].integer),
            definition: try row[2].blob,
            parameters: try row[3].blob,
            digest: try row[4].blob
        )
    }

    /// Marks a version as no longer current.
    static func retire(_ version: String, of workflow: String, at now: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE workflow_version SET retired = ? WHERE workflow = ? AND version = ?",
            [.integer(now.ticks), .text(workflow), .text(version)]
        )
    }

    static func delete(_ workflow: WorkflowRecord, at now: Timestamp, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM workflow WHERE id = ?", [.text(workflow.id)])
        try retire(workflow.version, of: workflow.id, at: now, in: transaction)
    }

    /// Takes away versions that stopped being current before an instant.
    ///
    /// A run pins its version: the instant has to lie further back than the longest run and the retention of runs together.
    static func pruneVersions(retiredBefore instant: Timestamp, limit: Int, in transaction: Transaction) throws -> Int {
        try transaction.execute(
            """
            DELETE FROM workflow_version WHERE rowid IN (
                SELECT rowid FROM workflow_version WHERE retired IS NOT NULL AND retired < ? LIMIT ?)
            """,
            [.integer(instant.ticks), .integer(Int64(limit))]
        )
    }

    /// Open runs whose workflow is gone.
    static func orphans(in snapshot: Snapshot) throws -> [Int64] {
        try snapshot.query(
            "SELECT number FROM run WHERE machine = 'workflow' AND closed IS NULL AND scope NOT IN (SELECT id FROM workflow)"
        ).map { try $0[0].integer }
    }
}

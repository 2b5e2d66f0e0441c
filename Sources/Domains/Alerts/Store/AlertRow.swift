public import JSONTree
import Moments
import OData
import Stores

/// How an alert lies in its table: the body, and columns for what is asked often.
enum AlertRow {
    /// The columns by the properties that filters name.
    static let columns: [String: ODataColumn] = [
        "status": ODataColumn("status", .foldedText),
        "severity": ODataColumn("severity", .foldedText), "category": ODataColumn("category", .foldedText),
        "title": ODataColumn("title", .foldedText), "assignedto": ODataColumn("assigned", .foldedText),
        "vendorinformation/provider": ODataColumn("provider", .foldedText),
        "vendorinformation/vendor": ODataColumn("vendor", .foldedText),
        "createddatetime": ODataColumn("created", .ticks), "eventdatetime": ODataColumn("event", .ticks),
        "lastmodifieddatetime": ODataColumn("modified", .ticks), "closeddatetime": ODataColumn("closed", .ticks),
    ]

    static func write(
        _ alert: JSON,
        tenant: String,
        revision: Int64,
        local: Set<String>,
        in transaction: Transaction
    ) throws {
        let vendor = alert["vendorInformation"]
        try transaction.execute(
            """
            INSERT INTO alerts_alert (tenant, id, status, severity, provider, vendor, category, title, assigned, created,
                event, modified, closed, revision, local, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant, id) DO UPDATE SET status = excluded.status, severity = excluded.severity,
                provider = excluded.provider, vendor = excluded.vendor, category = excluded.category,
                title = excluded.title, assigned = excluded.assigned, created = excluded.created,
                event = excluded.event, modified = excluded.modified, closed = excluded.closed,
                revision = excluded.revision, local = excluded.local, body = excluded.body
            """,
            [
                .text(tenant), .text(alert["id"]?.stringValue ?? ""), folded(alert["status"]),
                folded(alert["severity"]),
                folded(vendor?["provider"]), folded(vendor?["vendor"]), folded(alert["category"]),
                folded(alert["title"]),
                folded(alert["assignedTo"]), ticks(alert["createdDateTime"]), .integer(eventTicks(alert)),
                .integer(instant(alert["lastModifiedDateTime"])?.ticks ?? 0), ticks(alert["closedDateTime"]),
                .integer(revision), .text(local.sorted().joined(separator: ",")), .text(alert.text),
            ]
        )
    }

    static func eventTicks(_ alert: JSON) -> Int64 {
        (instant(alert["eventDateTime"]) ?? instant(alert["createdDateTime"]))?.ticks ?? 0
    }

    private static func instant(_ json: JSON?) -> Timestamp? { json?.stringValue.flatMap { Timestamp(iso8601: $0) } }

    private static func ticks(_ json: JSON?) -> SQLValue { .integer(orNull: instant(json)?.ticks) }

    private static func folded(_ json: JSON?) -> SQLValue { .text(orNull: json?.stringValue?.lowercased()) }
}

/// An alert as it was read.
public struct StoredAlert: Sendable, Hashable {
    /// The entity.
    public let json: JSON
    /// Counts its changes from 1; the number of its ETag.
    public let revision: Int64

    /// The ETag, weak because the text may differ.
    public var etag: String { "W/\"\(revision)\"" }
}

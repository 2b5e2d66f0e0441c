public import JSONTree

/// What a backup holds; kept beside it as `manifest.json`.
public struct BackupReport: Sendable, Hashable {
    /// Rows of each table.
    public var rows: [String: Int]
    /// Bytes of the database file.
    public var databaseBytes: Int
    /// SHA-256 of the database file, in hexadecimal digits.
    public var databaseHash: String
    /// Blob files.
    public var blobs: Int
    /// When it was made, in UTC, such as `2026-03-02 09:00:00`.
    public var madeAt: String

    /// The form of the backup's folder; a newer one is refused.
    static let format: Int64 = 1

    /// The report as JSON.
    public var json: JSON {
        var tables = JSONObject()
        for table in rows.keys.sorted() { tables[table] = .integer(Int64(rows[table, default: 0])) }
        return [
            "format": .integer(Self.format),
            "madeAt": .string(madeAt),
            "databaseBytes": .integer(Int64(databaseBytes)),
            "databaseSHA256": .string(databaseHash),
            "blobs": .integer(Int64(blobs)),
            "rows": .object(tables),
        ]
    }

    init(rows: [String: Int], databaseBytes: Int, databaseHash: String, blobs: Int, madeAt: String) {
        self.rows = rows
        self.databaseBytes = databaseBytes
        self.databaseHash = databaseHash
        self.blobs = blobs
        self.madeAt = madeAt
    }

    /// Reads a manifest.
    init(_ json: JSON) throws {
        guard let format = json["format"]?.integerValue else {
            throw StoreError(.backupFailed, "The folder holds no backup: its manifest.json has no format.")
        }
        guard format == Self.format else {
            throw StoreError(.newerDatabase, "The backup has format \(format), which this program does not know.")
        }
        guard let madeAt = json["madeAt"]?.stringValue, let bytes = json["databaseBytes"]?.integerValue,
            let hash = json["databaseSHA256"]?.stringValue, let blobs = json["blobs"]?.integerValue,
            let tables = json["rows"]?.objectValue
        else {
            throw StoreError(.backupFailed, "The backup's manifest.json is incomplete.")
        }
        var rows: [String: Int] = [:]
        for (name, value) in tables {
            guard let count = value.integerValue else {
                throw StoreError(.backupFailed, "The backup's manifest.json has no number of rows for \(name).")
            }
            rows[name] = Int(count)
        }
        self.init(rows: rows, databaseBytes: Int(bytes), databaseHash: hash, blobs: Int(blobs), madeAt: madeAt)
    }
}

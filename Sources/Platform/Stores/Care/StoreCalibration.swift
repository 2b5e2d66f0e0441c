import GRDBSQLite
import Glibc
public import JSONTree

/// What the disk under a data folder gives to plain SQLite: the measure beside which the engine's own figures stand.
public struct StoreCalibration: Sendable, Hashable {
    /// Rows of 1 KB a second, written by plain SQLite in the groups that the committer makes (1,000 rows or 5 ms), each
    /// committed with full sync.
    public var groupCommittedRowsPerSecond: Double
    /// Appends of 4 KiB, each with a sync of its own, a second.
    public var fsyncsPerSecond: Double
    /// The median of one such append with its sync, in milliseconds.
    public var syncP50Milliseconds: Double

    /// The figures under their names.
    public var json: JSON {
        [
            "groupCommittedRowsPerSecond": .double(groupCommittedRowsPerSecond.rounded()),
            "fsyncsPerSecond": .double(fsyncsPerSecond.rounded()),
            "syncP50Milliseconds": .double((syncP50Milliseconds * 1_000).rounded() / 1_000),
        ]
    }

    /// Measures in a folder; it blocks its thread that long, and leaves nothing behind.
    ///
    /// - Parameters:
    ///   - folder: A folder on the file system in question.
    ///   - seconds: How long to measure: half of it rows, half of it syncs.
    /// - Returns: The figures.
    /// - Throws: ``StoreError``.
    public static func run(folder: String, seconds: Double) throws -> StoreCalibration {
        let scratch = "\(folder)/calibration-\(getpid())"
        try FolderMaker.make(scratch)
        defer { FolderMaker.removeAll(scratch) }
        let half = UInt64(max(0.05, seconds / 2) * 1e9)
        let rows = try rowsPerSecond(scratch, nanoseconds: half)
        let syncs = try syncTimes(scratch, nanoseconds: half)
        let total = Double(syncs.reduce(0, +)) / 1e9
        return StoreCalibration(
            groupCommittedRowsPerSecond: rows,
            fsyncsPerSecond: total > 0 ? Double(syncs.count) / total : 0,
            syncP50Milliseconds: Double(syncs.sorted()[syncs.count / 2]) / 1e6
        )
    }

    private static func rowsPerSecond(_ scratch: String, nanoseconds: UInt64) throws -> Double {
        let database = try PlainDatabase(scratch + "/rows.sqlite", isReadOnly: false)
        defer { database.close() }
        let connection = database.connection
        try connection.run("PRAGMA journal_mode = WAL")
        try connection.run("PRAGMA synchronous = FULL")
        try connection.run("PRAGMA wal_autocheckpoint = 1000")
        try connection.runOnce(
            "CREATE TABLE row (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, run TEXT NOT NULL, seq INTEGER NOT NULL, "
                + "body BLOB NOT NULL)"
        )
        try connection.runOnce("CREATE INDEX row_run ON row (tenant, run, seq)")
        let body = SQLValue.blob((0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let start = MonotonicTime.nanoseconds
        var count = 0
        var now = start
        while now - start < nanoseconds {
            try connection.run("BEGIN IMMEDIATE")
            let groupStart = MonotonicTime.nanoseconds
            var inGroup = 0
            repeat {
                _ = try connection.execute(
                    "INSERT INTO row (tenant, run, seq, body) VALUES (?, ?, ?, ?)",
                    ["tenant", .text("run-\(1_000_000_000 + count / 6)"), .integer(Int64(count % 6)), body]
                )
                count += 1
                inGroup += 1
            } while inGroup < 1_000 && MonotonicTime.nanoseconds - groupStart < 5_000_000
            try connection.run("COMMIT")
            now = MonotonicTime.nanoseconds
        }
        return Double(count) / (Double(now - start) / 1e9)
    }

    private static func syncTimes(_ scratch: String, nanoseconds: UInt64) throws -> [UInt64] {
        let path = scratch + "/syncs"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileTrouble.error("make", path) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 7, count: 4_096)
        var times: [UInt64] = []
        let start = MonotonicTime.nanoseconds
        var now = start
        repeat {
            let before = now
            let written = page.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written == page.count else { throw FileTrouble.error("write", path) }
            guard fdatasync(descriptor) == 0 else { throw FileTrouble.error("sync", path) }
            now = MonotonicTime.nanoseconds
            times.append(now - before)
        } while now - start < nanoseconds
        return times
    }
}

public import Moments
import Stores

/// A schema or map that XML actions name; in Azure they lie in an integration account.
public struct Artifact: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An XML schema (XSD), for XmlValidation and XmlParse.
        case schema
        /// An XSLT 1.0 stylesheet, for Xslt.
        case map
    }

    /// The most bytes of one: 8 MiB, as Azure takes.
    public static let byteLimit = 8 << 20
    /// The most bytes of all artifacts of a tenant, which programs with XML actions keep in memory: 64 MiB.
    public static let tenantByteLimit = 64 << 20
    /// The most artifacts of a tenant.
    public static let countLimit = 1_000

    /// What it is.
    public var kind: Kind
    /// Its name, matched without regard to case.
    public var name: String
    /// How many bytes it has.
    public var bytes: Int
    /// When it was put last.
    public var changed: Timestamp

    /// Whether a name has the form that names of artifacts have: 1 to 80 letters, digits and `- . _ ( )`.
    static func isNamed(_ name: String) -> Bool {
        (1...80).contains(name.unicodeScalars.count)
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-._()".unicodeScalars.contains(scalar)
            }
    }
}

/// The rows of artifacts.
enum ArtifactTable {
    static func list(tenant: String, in snapshot: Snapshot) throws -> [Artifact] {
        try snapshot.query(
            "SELECT kind, name, length(content), changed FROM artifact WHERE tenant = ? ORDER BY kind, folded_name",
            [.text(tenant)]
        ).compactMap { row in
            guard let kind = Artifact.Kind(rawValue: try row[0].text) else { return nil }
            return Artifact(
                kind: kind,
                name: try row[1].text,
                bytes: Int(try row[2].integer),
                changed: Timestamp(ticks: try row[3].integer)
            )
        }
    }

    /// All contents of a tenant, by `KIND/NAME` in lower case.
    static func contents(tenant: String, in snapshot: Snapshot) throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        try snapshot.each("SELECT kind, folded_name, content FROM artifact WHERE tenant = ?", [.text(tenant)]) { row in
            contents["\(try row[0].text)/\(try row[1].text)"] = try row[2].blob
        }
        return contents
    }

    static func put(_ artifact: Artifact, content: [UInt8], tenant: String, in transaction: Transaction) throws {
        try transaction.execute(
            "REPLACE INTO artifact (tenant, kind, folded_name, name, content, changed) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(tenant), .text(artifact.kind.rawValue), .text(artifact.name.lowercased()), .text(artifact.name),
                .blob(content), .integer(artifact.changed.ticks),
            ]
        )
    }

    /// - Returns: whether there was one.
    static func delete(
        _ kind: Artifact.Kind,
        _ name: String,
        tenant: String,
        in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            "DELETE FROM artifact WHERE tenant = ? AND kind = ? AND folded_name = ?",
            [.text(tenant), .text(kind.rawValue), .text(name.lowercased())]
        ) > 0
    }
}

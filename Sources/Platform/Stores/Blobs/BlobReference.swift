/// Names a blob; what rooms keep in their rows.
public struct BlobReference: Sendable, Hashable {
    /// Whose blob it is.
    public let tenant: String
    /// 64 hexadecimal digits, made from tenant and content by a keyed hash.
    public let name: String
    /// How many bytes the content has.
    public let size: Int

    /// Makes a reference that was kept in a row.
    ///
    /// - Parameters:
    ///   - tenant: Whose blob it is.
    ///   - name: The 64 hexadecimal digits.
    ///   - size: How many bytes the content has.
    public init(tenant: String, name: String, size: Int) {
        self.tenant = tenant
        self.name = name
        self.size = size
    }

    /// Whether the name has the form that names of blobs have.
    var isWellFormed: Bool {
        name.utf8.count == 64 && name.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 102) }
    }

    var context: String { "blob/\(name)" }
}

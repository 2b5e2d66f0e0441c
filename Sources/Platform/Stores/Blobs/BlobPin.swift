/// A blob that is on the disk and is not yet named by a row.
///
/// As long as a pin lives, the blob's file is not collected. Capture it in the closure that commits the row:
///
/// ```swift
/// let pin = try await blobs.put(body, tenant: tenant)
/// try await store.commit(.journal) { transaction in
///     try blobs.hold(pin, owner: "run/\(run)", in: transaction)
///     …
/// }
/// ```
public final class BlobPin: Sendable {
    /// The name to keep in a row.
    public let reference: BlobReference
    private let table: BlobPinTable

    init(_ reference: BlobReference, table: BlobPinTable) {
        self.reference = reference
        self.table = table
    }

    deinit { table.unpin(reference.key) }
}

extension BlobReference {
    /// Tenant and name as one.
    var key: BlobKey { BlobKey(tenant: tenant, name: name) }
}

/// Tenant and name of a blob.
struct BlobKey: Hashable, Sendable {
    let tenant: String
    let name: String
}

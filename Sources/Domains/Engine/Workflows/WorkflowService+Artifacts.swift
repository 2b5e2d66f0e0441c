import Moments
import Stores
import XMLTree

/// Schemas and maps for XML actions.
extension WorkflowService {
    /// The artifacts of a tenant, by kind and name.
    public func artifacts(tenant: String) async throws -> [Artifact] {
        try await catalogue.store.read { try ArtifactTable.list(tenant: tenant, in: $0) }
    }

    /// Keeps a schema or map; runs that begin from now on use it, those that are open go on with what they read.
    ///
    /// - Returns: the artifact, and whether it is new.
    /// - Throws: `EngineError` 400 `InvalidArtifact` when it is no schema or stylesheet, or too large.
    public func putArtifact(
        _ kind: Artifact.Kind,
        name: String,
        content: String,
        tenant: String
    ) async throws -> (artifact: Artifact, isNew: Bool) {
        guard Artifact.isNamed(name) else {
            throw EngineError(
                400,
                "InvalidArtifact",
                "The name of a \(kind.rawValue) has 1 to 80 letters, digits and - . _ ( )."
            )
        }
        let bytes = Array(content.utf8)
        guard bytes.count <= Artifact.byteLimit else {
            throw EngineError(
                400,
                "InvalidArtifact",
                "The \(kind.rawValue) '\(name)' has \(bytes.count) bytes; the limit is \(Artifact.byteLimit)."
            )
        }
        do throws(XMLError) {
            switch kind {
            case .schema: _ = try XMLSchema.compile(content)
            case .map: _ = try XMLTransform.compile(content)
            }
        } catch {
            throw EngineError(
                400,
                "InvalidArtifact",
                "The \(kind.rawValue) '\(name)' cannot be used: \(error.message)"
                    + (error.line.map { " (line \($0))" } ?? "")
            )
        }
        let artifact = Artifact(kind: kind, name: name, bytes: bytes.count, changed: clock.now)
        let isNew = try await catalogue.store.commit(.rest) { transaction in
            let others = try ArtifactTable.list(tenant: tenant, in: transaction)
                .filter { $0.kind != kind || $0.name.lowercased() != name.lowercased() }
            let known = try ArtifactTable.list(tenant: tenant, in: transaction).count
            guard others.count < Artifact.countLimit,
                others.reduce(bytes.count, { $0 + $1.bytes }) <= Artifact.tenantByteLimit
            else {
                throw EngineError(
                    400,
                    "InvalidArtifact",
                    "A tenant has at most \(Artifact.countLimit) artifacts with \(Artifact.tenantByteLimit) bytes in all; delete some."
                )
            }
            try ArtifactTable.put(artifact, content: bytes, tenant: tenant, in: transaction)
            return others.count == known
        }
        catalogue.forgetPrograms(tenant: tenant)
        return (artifact, isNew)
    }

    /// Removes a schema or map; actions that name it fail from then on.
    ///
    /// - Returns: whether there was one.
    public func deleteArtifact(_ kind: Artifact.Kind, name: String, tenant: String) async throws -> Bool {
        let isGone = try await catalogue.store.commit(.rest) {
            try ArtifactTable.delete(kind, name, tenant: tenant, in: $0)
        }
        catalogue.forgetPrograms(tenant: tenant)
        return isGone
    }
}

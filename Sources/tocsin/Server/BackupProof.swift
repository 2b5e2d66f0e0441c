import Durable
import JSONTree
import Secrets
import Stores

/// Proves the journals in a backup: chains of hashes, and with the keys signatures and large values, too.
struct BackupProof: Sendable {
    /// What the verifier found.
    let report: JournalVerifier.Report
    /// Whether signatures and large values were looked at.
    let hasKeys: Bool

    /// Proves a backup with the keys of the server that made it.
    static func prove(_ folder: String, by journal: SealedJournal) async throws -> BackupProof {
        try await reading(folder) { (verifier: journal.verifier(of: $0), hasKeys: true) }
    }

    /// Proves a backup with the master key, where it is there.
    static func prove(_ folder: String, masterKey: MasterKeySource) async throws -> BackupProof {
        try await reading(folder) { try await SealedJournal.verifier(of: $0, masterKey: masterKey) }
    }

    private static func reading(
        _ folder: String,
        _ prepare: (StoredCopy) async throws -> (verifier: JournalVerifier, hasKeys: Bool)
    ) async throws -> BackupProof {
        let copy = try StoredCopy(folder: folder)
        do {
            let (verifier, hasKeys) = try await prepare(copy)
            let proof = BackupProof(report: try await verifier.verify(), hasKeys: hasKeys)
            try await copy.close()
            return proof
        } catch {
            try await copy.close()
            throw error
        }
    }

    /// What is wrong, in words; nil when nothing is.
    var trouble: String? {
        guard let first = report.problems.first else { return nil }
        let others = report.problems.count - 1
        let more =
            others == 0
            ? ""
            : others + 1 >= JournalVerifier.problemLimit ? " There are many more." : " So do \(others) others."
        return "The journal of run '\(first.name)' (\(first.run)) fails its proof: \(first.text)\(more)"
    }

    /// The figures of the proof.
    var json: JSON {
        [
            "runs": .integer(Int64(report.runs)), "rows": .integer(Int64(report.rows)),
            "largeValues": .integer(Int64(report.bodies)), "signed": .integer(Int64(report.signed)),
            "unsigned": .integer(Int64(report.unsigned)), "signaturesProved": .bool(hasKeys),
        ]
    }
}

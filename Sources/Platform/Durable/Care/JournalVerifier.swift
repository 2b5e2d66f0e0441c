import Moments
public import Secrets
public import Stores

/// Proves the journals of a database or a backup: that each run's rows are all there and unchanged, that its large values are the ones that the rows
/// name, and that what was signed is what was signed.
///
/// It reads a little at a time, so that a server goes on meanwhile; runs that are deleted meanwhile are left out.
public struct JournalVerifier: Sendable {
    /// What was found.
    public struct Report: Sendable, Hashable {
        /// Runs looked at.
        public var runs = 0
        /// Journal rows whose hash was computed anew.
        public var rows = 0
        /// Large values read.
        public var bodies = 0
        /// Runs with a good signature.
        public var signed = 0
        /// Runs without a signature.
        public var unsigned = 0
        /// What is wrong, at most `JournalVerifier.problemLimit` of them.
        public var problems: [Problem] = []

        /// Nothing was looked at.
        public init() {}
    }

    /// Something that is wrong with a run.
    public struct Problem: Sendable, Hashable {
        /// The run's number.
        public var run: RunNumber
        /// The run's name.
        public var name: String
        /// What is wrong.
        public var text: String
    }

    /// The most problems that are listed; the search ends there.
    public static let problemLimit = 100

    private let store: any SnapshotSource
    private let blobs: (any BlobSource)?
    private let key: SigningKey?

    /// Makes a verifier.
    ///
    /// - Parameters:
    ///   - store: a store that was opened with `DurableMigrations.all`, or a backup of one.
    ///   - blobs: the files of large values; without it they are not read.
    ///   - key: the key that signed; without it signatures are not looked at.
    public init(store: any SnapshotSource, blobs: (any BlobSource)? = nil, key: SigningKey? = nil) {
        self.store = store
        self.blobs = blobs
        self.key = key
    }

    /// Proves all runs.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    public func verify() async throws -> Report {
        var report = Report()
        var last = Int64(0)
        while report.problems.count < Self.problemLimit {
            try Task.checkCancellation()
            let after = last
            let page = try await store.read { snapshot in
                try snapshot.query(
                    "SELECT number, name FROM run WHERE number > ? ORDER BY number LIMIT 200",
                    [.integer(after)]
                ).map { (number: RunNumber(try $0[0].integer), name: try $0[1].text) }
            }
            guard let end = page.last else { return report }
            last = end.number.value
            for run in page where report.problems.count < Self.problemLimit {
                if let text = try await problem(of: run.number, &report) {
                    report.problems.append(Problem(run: run.number, name: run.name, text: text))
                }
            }
        }
        return report
    }

    /// What a run's row says of its signature.
    private struct Head: Sendable {
        var tenant: String
        var status: String
        var closed: Int64?
        var signature: String?
        var sequence: Int64?
    }

    private func problem(of run: RunNumber, _ report: inout Report) async throws -> String? {
        guard let head = try await head(of: run) else { return nil }
        report.runs += 1
        var hash: [UInt8] = []
        var next: Int64 = 0
        var signedHash: [UInt8]?
        while true {
            let from = next
            let rows = try await store.read { try SQLRuns.rows(of: run, from: from, limit: 500, in: $0) }
            for row in rows {
                guard row.sequence == next else { return "Row \(next) is missing." }
                hash = JournalRow.hash(after: hash, body: row.body)
                guard hash == row.hash else { return "Row \(next) does not match its hash." }
                if row.sequence == head.sequence { signedHash = hash }
                next += 1
            }
            report.rows += rows.count
            if rows.count < 500 { break }
        }
        if let text = try await bodyProblem(of: run, &report) { return text }
        guard let key else { return nil }
        guard let signature = head.signature, let sequence = head.sequence else {
            report.unsigned += 1
            return nil
        }
        let isGone = try await self.head(of: run) == nil
        guard !isGone else { return nil }
        guard let signedHash else { return "Row \(sequence), up to which the journal is signed, is missing." }
        if head.closed != nil, next != sequence + 1 { return "The journal goes on after its signed end." }
        let signed = JournalHead(
            run: run,
            tenant: head.tenant,
            sequence: sequence,
            hash: signedHash,
            status: head.status,
            closed: head.closed
        )
        guard key.isValid(signature, for: signed.text) else {
            return "The signature of the journal up to row \(sequence) is not good."
        }
        report.signed += 1
        return nil
    }

    private func head(of run: RunNumber) async throws -> Head? {
        try await store.read { snapshot in
            try snapshot.first(
                "SELECT tenant, status, closed, head, head_sequence FROM run WHERE number = ?",
                [.integer(run.value)]
            ).map { row in
                Head(
                    tenant: try row[0].text,
                    status: try row[1].text,
                    closed: try row[2].optionalInteger,
                    signature: try row[3].optionalText,
                    sequence: try row[4].optionalInteger
                )
            }
        }
    }

    private func bodyProblem(of run: RunNumber, _ report: inout Report) async throws -> String? {
        let references = try await store.read { try SQLBodies.references(of: run, from: 0, in: $0) }
        for reference in references {
            var bytes = reference.content
            if bytes == nil, let blob = reference.blob {
                guard let blobs else { continue }
                do {
                    bytes = try await blobs.get(blob)
                } catch {
                    guard try await head(of: run) != nil else { return nil }
                    return "A large value cannot be read: \(error)"
                }
            }
            guard let bytes, JournalBody(bytes: bytes).digest == reference.digest else {
                return "A large value is not the one that the journal names."
            }
            report.bodies += 1
        }
        return nil
    }
}

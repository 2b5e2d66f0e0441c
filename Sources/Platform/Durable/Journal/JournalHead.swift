import Moments

/// The end of a run's chain of hashes, as it is signed.
struct JournalHead: Sendable, Hashable {
    var run: RunNumber
    var tenant: String
    var sequence: Int64
    var hash: [UInt8]
    var status: String
    var closed: Int64?

    init(run: RunNumber, tenant: String, sequence: Int64, hash: [UInt8], status: String, closed: Int64?) {
        self.run = run
        self.tenant = tenant
        self.sequence = sequence
        self.hash = hash
        self.status = status
        self.closed = closed
    }

    init(_ batch: CommitBatch) {
        self.init(
            run: batch.run,
            tenant: batch.tenant,
            sequence: batch.sequence,
            hash: batch.hash,
            status: batch.summary?.status ?? "",
            closed: batch.summary?.closed?.ticks
        )
    }

    /// What is signed.
    var text: String {
        let end = closed.map(String.init) ?? "open"
        return "journal-head\n\(run)\n\(sequence)\n\(HexText.digits(hash))\n\(end)\n\(status)\n\(tenant)"
    }
}

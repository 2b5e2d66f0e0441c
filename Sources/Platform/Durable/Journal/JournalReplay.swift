/// Rebuilds a run's state from its journal: only `apply` runs.
public enum JournalReplay {
    /// The result of a replay.
    public struct Outcome<M: Machine> {
        /// The state after the last event.
        public var state: M.State
        /// The sequence of the next row.
        public var nextSequence: Int64
        /// The hash of the last row.
        public var hash: [UInt8]
        /// Journal bytes since the checkpoint.
        public var bytes: Int
    }

    /// Applies a run's checkpoint and rows, and proves the chain of hashes on the way.
    ///
    /// - Throws: `DurableError` with code `damagedJournal` or `unknownEvent`.
    public static func replay<M: Machine>(
        _ stored: StoredRun,
        program: M.Program,
        machine: M
    ) throws(DurableError) -> Outcome<M> {
        var state: M.State
        var next: Int64 = 0
        var hash: [UInt8] = []
        if let snapshot = stored.snapshot {
            do {
                let (body, covered) = try SnapshotRow.parse(snapshot.body)
                state = try machine.restore(body, header: stored.header, program: program)
                hash = covered
            } catch let error as DurableError {
                throw error
            } catch {
                throw DurableError(
                    .damagedJournal,
                    "The checkpoint of run \(stored.header.name) cannot be read: \(error)"
                )
            }
            next = snapshot.sequence + 1
        } else {
            state = machine.makeState(header: stored.header, program: program)
        }
        var bytes = 0
        for row in stored.rows {
            guard row.sequence == next else {
                throw DurableError(.damagedJournal, "Row \(next) of run \(stored.header.name) is missing.")
            }
            let expected = JournalRow.hash(after: hash, body: row.body)
            guard expected == row.hash else {
                throw DurableError(.damagedJournal, "Row \(next) of run \(stored.header.name) does not match its hash.")
            }
            hash = expected
            let parsed = try JournalRow.parse(row.body)
            do {
                for json in parsed.events {
                    machine.apply(
                        try machine.decode(json, format: parsed.format, state: state, bodies: stored.bodies),
                        to: &state
                    )
                }
            } catch let error as DurableError {
                throw error
            } catch {
                throw DurableError(.unknownEvent, "Row \(next) of run \(stored.header.name) cannot be read: \(error)")
            }
            bytes += row.body.count
            next += 1
        }
        return Outcome(state: state, nextSequence: next, hash: hash, bytes: bytes)
    }
}

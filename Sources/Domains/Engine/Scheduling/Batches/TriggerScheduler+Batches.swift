import JSONTree
import Moments
import Playbooks
import Stores

extension TriggerScheduler {
    // MARK: - Releases by time

    /// How many partitions are released in one transaction.
    private static let partitionsAtOnce = 50

    /// Releases the batches whose recurrence is due.
    func releaseBatches(_ work: Work) async throws {
        let now = clock.now
        let settings = BatchSettings(work.trigger, program: work.program, environment: environment, now: now)
        var row = work.row
        for batch in settings.batches {
            guard let recurrence = batch.recurrence else { continue }
            var state = BatchSettings.state(of: batch.name, in: row)
            guard let fire = state.next(of: recurrence), fire.due <= now else { continue }
            while try await releaseSome(batch.name, work, at: now) {}
            state.fired(fire, at: now, of: recurrence)
            BatchSettings.setState(state, of: batch.name, in: &row)
        }
        row.due = settings.nextRelease(&row, now: now)
        try await keep(row)
    }

    /// - Returns: whether there may be more.
    private func releaseSome(_ batch: String, _ work: Work, at now: Timestamp) async throws -> Bool {
        let names = (0..<Self.partitionsAtOnce).map { _ in self.names.next(at: now) }
        let (row, label) = (work.row, work.trigger.name)
        return try await store.commit(.intake) { transaction in
            guard try TriggerRow.find(row.key, in: transaction)?.revision == row.revision else { return false }
            let partitions = try BatchTable.filled(row.key, batch: batch, limit: names.count, in: transaction)
            for (partition, name) in zip(partitions, names) {
                try BatchDesk.release(partition, row.key, label: label, name: name, at: now, in: transaction)
            }
            return partitions.count == names.count
        }
    }

    // MARK: - Launching a release

    /// What a released batch fires with: `{batchName, partitionName, items: [{content, messageId}]}`.
    func outcome(
        of release: StoredFiring.BatchRelease,
        _ row: HistoryRow,
        _ trigger: TriggerNode,
        _ program: WorkflowProgram
    ) async throws -> TriggerOutcome {
        let key = row.key
        let messages = try await store.read { try BatchTable.messages(of: release, key, in: $0) }
        let items = try messages.map { message -> JSON in
            ["content": try JSON.parse(try seal.open(message.content)), "messageId": .string(message.id)]
        }
        let body: JSON = [
            "batchName": .string(release.batch), "partitionName": .string(release.part), "items": .array(items),
        ]
        return TriggerOutcome.evaluate(
            trigger,
            program: program,
            environment: environment,
            outputs: ["body": body],
            historyName: row.entry.name,
            now: release.at
        )
    }

    /// Takes away the messages of a release whose runs were started.
    func dropMessages(of release: StoredFiring.BatchRelease, _ key: TriggerKey) async throws {
        try await store.inSlices(.intake) { try BatchTable.drop(release, key, limit: 500, in: $0) }
    }
}

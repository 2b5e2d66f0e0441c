import JSONTree
public import Logging
public import Moments
import Playbooks
import Signals
public import Stores

/// Takes messages for Batch triggers and releases full batches (section 5.8).
///
/// It stands apart from the scheduler, because effects need it first: make one, give it to both.
public final class BatchDesk: BatchSink {
    let store: Store
    let launcher: any RunLauncher
    let environment: RunEnvironment
    let clock: any WallClock
    let limits: TriggerLimits
    let logger: Logger
    let seal: FiringSeal
    /// Wakes the scheduler when a batch was released.
    let bell = SchedulerBell()
    let names: HistoryNames

    /// Makes a desk.
    ///
    /// - Parameters:
    ///   - store: The database, opened with `SchedulingMigrations.all`.
    ///   - launcher: Knows workflows.
    ///   - environment: GUIDs, chance and sealing.
    ///   - clock: The present.
    ///   - limits: What is taken at most.
    ///   - logger: Where trouble is told.
    public init(
        store: Store,
        launcher: any RunLauncher,
        environment: RunEnvironment,
        clock: any WallClock,
        limits: TriggerLimits = TriggerLimits(),
        logger: Logger
    ) {
        self.store = store
        self.launcher = launcher
        self.environment = environment
        self.clock = clock
        self.limits = limits
        self.logger = logger
        seal = FiringSeal(environment: environment)
        names = HistoryNames(environment)
    }

    /// The partition of messages that name none.
    static let defaultPartition = "DEFAULT"

    /// Adds a message to a batch, once for its execution key; it is on the disk when 202 is answered.
    ///
    /// A message that fills its batch releases it: one run, or one an item with `splitOn`.
    public func send(_ message: BatchMessage) async -> EffectOutcome {
        do {
            return try await take(message)
        } catch let error as RunError {
            return .refused(error, code: "BadRequest")
        } catch let error as EngineError {
            return .refused(RunError(error.code, error.message), code: "NotFound")
        } catch let error as StoreError {
            return .unreachable(RunError("ServiceUnavailable", "The message could not be stored: \(error.message)"))
        } catch {
            logger.warning("A message for a batch could not be taken.", metadata: [LogKeys.error: "\(error)"])
            return .unreachable(RunError("ServiceUnavailable", "The message could not be taken; try again later."))
        }
    }

    private func take(_ message: BatchMessage) async throws -> EffectOutcome {
        let now = clock.now
        let (trigger, program) = try await batchTrigger(of: message)
        let settings = BatchSettings(trigger, program: program, environment: environment, now: now)
        if let error = settings.error { throw error }
        guard let batch = settings[message.batchName] else {
            throw RunError(
                "BatchNotFound",
                "The trigger '\(trigger.name)' of workflow '\(program.identity.name)' has no batch '\(message.batchName)'. Add it to 'configurations' of the trigger."
            )
        }
        let text = message.content.text
        let size = Int64(text.utf8.count)
        guard size <= limits.batchBytes else {
            throw RunError(
                "BatchMessageTooLarge",
                "The message has \(size) bytes; a partition of a batch holds \(limits.batchBytes). Send it in parts."
            )
        }
        let content = program.hasSecrets ? seal.seal(text) : text
        let id = message.messageID ?? environment.newGUID()
        let key = TriggerKey(tenant: program.identity.tenant, workflow: program.identity.id, trigger: trigger.name)
        let (part, name, limits) = (message.partitionName ?? Self.defaultPartition, names.next(at: now), limits)
        do {
            let isReleased = try await store.commit(.intake) { transaction in
                guard
                    try BatchTable.receive(
                        message.executionKey,
                        tenant: message.tenant,
                        message: id,
                        at: now,
                        in: transaction
                    )
                else { return false }
                var partition = try BatchTable.partition(key, batch: batch.name, part: part, in: transaction)
                guard partition.messages < limits.batchMessages, partition.bytes + size <= Int64(limits.batchBytes)
                else { throw FullPartition() }
                try BatchTable.add(content, message: id, to: partition, key, in: transaction)
                partition.messages += 1
                partition.bytes += size
                if Self.isComplete(partition, batch, limits) {
                    try Self.release(partition, key, label: trigger.name, name: name, at: now, in: transaction)
                    return true
                }
                try BatchTable.write(partition, key, to: transaction)
                return false
            }
            if isReleased { bell.ring() }
            return .answered(.init(status: 202, headers: .object(JSONObject()), body: nil))
        } catch is FullPartition {
            return .unreachable(
                RunError(
                    "BatchPartitionFull",
                    "The partition '\(part)' of batch '\(batch.name)' holds as much as it may (\(limits.batchMessages) messages, \(limits.batchBytes) bytes). Release it sooner, or spread the messages over partitions."
                )
            )
        }
    }

    private struct FullPartition: Error {}

    /// A release is due when any criterion is met; what no partition can hold counts as reached when it is full.
    private static func isComplete(
        _ partition: BatchTable.Partition,
        _ batch: BatchSettings.Criteria,
        _ limits: TriggerLimits
    ) -> Bool {
        if let count = batch.messageCount, partition.messages >= min(count, limits.batchMessages) { return true }
        if let size = batch.batchSize, partition.bytes >= min(size, Int64(limits.batchBytes)) { return true }
        return false
    }

    /// Ends the round of a partition and writes the firing that its messages are.
    static func release(
        _ partition: BatchTable.Partition,
        _ key: TriggerKey,
        label: String,
        name: String,
        at now: Timestamp,
        in transaction: Transaction
    ) throws {
        var next = partition
        next.round += 1
        next.messages = 0
        next.bytes = 0
        try BatchTable.write(next, key, to: transaction)
        let entry = TriggerHistoryEntry(name: name, trigger: label, status: .succeeded, start: now, end: now)
        var row = HistoryRow(key: key, entry: entry)
        row.due = now
        let release = StoredFiring.BatchRelease(
            batch: partition.batch,
            part: partition.part,
            round: partition.round,
            at: now
        )
        row.firing = StoredFiring.release(release).json.text
        try row.write(to: transaction)
    }

    /// The trigger that a message is for.
    private func batchTrigger(of message: BatchMessage) async throws -> (TriggerNode, WorkflowProgram) {
        let (tenant, reference) = (message.tenant, message.workflow)
        let ids = try await store.read { try TriggerRow.workflows(tenant: tenant, named: reference, in: $0) }
        guard let id = ids.first, let workflow = try await launcher.workflow(id: id) else {
            throw EngineError.noWorkflow(reference)
        }
        guard ids.count == 1 else {
            throw RunError(
                "AmbiguousWorkflow",
                "There are several workflows '\(reference)'. Name the one that is meant by its resource id."
            )
        }
        guard workflow.isEnabled else {
            throw RunError(
                "WorkflowDisabled",
                "The workflow '\(reference)' is not enabled. Enable it to take messages."
            )
        }
        let triggers = workflow.program.definition.triggers.filter { $0.type == .batch }
        guard let name = message.trigger else {
            guard let trigger = triggers.first, triggers.count == 1 else {
                throw EngineError.noTrigger("(Batch)", of: reference)
            }
            return (trigger, workflow.program)
        }
        guard let trigger = triggers.first(where: { $0.name.isSame(ignoringCase: name) }) else {
            throw EngineError.noTrigger(name, of: reference)
        }
        return (trigger, workflow.program)
    }
}

import Logging
import Moments
import Playbooks
import Signals
public import Stores

extension TriggerScheduler {
    /// Notes, in the transaction that makes, changes, enables, disables or deletes a workflow, that its triggers have to
    /// follow: so that they do even if the process ends right then.
    ///
    /// - Parameters:
    ///   - id: The workflow.
    ///   - tenant: Its tenant.
    ///   - transaction: The transaction that changes the workflow.
    /// - Throws: `StoreError`.
    public static func noteChange(workflow id: String, tenant: String, in transaction: Transaction) throws {
        try WorkflowNote.write(workflow: id, tenant: tenant, due: .min, to: transaction)
    }

    /// Lets a workflow's triggers follow a change: plans, subscribes, unsubscribes; doing it again changes nothing.
    ///
    /// Call it when the workflow's row is committed, and after its keys were made anew: callback addresses change with them.
    /// When it cannot be done now it is tried again, after a crash too.
    ///
    /// - Parameter id: The workflow.
    public func workflowChanged(id: String) async {
        await turns.wait(for: .workflow(id))
        defer {
            turns.release(.workflow(id))
            bell.ring()
        }
        do {
            let note = try await store.commit(.intake) { transaction -> WorkflowNote? in
                // The note of the workflow's own transaction, or one for a change that had none.
                if let note = try WorkflowNote.find(id, in: transaction) { return note }
                guard let tenant = try TriggerRow.all(of: id, in: transaction).first?.key.tenant else {
                    return WorkflowNote(tenant: "", workflow: id, mark: 0)
                }
                try WorkflowNote.write(workflow: id, tenant: tenant, due: .min, to: transaction)
                return try WorkflowNote.find(id, in: transaction)
            }
            if let note { try await follow(note) }
        } catch {
            logger.warning(
                "A workflow's triggers could not follow its change; trying again.",
                metadata: [LogKeys.workflow: "\(id)", LogKeys.error: "\(error)"]
            )
        }
    }

    /// Brings the triggers of a workflow to where they should be, and strikes out the note.
    func follow(_ note: WorkflowNote) async throws {
        let workflow: SchedulableWorkflow?
        var addresses: [String: String] = [:]
        do {
            workflow = try await launcher.workflow(id: note.workflow)
            for trigger in workflow?.program.definition.triggers ?? [] where trigger.type.isWebhook {
                guard let program = workflow?.program, workflow?.isEnabled == true else { break }
                let url = try await callbackURL(program.identity, trigger.name)
                addresses[trigger.name] = TriggerFingerprint.address(url)
            }
        } catch {
            let later = clock.now + .seconds(15)
            try await store.commit(.intake) { try note.postpone(to: later, in: $0) }
            logger.warning(
                "A workflow's triggers cannot be planned; trying again.",
                metadata: [LogKeys.workflow: "\(note.workflow)", LogKeys.error: "\(error)"]
            )
            return
        }
        guard let workflow else {
            try await forget(note)
            return
        }
        let (now, environment, wanted) = (clock.now, environment, addresses)
        try await store.commit(.intake) { transaction in
            try Self.plan(workflow, addresses: wanted, environment: environment, now: now, in: transaction)
            try note.strike(in: transaction)
        }
    }

    private static func plan(
        _ workflow: SchedulableWorkflow,
        addresses: [String: String],
        environment: RunEnvironment,
        now: Timestamp,
        in transaction: Transaction
    ) throws {
        let program = workflow.program
        let known = try TriggerRow.all(of: program.identity.id, in: transaction)
        var subscriptions = try SubscriptionRow.all(ofWorkflow: program.identity.id, in: transaction)
        for trigger in program.definition.triggers {
            let key = TriggerKey(tenant: program.identity.tenant, workflow: program.identity.id, trigger: trigger.name)
            let definition = TriggerFingerprint.definition(trigger, in: program.definition)
            let old = known.first { $0.key.trigger == key.trigger }
            var row = old ?? Self.newRow(key, trigger, program, definition, isEnabled: false, now: now)
            if row.definition != definition {
                row = Self.newRow(key, trigger, program, definition, isEnabled: false, now: now)
                row.created = old?.created ?? now
                row.revision = old?.revision ?? 0
            }
            row.resource = program.identity.resourceID.lowercased()
            row.name = trigger.name
            if workflow.isEnabled, !row.isEnabled {
                row.recurrence.enabled(at: now)
                row.attempt = 0
                row.scheduled = nil
            }
            row.isEnabled = workflow.isEnabled
            // A definition that was broken may be right now, and the other way round.
            Self.plan(&row, trigger, program, environment, now: now)
            if row != old {
                row.revision += 1
                row.changed = now
                try row.write(to: transaction)
            }
            let address = workflow.isEnabled && trigger.type.isWebhook ? addresses[trigger.name] : nil
            try Self.reconcile(
                key,
                version: program.identity.version,
                definition: definition,
                address: address,
                &subscriptions,
                now: now,
                in: transaction
            )
        }
        for row in known where !program.definition.triggers.contains(where: { $0.name.lowercased() == row.key.trigger })
        {
            try TriggerRow.delete(row.key, in: transaction)
        }
        // Those of triggers that are gone.
        for var subscription in subscriptions where subscription.state != .ending {
            subscription.end(at: now)
            try subscription.write(to: transaction)
        }
    }

    private static func newRow(
        _ key: TriggerKey,
        _ trigger: TriggerNode,
        _ program: WorkflowProgram,
        _ definition: String,
        isEnabled: Bool,
        now: Timestamp
    ) -> TriggerRow {
        TriggerRow(
            key: key,
            name: trigger.name,
            resource: program.identity.resourceID.lowercased(),
            definition: definition,
            isEnabled: isEnabled,
            callsOut: trigger.type.isPolling,
            now: now
        )
    }

    /// Sets when a trigger is looked at next.
    static func plan(
        _ row: inout TriggerRow,
        _ trigger: TriggerNode,
        _ program: WorkflowProgram,
        _ environment: RunEnvironment,
        now: Timestamp
    ) {
        guard row.isEnabled else {
            row.due = nil
            return
        }
        if trigger.type == .batch {
            let settings = BatchSettings(trigger, program: program, environment: environment, now: now)
            row.due = settings.nextRelease(&row, now: now)
            if let error = settings.error {
                row.status = ActionStatus.failed.word
                row.code = "BadRequest"
                row.error = error
            }
            return
        }
        let plan = TriggerPlan(trigger, program: program, environment: environment, now: now)
        if let error = plan.error {
            row.status = ActionStatus.failed.word
            row.code = "BadRequest"
            row.error = error
            row.due = nil
            return
        }
        // A retry, or a time that the last answer asked for, stays.
        let isHeld = row.callsOut && row.due != nil
        if !isHeld { row.due = plan.recurrence.flatMap { row.recurrence.next(of: $0) }?.due }
    }

    /// Wants the one right subscription, and ends all others.
    private static func reconcile(
        _ key: TriggerKey,
        version: String,
        definition: String,
        address: String?,
        _ subscriptions: inout [SubscriptionRow],
        now: Timestamp,
        in transaction: Transaction
    ) throws {
        var isThere = false
        for var row in subscriptions where row.key.trigger == key.trigger {
            let fits = row.definition == definition && row.address == address
            if row.state != .ending, fits, !isThere {
                isThere = true
                let isInTrouble = row.state == .wanted && (row.attempt > 0 || row.error != nil)
                guard isInTrouble || row.version != version else { continue }
                row.version = version
                if isInTrouble {
                    // Saved again: it is tried at once.
                    row.attempt = 0
                    row.due = now
                }
                try row.write(to: transaction)
            } else if row.state != .ending {
                row.end(at: now)
                try row.write(to: transaction)
            }
        }
        subscriptions.removeAll { $0.key.trigger == key.trigger }
        guard let address, !isThere else { return }
        try SubscriptionRow(key: key, version: version, definition: definition, address: address, now: now)
            .write(to: transaction)
    }

    /// A workflow is gone: its triggers and what they kept go, its subscriptions are ended.
    private func forget(_ note: WorkflowNote) async throws {
        let now = clock.now
        let id = note.workflow
        try await store.commit(.intake) { transaction in
            try transaction.execute("DELETE FROM trigger_state WHERE workflow = ?", [.text(id)])
            for var row in try SubscriptionRow.all(ofWorkflow: id, in: transaction) where row.state != .ending {
                row.end(at: now)
                try row.write(to: transaction)
            }
        }
        for _ in 0..<Self.slicesAtOnce {
            let hasMore = try await store.commit(.rest) { transaction in
                try Self.forgottenTables.contains { try transaction.execute($0, [.text(id)]) == 500 }
            }
            if !hasMore {
                try await store.commit(.intake) { try note.strike(in: $0) }
                return
            }
        }
        // The note stays, and is due: the rest goes when others had their turn.
    }

    /// How much of a deleted workflow's past goes at a time, so that nobody waits for it.
    private static let slicesAtOnce = 10

    private static let forgottenTables = [
        "DELETE FROM trigger_history WHERE rowid IN (SELECT rowid FROM trigger_history WHERE workflow = ? LIMIT 500)",
        "DELETE FROM batch_message WHERE id IN (SELECT id FROM batch_message WHERE workflow = ? LIMIT 500)",
        """
        DELETE FROM batch_partition WHERE (workflow, trigger, batch, part) IN (
            SELECT workflow, trigger, batch, part FROM batch_partition WHERE workflow = ? LIMIT 500)
        """,
    ]
}

import Durable
import JSONTree
import Moments
import Outbound
import Playbooks
import Secrets
import Stores

extension WorkflowService {
    // MARK: - Reading

    /// A workflow with its current definition.
    ///
    /// - Throws: `EngineError` 404 `WorkflowNotFound`.
    public func workflow(_ key: WorkflowKey, tenant: String) async throws -> WorkflowVersion {
        let found = try await catalogue.store.read {
            snapshot -> (WorkflowRecord, WorkflowTable.StoredVersion)? in
            guard let record = try WorkflowTable.find(key, tenant: tenant, in: snapshot),
                let version = try WorkflowTable.version(record.version, of: record.id, in: snapshot)
            else { return nil }
            return (record, version)
        }
        guard let (record, version) = found else { throw EngineError.noWorkflow(key.name) }
        return try catalogue.shown(version, of: record)
    }

    /// A workflow without its definition.
    ///
    /// - Throws: `EngineError` 404 `WorkflowNotFound`.
    public func record(_ key: WorkflowKey, tenant: String) async throws -> WorkflowRecord {
        guard let found = try await catalogue.store.read({ try WorkflowTable.find(key, tenant: tenant, in: $0) }) else {
            throw EngineError.noWorkflow(key.name)
        }
        return found
    }

    /// A workflow by its own id, of whichever tenant; nil when there is none.
    public func record(id: String) async throws -> WorkflowRecord? {
        try await catalogue.record(id: id.uppercased())
    }

    /// A page of a tenant's workflows, in the order of their keys.
    ///
    /// `after`: the last key of the page before.
    public func workflows(
        tenant: String,
        subscription: String? = nil,
        resourceGroup: String? = nil,
        after: WorkflowKey? = nil,
        limit: Int
    ) async throws -> [WorkflowRecord] {
        try await catalogue.store.read { snapshot in
            try WorkflowTable.list(
                tenant: tenant,
                subscription: subscription,
                resourceGroup: resourceGroup,
                after: after,
                limit: limit,
                in: snapshot
            )
        }
    }

    /// A page of the versions of a workflow, newest first.
    ///
    /// `after`: the last version of the page before.
    public func versions(
        of record: WorkflowRecord,
        after version: String? = nil,
        limit: Int
    ) async throws -> [WorkflowVersion] {
        let stored = try await catalogue.store.read { snapshot in
            try WorkflowTable.versions(of: record.id, after: version ?? "", limit: limit, in: snapshot)
        }
        return try stored.map { try catalogue.shown($0, of: record) }
    }

    /// A version of a workflow.
    ///
    /// - Throws: `EngineError` 404 `WorkflowVersionNotFound`.
    public func version(_ version: String, of record: WorkflowRecord) async throws -> WorkflowVersion {
        let stored = try await catalogue.store.read { try WorkflowTable.version(version, of: record.id, in: $0) }
        guard let stored else { throw EngineError.noVersion(version, of: record.key.name) }
        return try catalogue.shown(stored, of: record)
    }

    /// The compiled current version.
    public func program(of record: WorkflowRecord) async throws -> WorkflowProgram {
        try await catalogue.program(id: record.id, version: record.version)
    }

    /// A compiled version of a workflow, such as the one that a run began with.
    ///
    /// - Throws: `EngineError` 404 `WorkflowVersionNotFound`.
    public func program(of record: WorkflowRecord, version: String) async throws -> WorkflowProgram {
        try await catalogue.program(id: record.id, version: version)
    }

    // MARK: - Changing

    /// Checks a draft as at save.
    ///
    /// - Throws: `EngineError` 400: `InvalidTemplate` and others, naming the action and the place.
    public func validate(_ draft: WorkflowDraft) throws {
        _ = try WorkflowCatalogue.compile(draft)
        for network in draft.networks where Network(network) == nil {
            throw EngineError(
                400,
                "InvalidRequestContent",
                "'\(network)' is not a network. Write it as '10.0.0.0/8' or 'fd00::/8'."
            )
        }
    }

    /// Creates a workflow, or replaces its definition and properties.
    ///
    /// A new version is made only when the definition or the values of its parameters change.
    ///
    /// - Throws: `EngineError` 400 as ``validate(_:)``, 409 `WorkflowQuotaExceeded`.
    public func put(
        _ key: WorkflowKey,
        _ draft: WorkflowDraft,
        tenant: String
    ) async throws -> (record: WorkflowRecord, isNew: Bool) {
        try validate(draft)
        let parameters = JSON.object(draft.parameters).bytes()
        let catalogue = catalogue
        let now = clock.now
        let limit = settings.workflowLimit
        let result = try await catalogue.store.commit(.rest) { transaction -> (WorkflowRecord, Bool) in
            let old = try WorkflowTable.find(key, tenant: tenant, in: transaction)
            if old == nil {
                let count = try transaction.first(
                    "SELECT COUNT(*) FROM workflow WHERE tenant = ?",
                    [.text(tenant)]
                )
                guard try count?[0].integer ?? 0 < limit else {
                    throw EngineError(
                        409,
                        "WorkflowQuotaExceeded",
                        "There are \(limit) workflows already; delete one first, or raise the limit."
                    )
                }
            }
            var record = Self.record(key, draft, old: old, tenant: tenant, now: now)
            var isSame = false
            if let old, let stored = try WorkflowTable.version(old.version, of: old.id, in: transaction) {
                let values = try catalogue.values(stored, of: old)
                isSame = values.definition == draft.definition && values.parameters == parameters
            }
            if !isSame {
                record.version = try Self.newVersion(after: old?.version, now: now)
                if let old { try WorkflowTable.retire(old.version, of: old.id, at: now, in: transaction) }
                try WorkflowTable.write(
                    .init(
                        tenant: tenant,
                        version: record.version,
                        created: now,
                        definition: try catalogue.seal(
                            draft.definition,
                            .definition,
                            workflow: record.id,
                            version: record.version,
                            tenant: tenant
                        ),
                        parameters: try catalogue.seal(
                            parameters,
                            .parameters,
                            workflow: record.id,
                            version: record.version,
                            tenant: tenant
                        ),
                        digest: catalogue.keyring.fingerprint(draft.definition, tenant: tenant)
                    ),
                    of: record,
                    to: transaction
                )
            }
            try WorkflowTable.write(record, to: transaction)
            try TriggerScheduler.noteChange(workflow: record.id, tenant: tenant, in: transaction)
            return (record, old == nil)
        }
        catalogue.forget(result.0.id)
        await scheduler.workflowChanged(id: result.0.id)
        return (result.0, result.1)
    }

    private static func record(
        _ key: WorkflowKey,
        _ draft: WorkflowDraft,
        old: WorkflowRecord?,
        tenant: String,
        now: Timestamp
    ) -> WorkflowRecord {
        WorkflowRecord(
            tenant: tenant,
            id: old?.id ?? RandomGUID.hex(),
            key: key,
            location: draft.location,
            tags: draft.tags,
            identity: draft.identity,
            kind: draft.kind,
            state: draft.state,
            created: old?.created ?? now,
            changed: now,
            version: old?.version ?? "",
            properties: draft.properties,
            networks: draft.networks
        )
    }

    /// A version that sorts before the one it replaces: names fall with time.
    private static func newVersion(after old: String?, now: Timestamp) throws -> String {
        var instant = now
        while true {
            let version = RunNames.version(at: instant)
            guard let old, version >= old else { return version }
            instant = instant + TimeSpan(ticks: 1)
        }
    }

    /// Lets the triggers of a workflow fire, or keeps them from it; runs under way go on.
    public func setState(_ state: WorkflowState, of key: WorkflowKey, tenant: String) async throws -> WorkflowRecord {
        try await change(key, tenant: tenant) { $0.state = state }
    }

    /// Changes a workflow's properties; its definition stays.
    ///
    /// - Throws: `EngineError` 404 `WorkflowNotFound`, 409 when another workflow has the new key.
    public func change(
        _ key: WorkflowKey,
        tenant: String,
        _ body: @escaping @Sendable (inout WorkflowRecord) -> Void
    ) async throws -> WorkflowRecord {
        let now = clock.now
        let changed = try await catalogue.store.commit(.rest) { transaction -> WorkflowRecord in
            guard let old = try WorkflowTable.find(key, tenant: tenant, in: transaction) else {
                throw EngineError.noWorkflow(key.name)
            }
            var record = old
            body(&record)
            if record.key != old.key, try WorkflowTable.find(record.key, tenant: tenant, in: transaction) != nil {
                throw EngineError(409, "Conflict", "There is a workflow '\(record.key.name)' at the new place already.")
            }
            record.changed = now
            try WorkflowTable.write(record, to: transaction)
            try TriggerScheduler.noteChange(workflow: record.id, tenant: tenant, in: transaction)
            return record
        }
        catalogue.forget(changed.id)
        await scheduler.workflowChanged(id: changed.id)
        return changed
    }

    /// Deletes a workflow, and cancels its open runs.
    ///
    /// The history of its runs stays until it is pruned.
    ///
    /// - Returns: false when there was none.
    public func delete(_ key: WorkflowKey, tenant: String) async throws -> Bool {
        let now = clock.now
        let deleted = try await catalogue.store.commit(.rest) { transaction -> WorkflowRecord? in
            guard let record = try WorkflowTable.find(key, tenant: tenant, in: transaction) else { return nil }
            try WorkflowTable.delete(record, at: now, in: transaction)
            let keys = SigningKeyStore.deletion(of: record.id, tenant: tenant)
            try transaction.execute(keys.sql, keys.arguments)
            try TriggerScheduler.noteChange(workflow: record.id, tenant: tenant, in: transaction)
            return record
        }
        guard let deleted else { return false }
        signer.forget(workflow: deleted.id, tenant: tenant)
        catalogue.forget(deleted.id)
        await scheduler.workflowChanged(id: deleted.id)
        for number in try await catalogue.store.read({ try WorkflowTable.orphans(in: $0) }) {
            driver.post(.cancel, to: RunNumber(number))
        }
        return true
    }
}

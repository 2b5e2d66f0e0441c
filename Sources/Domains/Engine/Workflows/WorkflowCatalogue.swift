import JSONTree
import Moments
import Playbooks
import Secrets
import Stores
import Synchronization

/// The workflows with their compiled programs: what is used often stays in memory.
final class WorkflowCatalogue: Sendable {
    /// How many records, and how many programs, stay in memory.
    static let cacheLimit = 5_000

    let store: Store
    let keyring: Keyring
    private let cache = Mutex(Cache())

    private struct Cache {
        var records: [String: WorkflowRecord] = [:]
        var programs: [VersionName: WorkflowProgram] = [:]
        /// Rises with each change: what was read before a change is not kept after it.
        var changes = 0
    }

    private struct VersionName: Hashable {
        var workflow: String
        var version: String
    }

    init(store: Store, keyring: Keyring) {
        self.store = store
        self.keyring = keyring
    }

    // MARK: - Compiling

    /// Checks a draft as at save.
    ///
    /// - Throws: `EngineError` 400 with the code and text of the first error.
    static func compile(_ draft: WorkflowDraft) throws(EngineError) -> Definition {
        let text = try DefinitionText(draft.definition)
        do throws(DefinitionError) {
            return try Definition.compiled(
                text.json,
                parameters: draft.parameters,
                options: text.options(kind: draft.kind, refusesMissingParameters: true)
            )
        } catch {
            throw EngineError(400, error.code, error.message)
        }
    }

    static func identity(_ record: WorkflowRecord, version: String) -> WorkflowProgram.Identity {
        WorkflowProgram.Identity(
            tenant: record.tenant,
            id: record.id,
            name: record.key.name,
            resourceID: record.key.resourceID,
            location: record.location,
            tags: record.tags,
            version: version,
            isStateless: record.isStateless
        )
    }

    // MARK: - Reading

    /// A workflow by its id, from memory if it is there.
    func record(id: String) async throws -> WorkflowRecord? {
        let (known, changes) = cache.withLock { ($0.records[id], $0.changes) }
        if let known { return known }
        guard let found = try await store.read({ try WorkflowTable.find(id: id, in: $0) }) else { return nil }
        keep(changes) { cache in
            if cache.records.count >= Self.cacheLimit { cache.records = [:] }
            cache.records[id] = found
        }
        return found
    }

    /// A version's program, from memory if it is there.
    ///
    /// - Throws: `EngineError` when there is no such version, or this release cannot compile it.
    func program(id: String, version: String) async throws -> WorkflowProgram {
        let name = VersionName(workflow: id, version: version)
        let (known, changes) = cache.withLock { ($0.programs[name], $0.changes) }
        if let known { return known }
        let found = try await store.read { snapshot in
            (
                try WorkflowTable.version(version, of: id, in: snapshot),
                try WorkflowTable.find(id: id, in: snapshot)
            )
        }
        guard let stored = found.0 else { throw EngineError.noVersion(version, of: id) }
        let record = found.1 ?? Self.deleted(id: id, version: stored)
        var program = try compile(stored, of: record)
        if program.definition.actions.contains(where: { XMLActions.namesArtifacts($0.type) }) {
            let tenant = record.tenant
            let artifacts = try await store.read { try ArtifactTable.contents(tenant: tenant, in: $0) }
            program = WorkflowProgram(
                identity: program.identity,
                definition: program.definition,
                artifacts: artifacts,
                allowedNetworks: program.allowedNetworks
            )
        }
        keep(changes) { cache in
            if cache.programs.count >= Self.cacheLimit { cache.programs = [:] }
            cache.programs[name] = program
        }
        return program
    }

    /// What a run of a workflow that was deleted meanwhile sees.
    private static func deleted(id: String, version: WorkflowTable.StoredVersion) -> WorkflowRecord {
        WorkflowRecord(
            tenant: version.tenant,
            id: id,
            key: WorkflowKey(subscription: "", resourceGroup: "", name: id),
            location: "",
            tags: .object(JSONObject()),
            identity: nil,
            kind: nil,
            state: .disabled,
            created: version.created,
            changed: version.created,
            version: version.version,
            properties: .object(JSONObject()),
            networks: []
        )
    }

    private func compile(_ stored: WorkflowTable.StoredVersion, of record: WorkflowRecord) throws -> WorkflowProgram {
        let definition = try open(stored, .definition, record)
        guard keyring.fingerprint(definition, tenant: record.tenant) == stored.digest else {
            throw EngineError(
                500,
                "InternalServerError",
                "Version '\(stored.version)' of workflow '\(record.key.name)' is not what was stored; restore a backup."
            )
        }
        let parameters = try JSON.parse(try open(stored, .parameters, record)).objectValue ?? JSONObject()
        let text = try DefinitionText(definition)
        var options = text.options(kind: record.kind, refusesMissingParameters: false)
        options.isSaved = true
        let compilation = Definition.compile(text.json, parameters: parameters, options: options)
        guard let plan = compilation.definition else {
            let reason = compilation.error?.message ?? "unknown reason"
            throw EngineError(
                500,
                "InternalServerError",
                "Version '\(stored.version)' of workflow '\(record.key.name)' cannot be compiled by this release: \(reason)"
            )
        }
        return WorkflowProgram(
            identity: Self.identity(record, version: stored.version),
            definition: plan,
            allowedNetworks: record.networks
        )
    }

    /// A version as surfaces show it.
    func shown(_ stored: WorkflowTable.StoredVersion, of record: WorkflowRecord) throws -> WorkflowVersion {
        let definition = try open(stored, .definition, record)
        let parameters = try JSON.parse(try open(stored, .parameters, record)).objectValue ?? JSONObject()
        return WorkflowVersion(
            workflow: record,
            version: stored.version,
            created: stored.created,
            definition: definition,
            parameters: .object(Self.withoutSecrets(parameters, declared: try JSON.parse(definition)))
        )
    }

    /// The parameters without the values of those that the definition declares secure.
    private static func withoutSecrets(_ parameters: JSONObject, declared definition: JSON) -> JSONObject {
        var shown = JSONObject()
        let declarations = definition[ignoringCase: "parameters"]
        for (name, value) in parameters {
            let type = declarations?[ignoringCase: name]?[ignoringCase: "type"]?.stringValue ?? ""
            if ParameterDeclaration.ValueType(word: type)?.isSecure == true {
                shown[name] = ["type": .string(type)]
            } else {
                shown[name] = value
            }
        }
        return shown
    }

    // MARK: - Sealing

    enum Part: String {
        case definition, parameters
    }

    func seal(_ bytes: [UInt8], _ part: Part, workflow: String, version: String, tenant: String) throws -> [UInt8] {
        try keyring.seal(bytes, tenant: tenant, context: Self.context(part, workflow, version))
    }

    private func open(_ stored: WorkflowTable.StoredVersion, _ part: Part, _ record: WorkflowRecord) throws -> [UInt8] {
        try keyring.open(
            part == .definition ? stored.definition : stored.parameters,
            tenant: record.tenant,
            context: Self.context(part, record.id, stored.version)
        )
    }

    private static func context(_ part: Part, _ workflow: String, _ version: String) -> String {
        "workflow/\(workflow)/\(version)/\(part.rawValue)"
    }

    /// The values of a version's parameters, secure ones included; for comparing, never for showing.
    func values(
        _ stored: WorkflowTable.StoredVersion,
        of record: WorkflowRecord
    ) throws -> (
        definition: [UInt8], parameters: [UInt8]
    ) {
        (try open(stored, .definition, record), try open(stored, .parameters, record))
    }

    // MARK: - Memory

    private func keep(_ changes: Int, _ body: (inout Cache) -> Void) {
        cache.withLock { cache in
            if cache.changes == changes { body(&cache) }
        }
    }

    /// Forgets the programs of a tenant; call it after its artifacts have changed.
    func forgetPrograms(tenant: String) {
        cache.withLock { cache in
            cache.changes += 1
            cache.programs = cache.programs.filter { $0.value.identity.tenant != tenant }
        }
    }

    /// Forgets what is known of a workflow; call it after its row has changed.
    func forget(_ id: String) {
        cache.withLock { cache in
            cache.changes += 1
            cache.records[id] = nil
            for name in cache.programs.keys where name.workflow == id { cache.programs[name] = nil }
        }
    }
}

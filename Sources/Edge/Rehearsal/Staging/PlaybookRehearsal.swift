public import Connectors
import Engine
import Foundation
public import JSONTree
import Moments
public import Outbound
public import Playbooks
public import Scripting

/// Rehearses a playbook: the run, in virtual time, by the code that runs it in earnest, against stand-ins.
///
/// Connections are made by themselves; requests are those that would be sent, but for credentials.
///
/// ```swift
/// let stage = RehearsalStage(start: .now)
/// let lab = GeneratedLab(clock: stage.clock, connectors: { all }, pause: stage.pause)
/// let rehearsal = PlaybookRehearsal(file, workflow, stage: stage, parts: .init(folders, lab, lab, lab.service))
/// let report = try await rehearsal.run()
/// ```
public struct PlaybookRehearsal: Sendable {
    /// What a rehearsal is made of besides the playbook.
    public struct Parts: Sendable {
        /// Where connectors lie.
        public var folders: [String]
        /// Answer the calls of connectors.
        public var standIns: any StandIns
        /// Answers all other calls.
        public var network: any Transport
        /// Makes a stand-in of services that do not speak HTTP.
        public var service: @Sendable (@escaping @Sendable (String) -> ConnectorDefinition?) -> any ConnectorService
        /// Runs JavaScript; nil: such actions fail.
        public var scripts: ScriptPool?

        /// Puts the parts together.
        public init(
            folders: [String],
            standIns: any StandIns,
            network: any Transport,
            service: @escaping @Sendable (@escaping @Sendable (String) -> ConnectorDefinition?) -> any ConnectorService,
            scripts: ScriptPool? = nil
        ) {
            self.folders = folders
            self.standIns = standIns
            self.network = network
            self.service = service
            self.scripts = scripts
        }
    }

    /// What else is given.
    public struct Options: Sendable {
        /// The trigger that fires; nil: the first.
        public var trigger: String?
        /// What the trigger hands over; nil: something realistic is made.
        public var payload: JSON?
        /// Answers that go before those of the stand-ins.
        public var mocks = MockedServices(nil)
        /// How questions are answered.
        public var answers = RehearsedAnswers()

        /// The first trigger with a payload of its kind.
        public init() {}
    }

    private let file: LoadedFile
    private let workflow: LoadedWorkflow
    private let name: String
    private let stage: RehearsalStage
    private let parts: Parts
    private let options: Options

    /// Services that do not speak HTTP.
    static let services = ["smtp", "ldap", "sql", "filesystem"]

    /// Prepares a rehearsal.
    ///
    /// - Parameters:
    ///   - file: The file, whose connections and connectors are the playbook's, too.
    ///   - workflow: One of its workflows.
    ///   - name: The name that the workflow has.
    ///   - stage: The time; the stand-ins go by its clock.
    ///   - parts: What it is made of.
    ///   - options: What else is given.
    public init(
        _ file: LoadedFile,
        _ workflow: LoadedWorkflow,
        name: String,
        stage: RehearsalStage,
        parts: Parts,
        options: Options = Options()
    ) {
        self.file = file
        self.workflow = workflow
        self.name = name
        self.stage = stage
        self.parts = parts
        self.options = options
    }

    /// Runs the playbook to its end, on a thread of its own.
    ///
    /// - Parameter progress: Hears a line for every call and its answer, on that thread.
    /// - Returns: The run and what would have been sent.
    /// - Throws: ``RehearsalError`` when no run starts.
    public func run(progress: @escaping @Sendable (String) -> Void = { _ in }) async throws -> RehearsalReport {
        let custom = try CustomConnectors(file.customAPIs)
        defer { custom.remove() }
        let folders = custom.folders + parts.folders
        return try await OwnThread.run {
            Result<RehearsalReport, RehearsalError> { () throws(RehearsalError) in
                try self.rehearse(folders, progress)
            }
        }.get()
    }

    private func rehearse(
        _ folders: [String],
        _ progress: @escaping (String) -> Void
    ) throws(RehearsalError) -> RehearsalReport {
        let catalogue = ConnectorRegistry(folders: folders, connections: FixedConnections([]), transport: parts.network)
        let find: @Sendable (String) -> ConnectorDefinition? = { name in
            do {
                return try catalogue.connector(name)
            } catch {
                return nil
            }
        }
        let installed = Set(catalogue.names.map { $0.lowercased() })
        let names = ConnectionNames(workflow, file.connections) { installed.contains($0.lowercased()) }
        let definition = try compiled(names.parameters)
        let recorder = CallRecorder(clock: stage.clock)
        let staged = effects(folders, names, find, recorder, definition)
        let start = stage.clock.now
        let run = RehearsedRun(
            definition,
            name: name,
            mocks: options.mocks,
            start: start,
            staged: staged,
            progress: progress
        )
        let trigger = options.trigger.flatMap(definition.trigger(named:)) ?? definition.triggers.first
        var payload = options.payload
        if payload == nil, options.trigger == nil || trigger?.name.isSame(ignoringCase: options.trigger ?? "") == true {
            payload = trigger.flatMap {
                TriggerPayload(definition: definition, now: start, connector: staged.definition).make($0)
            }
        }
        let record = try run.fire(trigger: options.trigger, payload: payload)
        return RehearsalReport(run: record, start: start, requests: recorder.requests)
    }

    private func compiled(_ parameters: JSONObject) throws(RehearsalError) -> Definition {
        let compilation = Definition.compile(
            workflow.definition,
            parameters: parameters,
            options: workflow.compileOptions()
        )
        if let definition = compilation.definition { return definition }
        let first = compilation.diagnostics.first(where: \.isError)
        throw RehearsalError(
            code: first?.code ?? "InvalidTemplate",
            message: first.map { "\($0.message) \($0.remedy)" } ?? "The workflow cannot be compiled."
        )
    }

    private func effects(
        _ folders: [String],
        _ names: ConnectionNames,
        _ find: @escaping @Sendable (String) -> ConnectorDefinition?,
        _ recorder: CallRecorder,
        _ definition: Definition
    ) -> StagedEffects {
        let pages = RehearsedPages()
        let shapes = ParsedShapes(definition)
        let reads = ReadShapes(definition)
        let network = RecordedTransport(
            inner: ShapedTransport(
                inner: parts.network,
                recorder: recorder,
                shapes: shapes,
                reads: reads
            ),
            recorder: recorder,
            connector: nil,
            operation: nil
        )
        var services: [String: any ConnectorService] = [:]
        for name in Self.services {
            services[name] = RecordedService(name: name, inner: parts.service(find), recorder: recorder)
        }
        let registry = ConnectorRegistry(
            folders: folders,
            connections: RehearsedConnections(names.connectors, names.given, find),
            transport: network,
            identities: RehearsedIdentities(),
            services: services,
            pages: pages,
            standIns: RecordedStandIns(inner: parts.standIns, recorder: recorder),
            clock: stage.clock
        )
        let effects = LiveEffects(
            transport: network,
            networks: .publicInternet,
            registry: registry,
            scripts: parts.scripts,
            identities: RehearsedIdentities(),
            children: RehearsedChildren(recorder: recorder),
            batches: RehearsedBatches(recorder: recorder),
            clock: stage.clock,
            limits: EffectLimits(),
            pause: stage.pause
        )
        return StagedEffects(
            stage: stage,
            effects: effects,
            registry: registry,
            recorder: recorder,
            pages: pages,
            answers: options.answers,
            names: names,
            shapes: shapes,
            reads: reads
        )
    }
}

/// The connectors that a template brings (`Microsoft.Web/customApis`), as folders for as long as the rehearsal takes.
struct CustomConnectors {
    let folders: [String]

    init(_ resources: [LoadedCustomAPI]) throws {
        let described = resources.filter { $0.swagger?.objectValue != nil }
        guard !described.isEmpty else {
            folders = []
            return
        }
        let root = FileManager.default.temporaryDirectory.appending(path: "tocsin-rehearsal-\(UUID().uuidString)")
        for resource in described {
            let folder = root.appending(path: resource.name.lowercased())
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let document = Self.document(resource)
            try Data(document.bytes()).write(to: folder.appending(path: "apiDefinition.swagger.json"))
            var settings = JSONObject()
            for member in ["connectionParameters", "connectionParameterSets", "policyTemplateInstances"] {
                settings[member] = resource.properties[ignoringCase: member]
            }
            let properties: JSON = ["properties": .object(settings)]
            try Data(properties.bytes()).write(to: folder.appending(path: "apiProperties.json"))
        }
        folders = [root.path]
    }

    /// The definition, with the address of the service where it has none.
    private static func document(_ resource: LoadedCustomAPI) -> JSON {
        guard case .object(var document)? = resource.swagger else { return .null }
        let url = resource.properties[ignoringCase: "backendService"]?[ignoringCase: "serviceUrl"]?.stringValue
        if document["host"] == nil, let url, let mark = url.firstRange(of: "://") {
            let rest = url[mark.upperBound...]
            let host = rest.prefix { $0 != "/" }
            document["schemes"] = [.string(url[..<mark.lowerBound].lowercased())]
            document["host"] = .string(String(host))
            document["basePath"] = .string(host.endIndex == rest.endIndex ? "/" : String(rest[host.endIndex...]))
        }
        return .object(document)
    }

    func remove() {
        for folder in folders { try? FileManager.default.removeItem(atPath: folder) }
    }
}

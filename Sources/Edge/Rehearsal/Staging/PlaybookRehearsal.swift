public import Connectors
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
        /// Further files whose workflows the playbook may call.
        public var others: [RehearsedFile] = []

        /// The first trigger with a payload of its kind.
        public init() {}
    }

    private let file: LoadedFile
    private let workflow: LoadedWorkflow
    private let name: String
    private let stage: RehearsalStage
    private let parts: Parts
    private let options: Options

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
        let custom = try CustomConnectors(([file] + options.others.map(\.file)).flatMap(\.customAPIs))
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
        _ progress: @escaping @Sendable (String) -> Void
    ) throws(RehearsalError) -> RehearsalReport {
        let recorder = CallRecorder(clock: stage.clock)
        let theatre = RehearsalTheatre(
            folders: folders,
            files: [RehearsedFile(file, name: name)] + options.others,
            stage: stage,
            parts: parts,
            recorder: recorder,
            answers: options.answers,
            progress: progress
        )
        let (definition, staged) = try theatre.prepare(workflow, of: file, depth: 0)
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
                TriggerPayload(
                    definition: definition,
                    now: start,
                    expected: staged.shapes.trigger,
                    connector: staged.definition
                ).make($0)
            }
        }
        let record = try run.fire(trigger: options.trigger, payload: payload)
        return RehearsalReport(run: record, definition: definition, start: start, recorder: recorder)
    }
}

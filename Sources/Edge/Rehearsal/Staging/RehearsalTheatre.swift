import Connectors
import Engine
import JSONTree
import Moments
import Outbound
import Playbooks

/// All that workflows which are rehearsed together share, and what each needs for itself.
struct RehearsalTheatre: Sendable {
    /// Services that do not speak HTTP.
    static let services = ["smtp", "ldap", "sql", "filesystem"]

    let folders: [String]
    /// The files whose workflows may be called.
    let files: [RehearsedFile]
    let stage: RehearsalStage
    let parts: PlaybookRehearsal.Parts
    let recorder: CallRecorder
    let answers: RehearsedAnswers
    let progress: @Sendable (String) -> Void

    /// Compiles a workflow, with its connections by themselves, and puts its stand-ins up.
    ///
    /// - Parameters:
    ///   - workflow: The workflow.
    ///   - file: Its file, whose connections are its own.
    ///   - depth: How many workflows have called each other to come to it.
    /// - Returns: The definition and what performs its effects.
    /// - Throws: ``RehearsalError`` when it cannot be compiled.
    func prepare(
        _ workflow: LoadedWorkflow,
        of file: LoadedFile,
        depth: Int
    ) throws(RehearsalError) -> (definition: Definition, effects: StagedEffects) {
        let catalogue = ConnectorRegistry(folders: folders, connections: FixedConnections([]), transport: parts.network)
        let find: @Sendable (String) -> ConnectorDefinition? = { name in
            do {
                return try catalogue.connector(name)
            } catch {
                return nil
            }
        }
        let installed = Set(catalogue.names.map { $0.lowercased() })
        let names = ConnectionNames(workflow, file.connections) { name in
            installed.contains(name) ? name : find(name)?.name
        }
        let definition = try Self.compiled(workflow, names.parameters)
        let shapes = ExpectedShapes(definition) { key in find(names.connector(of: key)) }
        return (definition, effects(names, find, shapes, depth))
    }

    private static func compiled(
        _ workflow: LoadedWorkflow,
        _ parameters: JSONObject
    ) throws(RehearsalError) -> Definition {
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
        _ names: ConnectionNames,
        _ find: @escaping @Sendable (String) -> ConnectorDefinition?,
        _ shapes: ExpectedShapes,
        _ depth: Int
    ) -> StagedEffects {
        let pages = RehearsedPages()
        let network = RecordedTransport(
            inner: ShapedTransport(inner: parts.network, recorder: recorder, shapes: shapes),
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
        let children = RehearsedChildren(recorder: recorder, shapes: shapes, stage: stage) { name, call in
            self.child(name, call, depth: depth + 1)
        }
        let effects = LiveEffects(
            transport: network,
            networks: .publicInternet,
            registry: registry,
            scripts: parts.scripts,
            identities: RehearsedIdentities(),
            children: children,
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
            answers: answers,
            names: names,
            shapes: shapes
        )
    }

    /// Rehearses a workflow of the files that another one calls; nil when none has the name.
    private func child(_ name: String, _ call: ChildCall, depth: Int) -> RehearsedChild? {
        for given in files {
            guard let workflow = given.workflow(named: name) else { continue }
            guard depth <= RehearsedChildren.depthLimit else {
                return RehearsedChild.refused(
                    "NestedWorkflowTooDeep",
                    "Workflows call each other more than \(RehearsedChildren.depthLimit) deep; a rehearsal ends there."
                )
            }
            let start = stage.clock.now
            do throws(RehearsalError) {
                let (definition, staged) = try prepare(workflow, of: given.file, depth: depth)
                let run = RehearsedRun(
                    definition,
                    name: name,
                    mocks: MockedServices(nil),
                    start: start,
                    staged: staged,
                    progress: progress
                )
                return RehearsedChild.play(run, definition, call, at: start)
            } catch {
                return RehearsedChild.refused(error.code, error.message)
            }
        }
        return nil
    }
}

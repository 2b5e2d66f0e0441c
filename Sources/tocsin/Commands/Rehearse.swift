import ArgumentParser
import Connectors
import JSONTree
import Lab
import Moments
import Playbooks
import Rehearsal
import Scripting

/// The command `tocsin rehearse`.
struct Rehearse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a playbook against stand-ins of all services, and show every request that would be sent.",
        discussion: """
            Nothing leaves this machine, no secret is needed, and delays take no real time. Connections are made by themselves; \
            stand-ins are made from the definitions of the connectors, refuse what those refuse, and remember what was created. \
            Calls to hosts that no connector has are answered with an echo and marked 'unmatched'; mocks in the form of \
            'tocsin run' go before all of this. Workflows that it calls are rehearsed, too, when they are in its file or given by \
            --with. Approvals and cards that wait are answered with the first option after a minute.

            Without a payload the trigger gets a realistic one of its kind. Faults: CONNECTOR:OPERATION:KIND*COUNT, where the \
            operation may be *, and the kind is a status, latency=SECONDS, cut-before, cut-after or html. Limits: \
            CONNECTOR=CALLS/DURATION, such as freshdesk=2/PT1M.

            The last line is the status of the run. Exit code 0 if it is Succeeded.
            """
    )

    @Argument(help: "A playbook file.")
    var file: String

    @Option(help: "Which workflow, where the file has several.")
    var workflow: String?

    @Option(help: "Which trigger fires; otherwise the first.")
    var trigger: String?

    @Option(help: ArgumentHelp("What the trigger hands over, JSON.", valueName: "file"))
    var payload: String?

    @Option(help: ArgumentHelp("Values of the template's or the definition's parameters.", valueName: "file"))
    var parameters: String?

    @Option(help: ArgumentHelp("Answers to outbound calls that go before those of the stand-ins.", valueName: "file"))
    var mocks: String?

    @Option(help: ArgumentHelp("A further file whose workflows the playbook calls.", valueName: "file"))
    var with: [String] = []

    @Option(help: ArgumentHelp("What goes wrong, such as freshdesk:CreateTicket:429*2.", valueName: "fault"))
    var fault: [String] = []

    @Option(help: ArgumentHelp("A limit of calls, such as freshdesk=2/PT1M.", valueName: "limit"))
    var rateLimit: [String] = []

    @Option(help: ArgumentHelp("What is chosen where an action asks: ACTION=OPTION.", valueName: "answer"))
    var answer: [String] = []

    @Option(help: ArgumentHelp("How long people take to answer.", valueName: "duration"))
    var answerDelay: String?

    @Option(help: ArgumentHelp("The instant at which the run starts; otherwise now.", valueName: "instant"))
    var start: String?

    @Option(help: "Makes generated answers differ.")
    var seed: String?

    @Option(help: ArgumentHelp("A folder with connectors, in place of those of the program.", valueName: "dir"))
    var connectors: [String] = []

    @Flag(help: "Print run and requests as one JSON document.")
    var json = false

    func run() async throws {
        try await Ending.run {
            let report = try await rehearse()
            print(json ? report.json.prettyText : report.text)
            if report.status != "Succeeded" { throw ExitCode.failure }
        }
    }

    private func rehearse() async throws -> RehearsalReport {
        let chosen = try ChosenWorkflow(file, workflow: workflow, parameters: parameters)
        var options = PlaybookRehearsal.Options()
        options.trigger = trigger
        options.payload = try payload.map(InputFile.json)
        options.mocks = try mocks.map(MockFile.services) ?? MockedServices(nil)
        options.answers = try answers()
        options.others = try others()
        let stage = RehearsalStage(start: try instant())
        let folders = connectors.isEmpty ? Installation.connectors : connectors
        let lab = RehearsalLab(folders: folders, options: try labOptions(), stage: stage)
        let scripts = ScriptPool()
        defer { scripts.stop() }
        let rehearsal = PlaybookRehearsal(
            chosen.loaded,
            chosen.workflow,
            name: chosen.name,
            stage: stage,
            parts: lab.parts(scripts: scripts),
            options: options
        )
        let isWatched = Console.isWatched && !json
        do {
            return try await rehearsal.run { if isWatched { Console.complain($0) } }
        } catch let error as RehearsalError {
            throw CommandFailure(code: error.code, place: file, message: error.message)
        }
    }

    private func others() throws(CommandFailure) -> [RehearsedFile] {
        var files: [RehearsedFile] = []
        for path in with {
            let file = PlaybookFile.load(bytes: try InputFile.bytes(path))
            if let broken = file.diagnostics.first(where: \.isError) { throw CommandFailure(broken, path) }
            files.append(RehearsedFile(file, name: InputFile.stem(path)))
        }
        return files
    }

    private func instant() throws(CommandFailure) -> Timestamp {
        guard let start else { return Timestamp.now }
        if let instant = Timestamp(iso8601: start) { return instant }
        throw CommandFailure(
            code: "InvalidStart",
            message: "'\(start)' is no instant.",
            remedy: "Write it as 2026-01-31T08:00:00Z."
        )
    }

    private func answers() throws(CommandFailure) -> RehearsedAnswers {
        var answers = RehearsedAnswers()
        for text in answer {
            guard let mark = text.firstIndex(of: "="), mark > text.startIndex else {
                throw CommandFailure(
                    code: "InvalidAnswer",
                    message: "'\(text)' names no action.",
                    remedy: "Write ACTION=OPTION, for instance Send_approval_email=Reject."
                )
            }
            answers.options[String(text[..<mark])] = String(text[text.index(after: mark)...])
        }
        guard let answerDelay else { return answers }
        guard let span = ISODuration(answerDelay)?.exactSpan else {
            throw CommandFailure(
                code: "InvalidDuration",
                message: "'\(answerDelay)' is no duration.",
                remedy: "Write it as PT5M."
            )
        }
        answers.delay = span
        return answers
    }

    private func labOptions() throws(CommandFailure) -> LabOptions {
        var options = LabOptions()
        if let seed { options.seed = seed }
        for text in fault {
            guard let fault = LabFault(text) else {
                throw CommandFailure(
                    code: "InvalidFault",
                    message: "'\(text)' is no fault.",
                    remedy:
                        "Write CONNECTOR:OPERATION:KIND*COUNT with a status, latency=SECONDS, cut-before, cut-after or html."
                )
            }
            options.faults.append(fault)
        }
        for text in rateLimit {
            guard let limit = LabOptions.RateLimit(text) else {
                throw CommandFailure(
                    code: "InvalidLimit",
                    message: "'\(text)' is no limit.",
                    remedy: "Write CONNECTOR=CALLS/DURATION, for instance freshdesk=2/PT1M."
                )
            }
            options.rateLimits[limit.connector.lowercased()] = limit
        }
        return options
    }
}

/// The stand-ins of a rehearsal over the folders of connectors.
struct RehearsalLab {
    private let folders: [String]
    private let lab: GeneratedLab

    init(folders: [String], options: LabOptions, stage: RehearsalStage) {
        self.folders = folders
        let catalogue = LabCatalogue(folders: folders)
        lab = GeneratedLab(options, clock: stage.clock, connectors: catalogue.connectors, pause: stage.pause)
    }

    func parts(scripts: ScriptPool?) -> PlaybookRehearsal.Parts {
        PlaybookRehearsal.Parts(
            folders: folders,
            standIns: lab,
            network: lab,
            service: { [lab] in lab.service($0) },
            scripts: scripts
        )
    }
}

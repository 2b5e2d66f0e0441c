import JSONTree
import Playbooks
import Rehearsal

/// The workflow of a file that a command is about.
struct ChosenWorkflow {
    let loaded: LoadedFile
    let workflow: LoadedWorkflow
    /// Its name, or that of the file where it has none.
    let name: String

    /// Loads a file and chooses a workflow.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - name: The workflow's name; nil where the file has one only.
    ///   - parameters: A file with values of parameters.
    /// - Throws: `CommandFailure` when the file is broken or the choice is not clear.
    init(_ path: String, workflow name: String?, parameters: String?) throws(CommandFailure) {
        loaded = PlaybookFile.load(
            bytes: try InputFile.bytes(path),
            parameters: try parameters.map(InputFile.json) ?? .object(JSONObject())
        )
        if let broken = loaded.diagnostics.first(where: \.isError) { throw CommandFailure(broken, path) }
        workflow = try Self.choose(loaded, name, path)
        self.name = workflow.name.isEmpty ? InputFile.stem(path) : workflow.name
    }

    private static func choose(
        _ loaded: LoadedFile,
        _ workflow: String?,
        _ path: String
    ) throws(CommandFailure) -> LoadedWorkflow {
        let names = loaded.workflows.map { "'\($0.name)'" }.joined(separator: ", ")
        if let workflow {
            guard let named = loaded.workflows.first(where: { $0.name.isSame(ignoringCase: workflow) }) else {
                throw CommandFailure(
                    code: "UnknownWorkflow",
                    place: path,
                    message: "There is no workflow '\(workflow)'.",
                    remedy: names.isEmpty ? "The file holds no workflow." : "The file holds \(names)."
                )
            }
            return named
        }
        guard let first = loaded.workflows.first else {
            throw CommandFailure(
                code: "NoWorkflow",
                place: path,
                message: "The file holds no workflow.",
                remedy: "Give a deployment template with a workflow, or a definition."
            )
        }
        guard loaded.workflows.count == 1 else {
            throw CommandFailure(
                code: "SeveralWorkflows",
                place: path,
                message: "The file holds \(loaded.workflows.count) workflows: \(names).",
                remedy: "Choose one with --workflow NAME."
            )
        }
        return first
    }
}

/// Files with answers to outbound calls.
enum MockFile {
    static func services(_ path: String) throws(CommandFailure) -> MockedServices {
        let json = try InputFile.json(path)
        guard json.arrayValue != nil || json["mocks"]?.arrayValue != nil else {
            throw CommandFailure(
                code: "InvalidMocks",
                place: path,
                message: "The mocks are neither a list nor an object with a list 'mocks'.",
                remedy: "Write [ { \"action\": \"NAME\", \"responses\": [ { \"status\": 200, \"body\": … } ] } ]."
            )
        }
        return MockedServices(json)
    }
}

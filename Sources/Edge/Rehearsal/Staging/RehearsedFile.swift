import JSONTree
public import Playbooks

/// A file whose workflows other workflows may call.
public struct RehearsedFile: Sendable {
    /// The file.
    public var file: LoadedFile
    /// The name of its workflow where that has none of its own.
    public var name: String

    /// Puts them together.
    public init(_ file: LoadedFile, name: String) {
        self.file = file
        self.name = name
    }

    /// The workflow of a name.
    func workflow(named wanted: String) -> LoadedWorkflow? {
        file.workflows.first { ($0.name.isEmpty ? name : $0.name).isSame(ignoringCase: wanted) }
    }
}

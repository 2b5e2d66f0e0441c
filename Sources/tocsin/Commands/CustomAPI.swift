import JSONTree
import Playbooks

extension LoadedCustomAPI {
    /// The definition with its address.
    ///
    /// - Returns: The document.
    /// - Throws: `CommandFailure` when the resource only links to it.
    func described() throws(CommandFailure) -> JSON {
        if let definition { return definition }
        throw CommandFailure(
            code: "NoDefinition",
            place: pointer,
            message: definitionLink.map { "The connector '\(name)' has its definition behind a link: \($0)" }
                ?? "The connector '\(name)' has no 'properties.swagger'.",
            remedy: "Download the definition and add it as a file: tocsin connectors add FILE --name \(name)."
        )
    }
}

public import JSONTree

/// Checks files that hold workflows, for `tocsin validate`.
///
/// A file is invalid only where it is truly broken: where it could not be saved. What this server does not run,
/// operations that no installed connector has, and parameters without a value are warnings.
public struct Validator: Sendable {
    private let catalogue: (any OperationCatalogue)?
    private let context: DeploymentContext

    /// A validator; without a catalogue the operations of connectors are not looked at.
    public init(catalogue: (any OperationCatalogue)? = nil, context: DeploymentContext = DeploymentContext()) {
        self.catalogue = catalogue
        self.context = context
    }

    /// Loads and checks one file.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file.
    ///   - name: The name of the file, for the report.
    ///   - parameters: Values for its parameters, as ``PlaybookFile/load(bytes:parameters:context:)`` takes them.
    /// - Returns: What is in the file, and every remark with its place in the file.
    public func check(bytes: [UInt8], name: String, parameters: JSON = .object(JSONObject())) -> FileReport {
        let file = PlaybookFile.load(bytes: bytes, parameters: parameters, context: context)
        var report = FileReport(name: name, form: file.form, workflows: [], diagnostics: file.diagnostics)
        for workflow in file.workflows {
            let compilation = workflow.compile()
            var remarks = compilation.diagnostics
            if let definition = compilation.definition {
                remarks += checkConnections(of: definition)
            }
            let actions = compilation.definition?.actions.count
            report.workflows.append(FileReport.Workflow(name: workflow.name, actions: actions))
            report.diagnostics += remarks.map { inFile($0, workflow) }
        }
        return report
    }

    /// A remark on a definition with its place in the file.
    private func inFile(_ diagnostic: Diagnostic, _ workflow: LoadedWorkflow) -> Diagnostic {
        var moved = diagnostic
        let position = workflow.places.position(diagnostic.pointer)
        moved.pointer = workflow.places.source(of: diagnostic.pointer)
        moved.line = position.line
        moved.column = position.column
        return moved
    }

    // MARK: Connections

    private struct Use {
        let noun: String
        let name: String
        let pointer: String
        let connection: ConnectionReference
        let inputs: JSON?
    }

    private func checkConnections(of definition: Definition) -> [Diagnostic] {
        var uses: [Use] = []
        for trigger in definition.triggers {
            if let connection = trigger.connection {
                uses.append(
                    Use(
                        noun: "trigger",
                        name: trigger.name,
                        pointer: trigger.pointer,
                        connection: connection,
                        inputs: trigger.rawInputs
                    )
                )
            }
        }
        for action in definition.actions {
            if let connection = action.connection {
                uses.append(
                    Use(
                        noun: "action",
                        name: action.name,
                        pointer: action.pointer,
                        connection: connection,
                        inputs: action.rawInputs
                    )
                )
            }
        }
        let given = definition.parameter(named: "$connections")?.value.objectValue ?? JSONObject()
        return uses.compactMap { check($0, given: given) }
    }

    private func check(_ use: Use, given: JSONObject) -> Diagnostic? {
        var api = use.connection.api.map { FileLoader.lastPart($0) } ?? ""
        if use.connection.style == .managed {
            guard let entry = given.member(ignoringCase: use.connection.key)?.value else {
                return warning(
                    DiagnosticCode.unknownConnection,
                    "The \(use.noun) '\(use.name)' uses the connection '\(use.connection.key)', which '$connections' does not have.",
                    remedy: "Give '$connections' with '\(use.connection.key)' when the workflow is saved.",
                    use
                )
            }
            api = FileLoader.lastPart(entry[ignoringCase: "id"]?.stringValue ?? "")
        }
        guard let catalogue, !api.isEmpty else {
            return nil
        }
        guard catalogue.hasConnector(api) else {
            return warning(
                DiagnosticCode.unknownOperation,
                "The \(use.noun) '\(use.name)' calls the connector '\(api)', which is not installed.",
                remedy: "Install a connector of that name; until then its calls are sent without being known.",
                use
            )
        }
        guard let path = use.inputs?[ignoringCase: "path"]?.stringValue else {
            return nil
        }
        let method = use.inputs?[ignoringCase: "method"]?.stringValue?.uppercased() ?? "POST"
        guard !catalogue.hasOperation(api, method: method, path: Self.withoutExpressions(path)) else {
            return nil
        }
        return warning(
            DiagnosticCode.unknownOperation,
            "The \(use.noun) '\(use.name)' calls \(method) \(path) of '\(api)', an operation that the connector does not have.",
            remedy: "Correct method and path, or install a connector that has it; the call is sent as it is.",
            use
        )
    }

    private func warning(_ code: String, _ message: String, remedy: String, _ use: Use) -> Diagnostic {
        Diagnostic(.warning, code: code, message: message, remedy: remedy, pointer: use.pointer)
    }

    /// A path with `{}` for each interpolated expression.
    static func withoutExpressions(_ path: String) -> String {
        var result = ""
        var rest = path[...]
        while let start = rest.firstRange(of: "@{") {
            result += rest[..<start.lowerBound] + "{}"
            rest = rest[start.upperBound...]
            var isInText = false
            while let character = rest.first, isInText || character != "}" {
                if character == "'" {
                    isInText.toggle()
                }
                rest = rest.dropFirst()
            }
            rest = rest.dropFirst()
        }
        return result + rest
    }
}

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
        let catalogue = catalogue?.including(file.customAPIs)
        for workflow in file.workflows {
            let compilation = workflow.compile()
            var remarks = compilation.diagnostics
            if let definition = compilation.definition {
                remarks += definition.connectionCalls(references: file.connections).compactMap { check($0, catalogue) }
            }
            let actions = compilation.definition.map { $0.actions.reduce($0.actions.count) { $0 + $1.tools.count } }
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

    private func check(_ call: ConnectionCall, _ catalogue: (any OperationCatalogue)?) -> Diagnostic? {
        guard call.isGiven else {
            return warning(
                DiagnosticCode.unknownConnection,
                "The \(call.noun) '\(call.name)' uses the connection '\(call.connection.key)', which '$connections' does not have.",
                remedy: "Give '$connections' with '\(call.connection.key)' when the workflow is saved.",
                call
            )
        }
        guard let catalogue, !call.api.isEmpty else {
            return nil
        }
        guard catalogue.hasConnector(call.api) else {
            return warning(
                DiagnosticCode.unknownOperation,
                "The \(call.noun) '\(call.name)' calls the connector '\(call.api)', which is not installed.",
                remedy: "Install a connector of that name; until then its calls are sent without being known.",
                call
            )
        }
        guard call.path != nil || call.operation != nil, !catalogue.answers(call) else {
            return nil
        }
        return warning(
            DiagnosticCode.unknownOperation,
            "The \(call.noun) '\(call.name)' calls \(call.words) of '\(call.api)', an operation that the connector does not have.",
            remedy: "Correct method and path, or install a connector that has it; the call is sent as it is.",
            call
        )
    }

    private func warning(_ code: String, _ message: String, remedy: String, _ call: ConnectionCall) -> Diagnostic {
        Diagnostic(.warning, code: code, message: message, remedy: remedy, pointer: call.pointer)
    }
}

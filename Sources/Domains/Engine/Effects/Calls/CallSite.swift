import Content
import Durable
import Playbooks

/// Who calls: an action of a run, or a trigger; with all that shapes the call besides its inputs.
struct CallSite: Sendable {
    let program: WorkflowProgram
    let name: String
    let options: OperationOptions
    let runtime: RuntimeConfiguration
    let connection: ConnectionReference?
    /// Whether the call subscribes; such inputs need not say a method.
    let isWebhook: Bool
    /// Whether errors must not name the address, because the inputs are secured.
    let isSecured: Bool
    /// The same for every attempt of this call.
    let executionKey: String
    /// What the engine tells the other side about itself.
    let headers: [(name: String, value: String)]

    init(_ effect: ActionEffect, run: RunHeader) {
        program = effect.program
        name = effect.node.name
        options = effect.node.options
        runtime = effect.node.runtime
        connection = effect.node.connection
        isWebhook = effect.node.type.isWebhook
        isSecured = effect.node.hidesInputs || !effect.node.secureParameters.isEmpty
        executionKey = effect.executionKey
        headers = WorkflowHeaders.of(effect, run: run)
    }

    init(_ trigger: TriggerNode, program: WorkflowProgram) {
        self.program = program
        name = trigger.name
        options = trigger.options
        runtime = trigger.runtime
        connection = trigger.connection
        isWebhook = trigger.type.isWebhook
        isSecured = trigger.hidesInputs
        executionKey = "\(program.identity.tenant)/\(program.identity.id)/\(trigger.name)"
        headers = WorkflowHeaders.of(program.identity, operation: trigger.name)
    }

    /// A short word for logs.
    var tag: String { "\(program.identity.name)/\(name)" }
}

/// What the engine tells the other side about workflow and run (section 6.1).
enum WorkflowHeaders {
    static func of(_ identity: WorkflowProgram.Identity, operation: String) -> [(name: String, value: String)] {
        [
            ("x-ms-workflow-id", identity.id), ("x-ms-workflow-version", identity.version),
            ("x-ms-workflow-name", identity.name), ("x-ms-workflow-operation-name", operation),
            ("x-ms-execution-location", identity.location),
        ]
    }

    static func of(_ effect: ActionEffect, run: RunHeader) -> [(name: String, value: String)] {
        of(effect.program.identity, operation: effect.node.name) + [
            ("x-ms-workflow-run-id", run.name), ("x-ms-client-tracking-id", effect.clientTrackingID),
            ("x-ms-action-tracking-id", effect.trackingID),
        ]
    }

    /// The `User-Agent` of calls whose author sets none.
    static func userAgent(_ identity: WorkflowProgram.Identity) -> String {
        "azure-logic-apps/1.0 (workflow \(identity.id); version \(identity.version))"
    }

    /// The value with what a header cannot carry percent-encoded: names of workflows and actions may hold any letter.
    static func plain(_ value: String) -> String {
        guard !value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return value }
        return PercentEncoding.encode(value)
    }
}

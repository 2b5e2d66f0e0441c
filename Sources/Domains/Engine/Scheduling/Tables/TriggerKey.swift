import Playbooks
import Stores

/// Names a trigger: its workflow, and its name in lower case.
struct TriggerKey: Sendable, Hashable {
    var tenant: String
    var workflow: String
    var trigger: String

    init(tenant: String, workflow: String, trigger: String) {
        self.tenant = tenant
        self.workflow = workflow
        self.trigger = trigger.lowercased()
    }

    init(_ trigger: TriggerNode, of program: WorkflowProgram) {
        self.init(tenant: program.identity.tenant, workflow: program.identity.id, trigger: trigger.name)
    }

    /// Workflow and trigger, as rows are found by them.
    var arguments: [SQLValue] { [.text(workflow), .text(trigger)] }
}

import Expressions
import JSONTree
import Moments
import Playbooks

/// What a trigger's templates see: parameters, the workflow, and what has fired.
struct TriggerContext: EvaluationContext {
    let program: WorkflowProgram
    let environment: RunEnvironment
    let now: Timestamp
    var record: JSON?
    var url: String?
    var element: JSON?
    /// In `unsubscribe`: the record of the subscription, for `action()`.
    var subscription: JSON?

    func newGUID() -> String { environment.newGUID() }
    func random(in range: Range<Int64>) -> Int64 { environment.random(range) }
    func parameter(_ name: String) -> JSON? { program.definition.parameter(named: name)?.value }
    func appSetting(_ name: String) -> JSON? { environment.appSettings[ignoringCase: name] }
    func trigger() -> JSON? { record }
    func triggerOutputs() -> JSON? { record?["outputs"] }
    func callbackURL() -> String? { url }
    func item() -> JSON? { element }
    func currentAction() -> JSON? { subscription }

    func workflow() -> JSON? {
        let identity = program.identity
        return [
            "id": .string(identity.resourceID), "name": .string(identity.name), "type": "Microsoft.Logic/workflows",
            "location": .string(identity.location), "tags": identity.tags,
        ]
    }
}

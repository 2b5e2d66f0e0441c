import Engine

/// The resource ids below a workflow.
extension WorkflowKey {
    /// The id of a version.
    func version(_ version: String) -> String { "\(resourceID)/versions/\(version)" }
    /// The id of a trigger.
    func trigger(_ name: String) -> String { "\(resourceID)/triggers/\(name)" }
    /// The id of an entry of a trigger's history.
    func history(_ name: String, of trigger: String) -> String { "\(self.trigger(trigger))/histories/\(name)" }
    /// The id of a run.
    func run(_ name: String) -> String { "\(resourceID)/runs/\(name)" }
    /// The id of an action of a run.
    func action(_ name: String, of run: String) -> String { "\(self.run(run))/actions/\(name)" }
}

/// The type words of the resources below a workflow.
enum ResourceTypes {
    static let workflow = "Microsoft.Logic/workflows"
    static let version = "Microsoft.Logic/workflows/versions"
    static let trigger = "Microsoft.Logic/workflows/triggers"
    static let history = "Microsoft.Logic/workflows/triggers/histories"
    static let run = "Microsoft.Logic/workflows/runs"
    static let action = "Microsoft.Logic/workflows/runs/actions"
    static let repetition = "Microsoft.Logic/workflows/runs/actions/repetitions"
    static let scopeRepetition = "Microsoft.Logic/workflows/runs/actions/scopeRepetitions"
    static let requestHistory = "Microsoft.Logic/workflows/runs/actions/requestHistories"
}

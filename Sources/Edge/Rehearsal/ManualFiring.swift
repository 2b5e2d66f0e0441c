import Durable
import Engine
import JSONTree
import Moments
import Playbooks

/// Fires a trigger by hand, with what a file hands over in the place of a caller.
struct ManualFiring {
    let program: WorkflowProgram
    let environment: RunEnvironment
    let start: Timestamp

    /// The origin of the run that the trigger starts, and of how many it is the first.
    ///
    /// - Throws: ``RehearsalError`` when no run starts.
    func origin(trigger name: String?, payload: JSON?) throws(RehearsalError) -> (origin: RunOrigin, count: Int) {
        let node = try node(named: name)
        let outcome = TriggerOutcome.evaluate(
            node,
            program: program,
            environment: environment,
            outputs: try outputs(of: node, payload),
            historyName: RunNames.name(at: start, number: RunNumber(1)),
            now: start
        )
        guard var origin = outcome.origins.first else {
            if let error = outcome.error {
                throw RehearsalError(
                    code: "TriggerFailed",
                    message: "\(error.message) Correct the trigger or the payload."
                )
            }
            throw RehearsalError(
                code: "TriggerSkipped",
                message: "The trigger '\(node.name)' starts no run with this payload: a condition does not hold, or "
                    + "'splitOn' has no item. Give another payload."
            )
        }
        if node.type == .request, program.definition.hasResponse {
            origin.callerWaitsUntil = start + environment.responsePatience
        }
        return (origin, outcome.origins.count)
    }

    private func node(named name: String?) throws(RehearsalError) -> TriggerNode {
        let triggers = program.definition.triggers
        guard let first = triggers.first else {
            throw RehearsalError(code: "NoTrigger", message: "The workflow has no trigger. Add one to 'triggers'.")
        }
        guard let name else { return first }
        guard let node = program.definition.trigger(named: name) else {
            let names = triggers.map { "'\($0.name)'" }.joined(separator: ", ")
            throw RehearsalError(
                code: "UnknownTrigger",
                message: "There is no trigger '\(name)'; the workflow has \(names)."
            )
        }
        return node
    }

    private func outputs(of node: TriggerNode, _ payload: JSON?) throws(RehearsalError) -> JSON {
        let members: Set = ["headers", "body", "queries", "relativePathParameters", "statusCode"]
        if let object = payload?.objectValue, object["body"] != nil, object.allSatisfy({ members.contains($0.name) }) {
            return .object(object)
        }
        guard node.type == .request, node.relativePath == nil else {
            return payload.map { ["headers": [:], "body": $0] } ?? .object(JSONObject())
        }
        let call = RequestTrigger.Call(
            method: node.method ?? "POST",
            path: "",
            queries: JSONObject(),
            headers: payload == nil ? [:] : ["Content-Type": "application/json"],
            body: payload
        )
        do throws(RequestTrigger.Refusal) {
            return try RequestTrigger.outputs(node, call)
        } catch {
            throw RehearsalError(code: error.error.code, message: error.error.message)
        }
    }
}

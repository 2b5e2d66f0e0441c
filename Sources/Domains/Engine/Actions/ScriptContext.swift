import Durable
import JSONTree
import Playbooks

/// What inline code sees: `{trigger, actions, workflow}` with only what it names (section 6.21).
enum ScriptContext {
    static func json(_ node: ActionNode, inputs: JSON, state: RunState, indexes: [Int]) -> JSON {
        let code = inputs[ignoringCase: "code"]?.stringValue ?? ""
        let declared = inputs[ignoringCase: "explicitDependencies"]
        var names = declared?[ignoringCase: "actions"]?.arrayValue?.compactMap(\.stringValue) ?? []
        for candidate in state.program.definition.actions where code.contains(candidate.name) {
            names.append(candidate.name)
        }
        var actions = JSONObject()
        for name in names {
            guard let action = state.program.definition.node(named: name), actions[action.name] == nil,
                let record = state.recordJSON(of: action, indexes: indexes)
            else { continue }
            actions[action.name] = record
        }
        var context = JSONObject()
        if code.contains("trigger") || declared?[ignoringCase: "includeTrigger"]?.boolValue == true {
            context["trigger"] = state.origin.record
        }
        context["actions"] = .object(actions)
        context["workflow"] = [
            "id": .string(state.program.identity.resourceID), "name": .string(state.program.identity.name),
            "run": ["name": .string(state.header.name)],
        ]
        return .object(context)
    }
}

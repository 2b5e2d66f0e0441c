import JSONTree
import Playbooks

/// The schemas by which a playbook parses what actions and its trigger gave it.
struct ParsedShapes: Sendable {
    /// The schema of the trigger's body; nil when nothing parses it.
    let trigger: JSON?
    /// The schemas of the bodies of actions, by their names in small letters.
    let actions: [String: JSON]

    init(_ definition: Definition) {
        var trigger: JSON?
        var actions: [String: JSON] = [:]
        for action in definition.actions where action.type == .parseJSON {
            guard let content = action.rawInputs?[ignoringCase: "content"]?.stringValue,
                let schema = action.rawInputs?[ignoringCase: "schema"], schema.objectValue?.isEmpty == false
            else { continue }
            let text = content.filter { !$0.isWhitespace }
            if text == "@triggerBody()" || text == "@{triggerBody()}" { trigger = trigger ?? schema }
            guard text.filter({ $0 == "(" }).count == 1, let read = ReadShapes.reads(text, "body").first else {
                continue
            }
            let name = read.name.lowercased()
            if actions[name] == nil { actions[name] = Self.wrapped(schema, in: read.path) }
        }
        self.trigger = trigger
        self.actions = actions
    }

    /// The schema of a body of which a part has a schema.
    private static func wrapped(_ schema: JSON, in path: [String]) -> JSON {
        path.reversed().reduce(schema) { inner, part in
            part == ReadShapes.item
                ? ["type": "array", "items": inner] : ["type": "object", "properties": .object([part: inner])]
        }
    }

    /// The schema of an action's body.
    func schema(of action: String) -> JSON? { actions[action.filter { !$0.isWhitespace }.lowercased()] }
}

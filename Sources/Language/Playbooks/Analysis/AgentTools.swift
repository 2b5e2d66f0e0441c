internal import JSONTree

/// The actions in the tools of an agent: `tools.NAME.actions`, those inside of others included.
///
/// No run reaches them, as agents are not run; they are no part of the plan, and are only looked at.
struct AgentTools {
    /// One action of a tool.
    struct Action {
        let name: String
        let pointer: String
        let inputs: JSON?
    }

    /// The actions, in their order.
    private(set) var actions: [Action] = []
    private let depthLimit: Int

    /// The actions of an agent's tools; none for other actions.
    ///
    /// - Parameters:
    ///   - agent: The action as written.
    ///   - pointer: Its JSON pointer.
    ///   - depthLimit: Actions nested deeper are left out.
    init(of agent: JSON, at pointer: String, depthLimit: Int = 32) {
        self.depthLimit = depthLimit
        guard let tools = agent.objectValue?.member(ignoringCase: "tools") else { return }
        let base = Pointer.child(pointer, tools.name)
        for (name, tool) in tools.value.objectValue ?? JSONObject() {
            add(tool, at: Pointer.child(base, name), depth: 0)
        }
    }

    /// Adds the actions of a container, and those of its branches.
    private mutating func add(_ holder: JSON, at pointer: String, depth: Int) {
        guard depth < depthLimit else { return }
        if let member = holder.objectValue?.member(ignoringCase: "actions") {
            let base = Pointer.child(pointer, member.name)
            for (name, action) in member.value.objectValue ?? JSONObject() {
                let place = Pointer.child(base, name)
                actions.append(Action(name: name, pointer: place, inputs: action[ignoringCase: "inputs"]))
                add(action, at: place, depth: depth + 1)
            }
        }
        for branch in ["else", "default"] {
            guard let member = holder.objectValue?.member(ignoringCase: branch) else { continue }
            add(member.value, at: Pointer.child(pointer, member.name), depth: depth + 1)
        }
        for group in ["cases", "tools"] where depth > 0 {
            guard let member = holder.objectValue?.member(ignoringCase: group) else { continue }
            let base = Pointer.child(pointer, member.name)
            for (name, part) in member.value.objectValue ?? JSONObject() {
                add(part, at: Pointer.child(base, name), depth: depth + 1)
            }
        }
    }
}

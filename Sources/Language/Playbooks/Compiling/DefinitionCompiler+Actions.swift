internal import Expressions
internal import JSONTree

extension DefinitionCompiler {
    /// Reads all actions: numbers them in order, then compiles what each says and joins siblings by `runAfter`.
    mutating func readActions() {
        guard let (pointer, object) = dictionary("actions") else {
            return
        }
        draft.root = readGroup(object, at: pointer, branch: .root, parent: nil)
        if isOverfull {
            reporter.refuse(
                "The template has more than \(options.limits.actions) actions. The limit is \(options.limits.actions).",
                remedy: "Move part of the workflow into a child workflow.",
                at: pointer
            )
        }
    }

    /// Reads one list of siblings and everything inside them.
    private mutating func readGroup(
        _ object: JSONObject,
        at base: String,
        branch: Branch,
        parent: ActionID?
    ) -> ActionGroup {
        var children: [ActionID] = []
        for (name, json) in object {
            if let child = readAction(name, json, at: Pointer.child(base, name), branch: branch, parent: parent) {
                children.append(child)
            }
        }
        joinSiblings(children)
        return ActionGroup(
            branch: branch,
            children: children,
            roots: children.filter { draft.actions[$0.index].runAfter.isEmpty },
            leaves: children.filter { draft.actions[$0.index].successors.isEmpty }
        )
    }

    private mutating func readAction(
        _ name: String,
        _ json: JSON,
        at pointer: String,
        branch: Branch,
        parent: ActionID?
    ) -> ActionID? {
        guard draft.actions.count < options.limits.actions else {
            // What follows cannot be saved anyway.
            isOverfull = true
            return nil
        }
        let container = parent.map { draft.actions[$0.index] }
        var action = ActionDraft(
            id: ActionID(draft.actions.count),
            name: name,
            type: .unknown(""),
            json: json,
            pointer: pointer,
            position: reporter.position(pointer),
            parent: parent,
            branch: branch,
            depth: (container?.depth ?? 0) + 1,
            loops: container.map { $0.type.isLoop ? $0.loops + [$0.id] : $0.loops } ?? []
        )
        checkName(name, "action", at: pointer)
        let lowered = name.lowercased()
        if let other = draft.actionsByName[lowered] {
            reporter.refuse(
                "The template action name '\(name)' at line '\(action.position.line)' and column '\(action.position.column)' "
                    + "is not unique: it is already used at '\(draft.actions[other.index].pointer)'",
                remedy:
                    "Action names are unique over the whole workflow, without regard to case; rename one of the two.",
                at: pointer
            )
            return nil
        }
        guard json.objectValue != nil, let word = json[ignoringCase: "type"]?.stringValue, !word.isEmpty else {
            reporter.refuse(
                action.owner,
                "The required property 'type' is missing.",
                remedy: "Give the action a type, for instance Compose or Http."
            )
            return nil
        }
        action.type = ActionType(word)
        action.kind = json[ignoringCase: "kind"]?.stringValue
        action.description = json[ignoringCase: "description"]?.stringValue
        action.metadata = json[ignoringCase: "metadata"]
        checkDescription(action.description, action.owner)
        checkNesting(action)
        readRuntime(json, owner: action.owner, into: &action.runtime, &action.options)
        readInputs(&action)
        readControl(&action)
        readLimit(&action)
        readTrackedProperties(&action)
        checkRequired(action)
        action.connection = ConnectionReference(inputs: action.rawInputs)
        let id = action.id
        draft.actionsByName[lowered] = id
        draft.actionsByName[name] = id
        draft.actions.append(action)
        // Deeper than this the definition is refused anyway; do not follow hostile nesting.
        if action.depth <= options.limits.nesting + 1 {
            let groups = readBranches(of: action)
            draft.actions[id.index].groups = groups
        }
        draft.actions[id.index].subtree = (id.index + 1)..<draft.actions.count
        return id
    }

    private mutating func checkNesting(_ action: ActionDraft) {
        if action.depth == options.limits.nesting + 2 {
            reporter.refuse(
                action.owner,
                "The action is nested in \(action.depth - 1) other actions. The limit is \(options.limits.nesting).",
                remedy: "Move the inner part into a child workflow."
            )
        }
    }

    /// Reads the branches of a container in their canonical order.
    private mutating func readBranches(of action: ActionDraft) -> [ActionGroup] {
        switch action.type {
        case .scope, .foreach, .until:
            return [readBranch(action.json, below: action.pointer, .body, of: action)]
        case .condition:
            var groups = [readBranch(action.json, below: action.pointer, .then, of: action)]
            if let other = branchObject(action, "else") {
                groups.append(readBranch(other.json, below: other.pointer, .otherwise, of: action))
            }
            return groups
        case .switch:
            var groups: [ActionGroup] = []
            if let cases = branchObject(action, "cases"), let object = cases.json.objectValue {
                for (index, member) in object.enumerated() {
                    let pointer = Pointer.child(cases.pointer, member.name)
                    groups.append(readBranch(member.value, below: pointer, .case(index), of: action))
                }
            }
            if let other = branchObject(action, "default") {
                groups.append(readBranch(other.json, below: other.pointer, .default, of: action))
            }
            return groups
        default:
            return []
        }
    }

    private mutating func branchObject(_ action: ActionDraft, _ name: String) -> (json: JSON, pointer: String)? {
        guard let member = action.json.objectValue?.member(ignoringCase: name), !member.value.isNull else {
            return nil
        }
        let pointer = Pointer.child(action.pointer, member.name)
        guard member.value.objectValue != nil else {
            reporter.refuse(
                action.owner,
                "The property '\(name)' must be an object.",
                remedy: "Write '\(name)' as an object with 'actions'.",
                at: pointer
            )
            return nil
        }
        return (member.value, pointer)
    }

    private mutating func readBranch(
        _ json: JSON,
        below pointer: String,
        _ branch: Branch,
        of action: ActionDraft
    ) -> ActionGroup {
        let empty = ActionGroup(branch: branch, children: [], roots: [], leaves: [])
        guard let member = json.objectValue?.member(ignoringCase: "actions"), !member.value.isNull else {
            return empty
        }
        let place = Pointer.child(pointer, member.name)
        guard let object = member.value.objectValue else {
            reporter.refuse(
                action.owner,
                "The property 'actions' must be an object.",
                remedy: "Write 'actions' as a dictionary of names to actions.",
                at: place
            )
            return empty
        }
        return readGroup(object, at: place, branch: branch, parent: action.id)
    }

    /// The prepared outcomes (section 11.2).
    mutating func readStaticResults() {
        guard let (base, object) = dictionary("staticResults") else {
            return
        }
        for (name, json) in object {
            guard json.objectValue != nil else {
                reporter.refuse(
                    "The static result '\(name)' must be an object.",
                    remedy: "Write it as { \"status\": …, \"outputs\": … }.",
                    at: Pointer.child(base, name)
                )
                continue
            }
            draft.staticResults.append(
                StaticResult(
                    name: name,
                    status: json[ignoringCase: "status"]?.stringValue ?? "Succeeded",
                    code: json[ignoringCase: "code"]?.stringValue,
                    error: json[ignoringCase: "error"],
                    outputs: json[ignoringCase: "outputs"]
                )
            )
        }
    }

    /// The outputs of the workflow (section 1.3).
    mutating func readOutputs() {
        guard let (base, object) = dictionary("outputs") else {
            return
        }
        if object.count > options.limits.outputs {
            reporter.refuse(
                "The template has \(object.count) outputs. The limit is \(options.limits.outputs).",
                remedy: "Join outputs into one of type Object.",
                at: base
            )
            return
        }
        for (name, json) in object {
            let pointer = Pointer.child(base, name)
            let owner = Owner(noun: "output", name: name, pointer: pointer, position: reporter.position(pointer))
            guard let member = json.objectValue?.member(ignoringCase: "value") else {
                reporter.refuse(
                    owner,
                    "The required property 'value' is missing.",
                    remedy: "Write the output as { \"type\": …, \"value\": … }."
                )
                continue
            }
            let place = Pointer.child(pointer, member.name)
            guard let value = template(member.value, at: place, of: owner) else {
                continue
            }
            draft.placedOutputs.append(PlacedTemplate(template: value, pointer: place, place: .workflowOutput))
            draft.outputs.append(
                WorkflowOutput(
                    name: name,
                    type: json[ignoringCase: "type"]?.stringValue,
                    value: value,
                    metadata: json[ignoringCase: "metadata"]
                )
            )
        }
    }
}

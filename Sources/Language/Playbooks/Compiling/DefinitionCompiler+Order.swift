internal import JSONTree

extension DefinitionCompiler {
    /// Joins siblings by their `runAfter` (section 7.2): predecessors, successors, and no circles.
    mutating func joinSiblings(_ children: [ActionID]) {
        guard !isOverfull else {
            return
        }
        var byName: [String: ActionID] = [:]
        for child in children {
            byName[draft.actions[child.index].name.lowercased()] = child
        }
        for child in children {
            let dependencies = readRunAfter(of: draft.actions[child.index], siblings: byName)
            draft.actions[child.index].runAfter = dependencies
        }
        for child in children {
            for dependency in draft.actions[child.index].runAfter {
                draft.actions[dependency.action.index].successors.append(child)
            }
        }
        findCircle(children)
    }

    private mutating func readRunAfter(of action: ActionDraft, siblings: [String: ActionID]) -> [Dependency] {
        guard let member = action.json.objectValue?.member(ignoringCase: "runAfter"), !member.value.isNull else {
            return []
        }
        let pointer = Pointer.child(action.pointer, member.name)
        guard let object = member.value.objectValue else {
            reporter.refuse(
                action.owner,
                "The property 'runAfter' must be an object.",
                remedy: "Write 'runAfter' as { \"Predecessor\": [\"Succeeded\"] }.",
                at: pointer
            )
            return []
        }
        var dependencies: [Dependency] = []
        for (name, statuses) in object {
            let place = Pointer.child(pointer, name)
            guard let predecessor = siblings[name.lowercased()] else {
                let elsewhere = draft.actionsByName[name.lowercased()] != nil
                reporter.refuse(
                    "The 'runAfter' property of template action \(action.owner.placed) contains non-existent action: '\(name)'.",
                    remedy: elsewhere
                        ? "'\(name)' stands in another container; an action can only run after its siblings."
                        : "Name an action of the same container.",
                    at: place
                )
                continue
            }
            let set = readStatuses(statuses, of: action, after: name, at: place)
            if dependencies.contains(where: { $0.action == predecessor }) {
                reporter.refuse(
                    action.owner,
                    "The property 'runAfter' names the action '\(name)' twice.",
                    remedy: "Names are matched without regard to case; join the two lists.",
                    at: place
                )
                continue
            }
            dependencies.append(Dependency(action: predecessor, statuses: set))
        }
        return dependencies
    }

    private mutating func readStatuses(
        _ json: JSON,
        of action: ActionDraft,
        after name: String,
        at pointer: String
    ) -> StatusSet {
        var set: StatusSet = []
        guard let words = json.arrayValue else {
            refuseStatuses(action, name, at: pointer)
            return set
        }
        for word in words {
            if let text = word.stringValue, let status = StatusSet(word: text) {
                set.insert(status)
            } else {
                reporter.refuse(
                    action.owner,
                    "The status '\(word.stringValue ?? word.text)' in 'runAfter' of '\(name)' is not valid.",
                    remedy: "Use Succeeded, Failed, Skipped or TimedOut.",
                    at: pointer
                )
            }
        }
        return set
    }

    private mutating func refuseStatuses(_ action: ActionDraft, _ name: String, at pointer: String) {
        reporter.refuse(
            action.owner,
            "The entry '\(name)' of 'runAfter' must be an array of statuses.",
            remedy: "Write it as [\"Succeeded\"].",
            at: pointer
        )
    }

    /// Refuses siblings that wait for each other.
    private mutating func findCircle(_ children: [ActionID]) {
        var waiting: [ActionID: Int] = [:]
        for child in children {
            waiting[child] = draft.actions[child.index].runAfter.count
        }
        var ready = children.filter { waiting[$0] == 0 }
        var done = 0
        while let next = ready.popLast() {
            done += 1
            for successor in draft.actions[next.index].successors {
                let left = (waiting[successor] ?? 0) - 1
                waiting[successor] = left
                if left == 0 {
                    ready.append(successor)
                }
            }
        }
        guard done < children.count, let first = children.first(where: { (waiting[$0] ?? 0) > 0 }) else {
            return
        }
        // Whoever still waits is in a circle or behind one: walking back from it must come round.
        var path: [ActionID] = []
        var current = first
        while !path.contains(current) {
            path.append(current)
            let before = draft.actions[current.index].runAfter.map(\.action)
            guard let next = before.first(where: { (waiting[$0] ?? 0) > 0 }) else {
                return
            }
            current = next
        }
        let circle = path[(path.firstIndex(of: current) ?? 0)...].map { draft.actions[$0.index] }
        let names = circle.map { "'\($0.name)'" }.joined(separator: ", ")
        guard let owner = circle.min(by: { $0.id < $1.id }) else {
            return
        }
        reporter.refuse(
            owner.owner,
            "The actions \(names) wait for each other by their 'runAfter': circular dependencies are not allowed.",
            remedy: "Remove one of the 'runAfter' entries."
        )
    }
}

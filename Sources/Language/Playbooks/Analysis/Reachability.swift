/// Which actions are over before another one starts: its ancestors by `runAfter`, those of its containers, and
/// everything inside of them (section 2.1).
struct Reachability {
    private var before: [ActionSet]

    init(_ actions: [ActionDraft]) {
        before = Array(repeating: ActionSet(), count: actions.count)
        var isDone = Array(repeating: false, count: actions.count)
        for start in actions.indices {
            Self.fill(start, actions, &before, &isDone)
        }
    }

    /// Whether `first` is over before `second` starts.
    func isBefore(_ first: ActionID, _ second: ActionID) -> Bool {
        before[second.index].contains(first)
    }

    /// Works through the predecessors with a stack of its own, so that long chains do not recurse.
    private static func fill(
        _ start: Int,
        _ actions: [ActionDraft],
        _ before: inout [ActionSet],
        _ isDone: inout [Bool]
    ) {
        var stack = [start]
        var isOpen = Array(repeating: false, count: actions.count)
        while let index = stack.last {
            let action = actions[index]
            let needed = action.runAfter.map(\.action.index) + (action.parent.map { [$0.index] } ?? [])
            let missing = needed.filter { !isDone[$0] && !isOpen[$0] }
            guard isDone[index] || missing.isEmpty || isOpen[index] else {
                isOpen[index] = true
                stack.append(contentsOf: missing)
                continue
            }
            stack.removeLast()
            guard !isDone[index] else {
                continue
            }
            var set = action.parent.map { before[$0.index] } ?? ActionSet()
            for dependency in action.runAfter {
                set.formUnion(before[dependency.action.index])
                set.insert(dependency.action)
                for inner in actions[dependency.action.index].subtree {
                    set.insert(ActionID(inner))
                }
            }
            before[index] = set
            isDone[index] = true
        }
    }
}

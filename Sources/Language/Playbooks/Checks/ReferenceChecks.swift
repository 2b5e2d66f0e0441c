internal import Expressions
internal import JSONTree

extension DefinitionCompiler {
    /// Whether `first` is over before `second` starts.
    func isBefore(_ first: ActionID, _ second: ActionDraft) -> Bool {
        reachability.isBefore(first, second.id)
    }

    /// Checks every reference of every template (sections 2.1 and 14).
    mutating func checkReferences() {
        for trigger in draft.triggers {
            for placed in trigger.placed {
                for call in placed.template.referenceCalls {
                    checkPlace(call, placed, trigger.owner, loops: [])
                    checkParameter(call, placed, trigger.owner)
                }
            }
        }
        for action in draft.actions {
            for placed in action.placed {
                for call in placed.template.referenceCalls {
                    checkPlace(call, placed, action.owner, loops: action.loops)
                    checkParameter(call, placed, action.owner)
                    checkReference(call, placed, of: action)
                }
            }
        }
        for (output, placed) in zip(draft.outputs, draft.placedOutputs) {
            let owner = Owner(
                noun: "output",
                name: output.name,
                pointer: placed.pointer,
                position: reporter.position(placed.pointer)
            )
            for call in placed.template.referenceCalls {
                checkPlace(call, placed, owner, loops: [])
                checkParameter(call, placed, owner)
                checkOutputReference(call, placed, owner)
            }
        }
    }

    /// Refuses functions where they have no meaning.
    private mutating func checkPlace(_ call: ReferenceCall, _ placed: PlacedTemplate, _ owner: Owner, loops: [ActionID])
    {
        guard !placed.place.allows(call.function, inLoop: !loops.isEmpty, host: options.host) else {
            return
        }
        reporter.refuse(
            owner,
            "The template function '\(call.function)' is not expected at this location.",
            remedy: placed.place.remedy(call.function),
            at: placed.pointer + call.pointer
        )
    }

    private mutating func checkParameter(_ call: ReferenceCall, _ placed: PlacedTemplate, _ owner: Owner) {
        guard call.function == "parameters", let name = call.name, !isDeclared(name) else {
            return
        }
        guard options.host == .consumption else {
            return
        }
        reporter.refuse(
            owner,
            "The workflow parameter '\(name)' is not found.",
            remedy: "Declare it under 'parameters' of the definition.",
            at: placed.pointer + call.pointer
        )
    }

    private mutating func checkReference(_ call: ReferenceCall, _ placed: PlacedTemplate, of action: ActionDraft) {
        guard let name = call.name else {
            return
        }
        let pointer = placed.pointer + call.pointer
        switch call.function {
        case "variables": checkVariable(name, placed, of: action, at: pointer)
        case "items", "iterationindexes": checkLoop(name, call.function, placed, of: action, at: pointer)
        case _ where ReferenceCall.actionFunctions.contains(call.function):
            checkAction(name, call.function, placed, of: action, at: pointer)
        default: return
        }
    }

    private mutating func checkVariable(
        _ name: String,
        _ placed: PlacedTemplate,
        of action: ActionDraft,
        at pointer: String
    ) {
        let lowered = name.lowercased()
        guard let variable = draft.variables.first(where: { $0.name.lowercased() == lowered }) else {
            refuseUninitialized(name, in: action, at: pointer)
            return
        }
        if variable.action == action.id, placed.place == .trackedProperties {
            return
        }
        if !isBefore(variable.action, action) {
            refuseUninitialized(name, in: action, at: pointer)
        }
    }

    private mutating func checkLoop(
        _ name: String,
        _ function: String,
        _ placed: PlacedTemplate,
        of action: ActionDraft,
        at pointer: String
    ) {
        let lowered = name.lowercased()
        let own = placed.place == .untilExpression ? [action.id] : []
        let around = (action.loops + own).map { draft.actions[$0.index] }
        guard
            !around.contains(where: { $0.name.lowercased() == lowered && (function != "items" || $0.type == .foreach) })
        else {
            return
        }
        let remedy =
            around.isEmpty
            ? "Use it only inside the loop."
            : "Name one of the loops around it: \(around.map { "'\($0.name)'" }.joined(separator: ", "))."
        if draft.actionsByName[lowered] == nil {
            reporter.refuse(
                "The repetition action(s) '\(name)' referenced by 'inputs' in action '\(action.name)' are not defined in the template.",
                remedy: remedy,
                at: pointer
            )
        } else if function == "items" {
            reporter.refuse(
                "The inputs of template action \(action.owner.placed) is invalid. Action '\(name)' must be a parent 'foreach' scope "
                    + "of action '\(action.name)' to be referenced by 'repeatItems' or 'items' functions.",
                remedy: remedy,
                at: pointer
            )
        } else {
            reporter.refuse(
                action.owner,
                "The action '\(name)' referenced by '\(function)' is not an enclosing loop of action '\(action.name)'.",
                remedy: remedy,
                at: pointer
            )
        }
    }

    private mutating func checkAction(
        _ name: String,
        _ function: String,
        _ placed: PlacedTemplate,
        of action: ActionDraft,
        at pointer: String
    ) {
        guard let target = draft.actionsByName[name.lowercased()] else {
            if !draft.triggers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
                refuseUndefined(name, in: action.owner, at: pointer)
            }
            return
        }
        let isOwn = target == action.id && placed.place == .trackedProperties
        let isInside = placed.place == .untilExpression && action.subtree.contains(target.index)
        guard isBefore(target, action) || isOwn || isInside else {
            if target == action.id {
                reporter.refuse(
                    "The inputs of template action \(action.owner.placed) is invalid. The action cannot reference itself",
                    remedy: "Remove the reference.",
                    at: pointer
                )
                return
            }
            reporter.refuse(
                "The inputs of template action \(action.owner.placed) cannot reference action '\(name)'. Action '\(name)' must "
                    + "either be in 'runAfter' path or within a scope action on the 'runAfter' path of action '\(action.name)', "
                    + "or be a Trigger",
                remedy: "Let '\(action.name)' run after '\(name)', or remove the reference.",
                at: pointer
            )
            return
        }
        if function == "result", !draft.actions[target.index].type.isContainer {
            reporter.refuse(
                action.owner,
                "The action '\(name)' referenced by 'result' is not a scope, condition, switch or loop.",
                remedy: "Name a container, or use actions('\(name)').",
                at: pointer
            )
        }
        remarkOnLoops(target, from: action, isInside: isInside, at: pointer)
    }

    private mutating func remarkOnLoops(
        _ target: ActionID,
        from action: ActionDraft,
        isInside: Bool,
        at pointer: String
    ) {
        let inner = draft.actions[target.index].loops.filter {
            !action.loops.contains($0) && !(isInside && $0 == action.id)
        }
        // An action inside an Until means its last iteration; of a Foreach there are many.
        let repetitions = inner.filter { draft.actions[$0.index].type == .foreach }
        guard let loop = repetitions.first else {
            return
        }
        let name = draft.actions[target.index].name
        guard repetitions.count == 1 else {
            reporter.refuse(
                "The inputs of template action \(action.owner.placed) cannot reference action '\(name)'. The action '\(name)' is nested in a "
                    + "foreach scope of multiple levels. Referencing repetition actions from outside the scope is supported only when "
                    + "there are no multiple levels of nesting",
                remedy: "Collect the values in a variable inside the loops.",
                at: pointer
            )
            return
        }
        let loopName = draft.actions[loop.index].name
        reporter.warn(
            DiagnosticCode.referenceIntoLoop,
            "The action '\(action.name)' refers to '\(name)' inside the loop '\(loopName)' from outside of it.",
            remedy: "Collect the values in a variable inside the loop, or use result('\(loopName)').",
            at: pointer
        )
    }

    private mutating func checkOutputReference(_ call: ReferenceCall, _ placed: PlacedTemplate, _ owner: Owner) {
        guard let name = call.name else {
            return
        }
        let lowered = name.lowercased()
        let pointer = placed.pointer + call.pointer
        if call.function == "variables" {
            if !draft.variables.contains(where: { $0.name.lowercased() == lowered }) {
                reporter.refuse(
                    owner,
                    "The variable '\(name)' is not initialized by any action.",
                    remedy: "Initialise it with an InitializeVariable action.",
                    at: pointer
                )
            }
        } else if ReferenceCall.actionFunctions.contains(call.function), draft.actionsByName[lowered] == nil,
            !draft.triggers.contains(where: { $0.name.lowercased() == lowered })
        {
            refuseUndefined(name, in: owner, at: pointer)
        }
    }

    private mutating func refuseUndefined(_ name: String, in owner: Owner, at pointer: String) {
        reporter.refuse(
            "The action(s) '\(name)' referenced by 'inputs' in \(owner.noun) '\(owner.name)' are not defined in the template",
            remedy: "Correct the name; blanks of a display name are written '_'.",
            at: pointer
        )
    }
}

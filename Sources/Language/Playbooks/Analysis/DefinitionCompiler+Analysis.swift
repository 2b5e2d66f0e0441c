internal import Expressions
internal import JSONTree

extension DefinitionCompiler {
    /// Computes what the engine may drop and what the run history hides.
    mutating func analyse() {
        var triggerReaders = ActionSet()
        for index in draft.actions.indices {
            collectReferences(of: index, triggerReaders: &triggerReaders)
        }
        collectOutputReferences()
        for index in draft.actions.indices {
            let id = draft.actions[index].id
            draft.actions[index].isReferenced = draft.hasDynamicReferences || draft.referencedActions.contains(id)
            draft.actions[index].isResultScope = draft.resultScopes.contains(id)
        }
        spreadSecureData(triggerReaders)
    }

    private mutating func collectReferences(of index: Int, triggerReaders: inout ActionSet) {
        let action = draft.actions[index]
        for placed in action.placed {
            for call in placed.template.referenceCalls {
                note(call, by: index)
                if call.function.hasPrefix("trigger") {
                    triggerReaders.insert(action.id)
                }
            }
        }
        if action.type == .javaScriptCode {
            collectScriptReferences(of: index, triggerReaders: &triggerReaders)
        }
        draft.referencedActions.formUnion(draft.actions[index].references)
    }

    private mutating func note(_ call: ReferenceCall, by index: Int) {
        if call.function == "parameters", let name = call.name?.lowercased(),
            let number = draft.parameters.firstIndex(where: { $0.name.lowercased() == name }),
            draft.parameters[number].isSecure, !draft.actions[index].secureParameters.contains(number)
        {
            draft.actions[index].secureParameters.append(number)
        }
        guard ReferenceCall.actionFunctions.contains(call.function) else {
            return
        }
        if call.isDynamic {
            draft.actions[index].hasDynamicReferences = true
            draft.hasDynamicReferences = true
            if call.function == "result" {
                draft.resultScopes.formUnion(.all(draft.actions.count))
            }
        } else if let target = call.name.flatMap({ draft.actionsByName[$0.lowercased()] }) {
            refer(to: target, by: index, isResult: call.function == "result")
        }
    }

    private mutating func refer(to target: ActionID, by index: Int, isResult: Bool) {
        draft.actions[index].references.insert(target)
        guard isResult else {
            return
        }
        draft.resultScopes.insert(target)
        // The result of a container is made of the records of its direct children.
        for group in draft.actions[target.index].groups {
            for child in group.children {
                draft.actions[index].references.insert(child)
            }
        }
    }

    /// Scripts see the records of the actions that their code names (section 6.21).
    private mutating func collectScriptReferences(of index: Int, triggerReaders: inout ActionSet) {
        let action = draft.actions[index]
        guard let inputs = action.rawInputs else {
            return
        }
        let explicit = inputs[ignoringCase: "explicitDependencies"]
        for name in explicit?[ignoringCase: "actions"]?.arrayValue ?? [] {
            if let target = name.stringValue.flatMap({ draft.actionsByName[$0.lowercased()] }) {
                refer(to: target, by: index, isResult: false)
            }
        }
        let code = inputs[ignoringCase: "code"]?.stringValue ?? ""
        let script = ScriptReferences(code)
        for name in script.actions {
            if let target = draft.actionsByName[name.lowercased()] {
                refer(to: target, by: index, isResult: false)
            }
        }
        if script.isDynamic {
            draft.actions[index].hasDynamicReferences = true
            draft.hasDynamicReferences = true
        }
        if script.readsTrigger || explicit?[ignoringCase: "includeTrigger"]?.boolValue == true {
            triggerReaders.insert(action.id)
        }
    }

    private mutating func collectOutputReferences() {
        for placed in draft.placedOutputs {
            for call in placed.template.referenceCalls where ReferenceCall.actionFunctions.contains(call.function) {
                if call.isDynamic {
                    draft.hasDynamicReferences = true
                } else if let target = call.name.flatMap({ draft.actionsByName[$0.lowercased()] }) {
                    draft.referencedActions.insert(target)
                    if call.function == "result" {
                        draft.resultScopes.insert(target)
                        for child in draft.actions[target.index].groups.flatMap(\.children) {
                            draft.referencedActions.insert(child)
                        }
                    }
                }
            }
        }
    }

    /// Marks what the run history hides (section 11.1).
    ///
    /// Who uses the outputs of an operation with secured inputs or outputs has its inputs hidden; for Compose, ParseJson
    /// and Response inputs and outputs are one. The spread ends with the direct user, as documented.
    private mutating func spreadSecureData(_ triggerReaders: ActionSet) {
        var secured = ActionSet()
        for index in draft.actions.indices {
            let action = draft.actions[index]
            guard !action.type.isContainer, !action.type.isVariableAction, action.type != .wait,
                action.type != .terminate
            else {
                continue
            }
            let both = action.type.inputsAreOutputs && (action.runtime.securesInputs || action.runtime.securesOutputs)
            draft.actions[index].hidesInputs = action.runtime.securesInputs || both
            draft.actions[index].hidesOutputs = action.runtime.securesOutputs || both
            if action.runtime.securesInputs || action.runtime.securesOutputs {
                secured.insert(action.id)
            }
        }
        let triggerIsSecured = draft.triggers.contains { $0.runtime.securesInputs || $0.runtime.securesOutputs }
        for index in draft.actions.indices {
            let action = draft.actions[index]
            let uses =
                action.references.contains { secured.contains($0) }
                || (triggerIsSecured && triggerReaders.contains(action.id))
                || (action.hasDynamicReferences && !secured.isEmpty)
            guard uses, !action.type.isContainer else {
                continue
            }
            draft.actions[index].hidesInputs = true
            if action.type.inputsAreOutputs {
                draft.actions[index].hidesOutputs = true
            }
        }
    }
}

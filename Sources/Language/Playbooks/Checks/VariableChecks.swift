internal import JSONTree

extension DefinitionCompiler {
    /// Collects the variables and checks how they are declared and changed (section 6.14).
    mutating func checkVariables() {
        for index in draft.actions.indices where draft.actions[index].type == .initializeVariable {
            declareVariables(of: index)
        }
        if draft.variables.count > options.limits.variables {
            reporter.refuse(
                "The template has more than \(options.limits.variables) variables. The limit is \(options.limits.variables).",
                remedy: "Join variables into one of type Object.",
                at: "/actions"
            )
        }
        for index in draft.actions.indices {
            let action = draft.actions[index]
            guard action.type.isVariableAction, action.type != .initializeVariable else {
                continue
            }
            checkChange(action, at: index)
        }
    }

    private mutating func declareVariables(of index: Int) {
        let action = draft.actions[index]
        if let parent = action.parent {
            // Azure says the name of the container where it speaks of its type.
            reporter.refuse(
                code: DiagnosticCode.invalidVariableInitialization,
                "The variable action '\(action.name)' of type '\(action.type.word)' cannot be nested in an action of type '\(draft.actions[parent.index].name)'.",
                remedy: "Initialise the variable at top level before the container and set it inside with SetVariable.",
                at: action.pointer
            )
        }
        guard let list = action.rawInputs?[ignoringCase: "variables"] else {
            return
        }
        let pointer = action.pointer + "/inputs/variables"
        guard let entries = list.arrayValue, !entries.isEmpty else {
            refuseVariable(action, "The property 'variables' must be an array of at least one variable.", at: pointer)
            return
        }
        for (number, entry) in entries.enumerated() where draft.variables.count <= options.limits.variables {
            declare(entry, of: index, at: Pointer.child(pointer, number))
        }
    }

    private mutating func declare(_ entry: JSON, of index: Int, at pointer: String) {
        let action = draft.actions[index]
        guard let name = entry[ignoringCase: "name"]?.stringValue, !name.isEmpty else {
            refuseVariable(action, "A variable has no 'name'.", at: pointer)
            return
        }
        guard let word = entry[ignoringCase: "type"]?.stringValue, let type = VariableDeclaration.ValueType(word: word)
        else {
            let types = VariableDeclaration.ValueType.allCases.map(\.rawValue).joined(separator: ", ")
            refuseVariable(
                action,
                "The type of the variable '\(name)' is not valid: it must be one of \(types).",
                at: pointer
            )
            return
        }
        let lowered = name.lowercased()
        if draft.variables.contains(where: { $0.name.lowercased() == lowered }) {
            refuseVariable(action, "The variable '\(name)' is initialized more than once.", at: pointer)
            return
        }
        draft.actions[index].initializes.append(draft.variables.count)
        draft.variables.append(VariableDeclaration(name: name, type: type, action: action.id))
    }

    private mutating func checkChange(_ action: ActionDraft, at index: Int) {
        guard let name = action.rawInputs?[ignoringCase: "name"]?.stringValue, !name.hasPrefix("@") else {
            return
        }
        let lowered = name.lowercased()
        guard let number = draft.variables.firstIndex(where: { $0.name.lowercased() == lowered }) else {
            refuseUninitialized(name, in: action, at: action.pointer)
            return
        }
        draft.actions[index].variable = number
        if !isBefore(draft.variables[number].action, action) {
            refuseUninitialized(name, in: action, at: action.pointer)
        }
        guard action.type == .setVariable else {
            return
        }
        for placed in action.placed {
            for call in placed.template.referenceCalls
            where call.function == "variables" && call.name?.lowercased() == lowered {
                reporter.refuse(
                    code: DiagnosticCode.invalidActionInputs,
                    "\(Self.invalidInputs(action)) Self reference is not supported when updating the value of variable '\(name)'.",
                    remedy: "Compute the new value in a Compose before, or use an action that appends or increments.",
                    at: placed.pointer + call.pointer
                )
            }
        }
    }

    mutating func refuseUninitialized(_ name: String, in action: ActionDraft, at pointer: String) {
        reporter.refuse(
            code: DiagnosticCode.invalidVariableOperation,
            "\(Self.invalidInputs(action)) The variable '\(name)' must be initialized before it can be used inside action '\(action.name)'.",
            remedy:
                "Initialise it with an InitializeVariable action that is on the 'runAfter' path of '\(action.name)'.",
            at: pointer
        )
    }

    private static func invalidInputs(_ action: ActionDraft) -> String {
        "The inputs of workflow run action '\(action.name)' of type '\(action.type.word)' are not valid."
    }

    private mutating func refuseVariable(_ action: ActionDraft, _ inner: String, at pointer: String) {
        reporter.refuse(
            action.owner,
            inner,
            remedy:
                "Write 'variables' as [ { \"name\": …, \"type\": …, \"value\": … } ]; names are unique in the workflow.",
            at: pointer
        )
    }
}

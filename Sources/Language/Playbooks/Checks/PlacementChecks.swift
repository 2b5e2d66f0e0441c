internal import JSONTree

extension DefinitionCompiler {
    /// Checks what may stand where: Response and Terminate, static results, kinds (sections 6.5, 6.16, 11.2).
    mutating func checkPlacement() {
        for action in draft.actions {
            switch action.type {
            case .response: checkResponse(action)
            case .terminate:
                refuseInLoop(action, "Move it behind the loop, and let the loop end by its condition.")
            case .unknown(let word):
                reporter.warn(
                    DiagnosticCode.unsupportedType,
                    "The action '\(action.name)' is of type '\(word)', which this server does not run; it will fail when it is reached.",
                    remedy: "Replace it with actions of known types.",
                    at: action.pointer
                )
            default: break
            }
            checkStaticResult(action)
        }
    }

    private mutating func checkResponse(_ action: ActionDraft) {
        refuseInLoop(action, "Collect what is to be answered in a variable and respond behind the loop.")
        guard !draft.triggers.isEmpty, !draft.triggers.contains(where: { $0.type == .request }) else {
            return
        }
        if draft.triggers.contains(where: { $0.type.isWebhook }) {
            // Documented for Request triggers only, but playbooks that run answer the callbacks of webhook triggers too.
            reporter.warn(
                DiagnosticCode.suspicious,
                "The action '\(action.name)' is a Response, but the workflow is started by a webhook, whose caller seldom waits.",
                remedy: "Remove the Response, unless the caller of the webhook reads the answer.",
                at: action.pointer
            )
        } else {
            reporter.refuse(
                action.owner,
                "The action of type 'Response' is allowed only in workflows with a trigger of type 'Request'.",
                remedy: "Start the workflow with a Request trigger, or remove the Response."
            )
        }
    }

    private mutating func refuseInLoop(_ action: ActionDraft, _ remedy: String) {
        guard let loop = action.loops.last else {
            return
        }
        let name = draft.actions[loop.index].name
        reporter.refuse(
            action.owner,
            "The action of type '\(action.type.word)' is not allowed inside the loop '\(name)'.",
            remedy: remedy
        )
    }

    private mutating func checkStaticResult(_ action: ActionDraft) {
        guard let name = action.runtime.staticResult else {
            return
        }
        if action.type.isContainer {
            reporter.warn(
                DiagnosticCode.suspicious,
                "The control action '\(action.name)' names a static result; control actions have none.",
                remedy: "Remove 'staticResult', or move it to the actions inside.",
                at: action.pointer
            )
        }
        let lowered = name.lowercased()
        if !draft.staticResults.contains(where: { $0.name.lowercased() == lowered }) {
            reporter.refuse(
                action.owner,
                "The static result '\(name)' is not defined in 'staticResults'.",
                remedy: "Define it under 'staticResults', or disable the static result of the action."
            )
        }
    }
}

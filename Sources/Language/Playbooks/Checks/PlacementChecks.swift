internal import JSONTree

extension DefinitionCompiler {
    /// Checks what may stand where: Response and Terminate, static results, kinds (sections 6.5, 6.16, 11.2).
    mutating func checkPlacement() {
        for action in draft.actions {
            switch action.type {
            case .response: checkResponse(action)
            case .terminate:
                refuseInLoop(action, "Move it behind the loop, and let the loop end by its condition.")
            case .unknown, .agent:
                reporter.warn(
                    DiagnosticCode.unsupportedType,
                    "The action '\(action.name)' is of type '\(action.type.word)', which this server does not run; it will fail when it is reached.",
                    remedy: "Replace it with actions of known types.",
                    at: action.pointer
                )
            default: break
            }
            checkStaticResult(action)
        }
        checkResponseSchemas()
    }

    /// Responses of one status that describe their body must describe it alike.
    private mutating func checkResponseSchemas() {
        var schemas: [Int64: JSON] = [:]
        for action in draft.actions where action.type == .response {
            guard let schema = action.rawInputs?[ignoringCase: "schema"].flatMap(\.nonNull),
                let code = action.rawInputs?[ignoringCase: "statusCode"],
                let status = code.integerValue ?? code.stringValue.flatMap({ Int64($0) })
            else {
                continue
            }
            if let first = schemas[status], first != schema {
                reporter.refuse(
                    "The schema definition for action with status code '\(status)' is not valid. The schema definitions for actions with same status code must match.",
                    remedy:
                        "Give '\(action.name)' the schema of the other Response with this status, or another status.",
                    at: action.pointer
                )
            }
            schemas[status] = schemas[status] ?? schema
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
        reporter.refuse(
            "The workflow run action '\(action.name)' has type '\(action.type.word)' that could not be nested under an action of type '\(draft.actions[loop.index].type.word.lowercased())'.",
            remedy: remedy,
            at: action.pointer
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

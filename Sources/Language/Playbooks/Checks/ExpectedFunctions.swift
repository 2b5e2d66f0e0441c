extension PlacedTemplate.Place {
    /// Whether a reference function, in lower case, is expected here (section 2.1).
    func allows(_ function: String, inLoop: Bool, host: CompileOptions.Host) -> Bool {
        switch function {
        case "appsetting": host == .standard
        case "parameters": true
        case "workflow": self != .recurrence && self != .parametersOnly
        case "trigger", "triggerbody", "triggeroutputs", "triggerformdatavalue", "triggerformdatamultivalues",
            "triggermultipartbody":
            !isTriggerDefinition && self != .parametersOnly
        case "action":
            self == .webhookUnsubscribe || self == .triggerUnsubscribe || self == .trackedProperties
                || self == .untilExpression
        case "listcallbackurl":
            self == .webhookSubscribe || self == .webhookUnsubscribe || self == .triggerWebhookInputs
                || self == .triggerNotification || self == .triggerUnsubscribe
        case "item", "repeatitems": self == .perItem || (inLoop && isInAction)
        case "items", "iterationindexes": isInAction
        case "variables": isInAction || self == .workflowOutput
        case _ where ReferenceCall.actionFunctions.contains(function): isInAction || self == .workflowOutput
        default: true
        }
    }

    /// What to do about a function that is not expected here.
    func remedy(_ function: String) -> String {
        switch function {
        case "appsetting": "Only single-tenant workflows have app settings; use a parameter."
        case "listcallbackurl": "Only webhook triggers and actions have a callback URL."
        case "action": "Use it in trackedProperties, in 'unsubscribe' or in the condition of an Until."
        case "item", "repeatitems":
            "Use it inside a Foreach, or in the part of Query, Select and Table that is evaluated per item."
        default: "A trigger knows only parameters; its conditions and splitOn know its own outputs too."
        }
    }

    private var isTriggerDefinition: Bool {
        self == .triggerInputs || self == .triggerWebhookInputs || self == .recurrence
    }

    private var isInAction: Bool {
        switch self {
        case .actionInputs, .webhookSubscribe, .webhookUnsubscribe, .trackedProperties, .untilExpression, .perItem: true
        default: false
        }
    }
}

public import JSONTree
public import Playbooks

extension LiveEffects: TriggerCalls {
    /// Makes one call of a trigger and says what came of it.
    public func callTrigger(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        inputs: JSON,
        kind: TriggerCallKind
    ) async -> EffectOutcome {
        let site = CallSite(trigger, program: program)
        switch (trigger.type, kind) {
        case (.http, .poll(let location)):
            return await callHTTP(inputs, at: site, location.map(CallWay.poll) ?? .call)
        case (.apiManagement, .poll(let location)):
            do throws(RunError) {
                let inputs = try ResourceCall.apiManagement(inputs)
                return await callHTTP(inputs, at: site, location.map(CallWay.poll) ?? .call)
            } catch {
                return .refused(error, code: "BadRequest")
            }
        case (.apiConnection, .poll(let location)), (.openAPIConnection, .poll(let location)),
            (.serviceProvider, .poll(let location)):
            return await callConnector(inputs, at: site, location.map(CallWay.poll) ?? .call, .init(holdsKey: true))
        case (.apiConnectionNotification, .poll(let location)), (.openAPIConnectionNotification, .poll(let location)):
            let inputs = NotificationInputs.fetch(inputs, value: ResourceCall.segment)
            return await callConnector(inputs, at: site, location.map(CallWay.poll) ?? .call, .init(holdsKey: true))
        case (.httpWebhook, .subscribe):
            return await callHTTP(inputs[ignoringCase: "subscribe"] ?? .null, at: site, .subscribe)
        case (.httpWebhook, .unsubscribe):
            return await callHTTP(inputs, at: site, .unsubscribe)
        case (.apiConnectionWebhook, .subscribe), (.openAPIConnectionWebhook, .subscribe):
            return await callConnector(inputs, at: site, .subscribe, .init(holdsKey: true))
        case (.apiConnectionWebhook, .unsubscribe), (.openAPIConnectionWebhook, .unsubscribe):
            return await endSubscription(inputs, at: site)
        default:
            return .refused(Self.unsupported(trigger), code: "NotSupported")
        }
    }

    private static func unsupported(_ trigger: TriggerNode) -> RunError {
        RunError(
            "TriggerTypeNotSupported",
            "The trigger '\(trigger.name)' is of type '\(trigger.type.word)', which this server does not call. Replace it by an Http trigger or a connector that offers the same."
        )
    }
}

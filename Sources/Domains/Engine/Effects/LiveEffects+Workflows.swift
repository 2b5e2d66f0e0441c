import JSONTree
import Playbooks

extension LiveEffects {
    /// A `Workflow` action.
    func callChild(_ effect: ActionEffect) async -> EffectOutcome {
        let host = effect.inputs[ignoringCase: "host"]
        guard let workflow = host?[ignoringCase: "workflow"]?[ignoringCase: "id"]?.stringValue, !workflow.isEmpty else {
            return .refused(
                RunError("InvalidTemplate", "The property 'host.workflow.id' must be of type String."),
                code: "BadRequest"
            )
        }
        let outcome = await children.call(
            ChildCall(
                tenant: effect.program.identity.tenant,
                parent: effect.program.identity,
                workflow: workflow,
                trigger: host?[ignoringCase: "triggerName"]?.stringValue,
                headers: effect.inputs[ignoringCase: "headers"].flatMap(\.nonNull) ?? .object(JSONObject()),
                body: effect.inputs[ignoringCase: "body"].flatMap(\.nonNull),
                // A retry after the child has failed is a run of its own; the same attempt after a crash is not.
                executionKey: "\(effect.executionKey)#\(effect.attempt)",
                clientTrackingID: effect.clientTrackingID,
                timeout: limits.requestTimeout
            )
        )
        guard case .answered(var answer) = outcome, answer.status == 202 else { return outcome }
        // The child's run is known by its key: there is nothing to be polled.
        var headers = answer.headers.objectValue ?? JSONObject()
        headers.removeAll { name, _ in name.isSame(ignoringCase: "location") }
        answer.headers = .object(headers)
        return .answered(answer)
    }

    /// A `SendToBatch` action.
    func sendToBatch(_ effect: ActionEffect) async -> EffectOutcome {
        let inputs = effect.inputs
        let host = inputs[ignoringCase: "host"]
        guard let workflow = host?[ignoringCase: "workflow"]?[ignoringCase: "id"]?.stringValue, !workflow.isEmpty,
            let batch = inputs[ignoringCase: "batchName"]?.stringValue, !batch.isEmpty
        else {
            return .refused(
                RunError(
                    "InvalidTemplate",
                    "The properties 'host.workflow.id' and 'batchName' must be of type String."
                ),
                code: "BadRequest"
            )
        }
        func text(_ name: String) -> String? {
            inputs[ignoringCase: name].flatMap(\.nonNull).map(TextConversion.text).flatMap { $0.isEmpty ? nil : $0 }
        }
        return await batches.send(
            BatchMessage(
                tenant: effect.program.identity.tenant,
                workflow: workflow,
                trigger: host?[ignoringCase: "triggerName"]?.stringValue,
                batchName: batch,
                partitionName: text("partitionName"),
                messageID: text("messageId"),
                content: inputs[ignoringCase: "content"] ?? .null,
                executionKey: effect.executionKey
            )
        )
    }
}

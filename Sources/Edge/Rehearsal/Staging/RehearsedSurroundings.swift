import Connectors
import Engine
import JSONTree

/// Tokens of managed identities: a marker that is no secret.
struct RehearsedIdentities: ManagedIdentityTokens {
    func token(audience: String, tenant: String) async throws -> String { RehearsedConnections.marker }

    func token(audience: String, tenant: String, identity: String?) async throws -> String {
        RehearsedConnections.marker
    }
}

/// Batches of other workflows: messages are written down and taken.
struct RehearsedBatches: BatchSink {
    let recorder: CallRecorder

    func send(_ message: BatchMessage) async -> EffectOutcome {
        let name = message.workflow.split(separator: "/").last.map(String.init) ?? message.workflow
        let number = recorder.add(
            method: "batch",
            url: "batch:\(name)/\(message.batchName)",
            body: message.content,
            connector: nil,
            operation: nil
        )
        recorder.answered(number, status: 202, origin: "unmatched")
        return .answered(.init(status: 202, headers: .object(JSONObject()), body: nil))
    }
}

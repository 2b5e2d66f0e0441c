import Connectors
import JSONTree
import Outbound

/// A stand-in of services that do not speak HTTP: mail, a directory, a database, files.
struct LabService: ConnectorService {
    let lab: GeneratedLab
    let definition: @Sendable (String) -> ConnectorDefinition?

    func perform(_ call: ServiceCall) async throws -> ConnectorOutputs {
        guard let connector = definition(call.connection.connector),
            let operation = connector.operation(id: call.operation)
        else {
            return LabAnswer.refusal(404, "UnknownOperation", "There is no operation '\(call.operation)'.").outputs
        }
        var outputs = try await lab.answer(connector, operation, call.request).outputs
        outputs.headers[StagedCall.originHeader] = nil
        return outputs
    }
}

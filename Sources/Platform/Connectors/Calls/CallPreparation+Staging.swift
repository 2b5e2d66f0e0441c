import JSONTree
import Outbound

extension CallPreparation {
    /// What a stand-in answers the call through; nil in earnest.
    func staged(
        _ operation: OperationDescription?,
        _ adapter: OperationAdapter?,
        _ context: AdapterContext
    ) -> (any Transport)? {
        guard let standIns else { return nil }
        var steps: [String: JSON] = [:]
        for step in adapter?.steps ?? [] { steps[step.name] = step.example ?? .null }
        return standIns.transport(
            for: StagedCall(
                connector: assembler.definition,
                connection: call.connection,
                operation: operation,
                request: context.values["request"] ?? .null,
                isMapped: adapter?.isMapped ?? false,
                mapsAnswer: adapter?.answer != nil || adapter?.poll != nil,
                example: adapter?.example,
                steps: steps
            )
        )
    }
}

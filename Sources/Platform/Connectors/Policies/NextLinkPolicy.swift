/// Which property of an answer names the next page, by `updatenextlink`.
///
/// Links are followed as they are, through the
/// connection of the call, so nothing of them is rewritten.
enum NextLinkPolicy {
    /// The operations, with the property of the policy where the definition itself names none.
    static func completing(
        _ operations: [OperationDescription],
        _ policies: [ConnectorPolicy]
    ) -> [OperationDescription] {
        let policies = policies.filter { $0.template == "updatenextlink" }
        guard !policies.isEmpty else { return operations }
        return operations.map { operation in
            guard operation.nextLinkName == nil, let policy = policies.first(where: { $0.applies(to: operation) })
            else {
                return operation
            }
            var result = operation
            result.nextLinkName = policy.text("nextLinkPropertyName")
            return result
        }
    }
}

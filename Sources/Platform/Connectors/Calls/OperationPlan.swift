import JSONTree

/// What is the same for all calls of one operation over one connection: found out at the first of them, and then kept.
final class OperationPlan: Sendable {
    /// What the adapter says of the operation; nil when it says nothing.
    let adapter: OperationAdapter?
    /// What the operation does to the world; nil where no operation fits, so that the method tells.
    let effect: EffectClass?
    /// The policies that change its requests.
    let policies: RequestPolicies
    /// The policies that change its answers.
    let answers: AnswerRules

    /// Makes the plan.
    ///
    /// - Parameters:
    ///   - operation: The operation; nil for calls that fit none.
    ///   - connection: The connection.
    ///   - definition: Its connector.
    init(_ operation: OperationDescription?, _ connection: Connection, _ definition: ConnectorDefinition) {
        adapter = operation.flatMap { definition.adapter.operations[$0.id] }
        effect = operation.map(definition.effect)
        policies = RequestPolicies(definition.policies, operation: operation)
        answers = AnswerRules(
            definition.policies,
            operation: operation,
            credentials: Self.credentialQueries(operation, connection, definition)
        )
    }

    /// The names of query parameters that hold secrets.
    private static func credentialQueries(
        _ operation: OperationDescription?,
        _ connection: Connection,
        _ definition: ConnectorDefinition
    ) -> Set<String> {
        var names: Set<String> = []
        for scheme in definition.signIn.schemes {
            if case .key(let name, .query, _) = scheme.kind { names.insert(name) }
        }
        for rules in [connection.authentication, definition.adapter.authentication] {
            names.formUnion(AuthenticationRules(rules).keys.filter(\.inQuery).map(\.name))
        }
        for policy in definition.policies where policy.template == "setqueryparameter" && policy.applies(to: operation)
        {
            let calls = policy.template("value")?.calls ?? []
            let isSecret = calls.contains { call in
                call.function == .connectionParameters
                    && connection.secretNames.contains { $0.isSame(ignoringCase: call.name) }
            }
            if isSecret, let name = policy.text("name") { names.insert(name) }
        }
        return names
    }
}

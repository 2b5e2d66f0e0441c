import JSONTree

/// The policies of an operation that change its answers, without the call that they belong to.
struct AnswerRules: Sendable {
    fileprivate let policies: [ConnectorPolicy]
    fileprivate let polling: PollingPolicy?
    fileprivate let statuses: Set<Int>
    /// The names of query parameters that hold secrets; addresses that are kept do not have them.
    let credentials: Set<String>
    /// The connection parameters that they name.
    let connectionParameters: Set<String>

    /// Makes the rules of an operation.
    ///
    /// - Parameters:
    ///   - policies: Those of the connector.
    ///   - operation: The operation; nil when none fits, and only those for all operations apply.
    ///   - credentials: The names of query parameters that hold secrets.
    init(_ policies: [ConnectorPolicy], operation: OperationDescription?, credentials: Set<String> = []) {
        self.credentials = credentials
        let mine = policies.filter { $0.applies(to: operation) }
        self.policies = mine.filter { $0.section == .answer }
        polling = PollingPolicy(mine, operation: operation)
        statuses = Set(
            mine.filter { $0.template == "setconnectionstatustounauthenticated" }
                .map { $0.text("statusCode").flatMap(Int.init) ?? 401 }
        )
        connectionParameters = RequestPolicies.connectionParameters(
            mine.filter { $0.section == .answer || $0.template == "pollingtrigger" }
        )
    }

    /// Whether they change no answer.
    var isEmpty: Bool { policies.isEmpty && polling == nil }
}

/// The policies of an operation that change its answer, in the order of the file.
///
/// A call that is sent keeps one, and `interpret` gives it each answer of the service:
///
/// ```swift
/// outputs = policies.apply(to: outputs, url: request.url)
/// if policies.marksUnauthenticated(outputs.statusCode) { … }
/// ```
struct AnswerPolicies: Sendable {
    let rules: AnswerRules
    /// The connection, and the request as it was made; nil where the rules change nothing.
    private let scope: PolicyScope?

    /// Makes the policies of a call.
    ///
    /// - Parameters:
    ///   - rules: Those of its operation.
    ///   - scope: The connection, and the request as it was made; nil where the rules change nothing.
    init(_ rules: AnswerRules, scope: PolicyScope?) {
        self.rules = rules
        self.scope = scope
    }

    /// Whether an answer with this status means that the connection needs a new sign-in.
    func marksUnauthenticated(_ status: Int) -> Bool { rules.statuses.contains(status) }

    /// The answer as playbooks see it.
    ///
    /// A policy that cannot be applied leaves the answer as it is: the call was made, and what it gave must not be lost.
    ///
    /// - Parameters:
    ///   - outputs: The service's answer.
    ///   - url: The address that was asked, for the next poll of a trigger.
    /// - Returns: The changed answer.
    func apply(to outputs: ConnectorOutputs, url: String = "") -> ConnectorOutputs {
        guard let scope, !rules.isEmpty else { return outputs }
        var result = outputs
        if outputs.isSuccess || rules.policies.contains(where: { $0.template == "setheader" }) {
            for policy in rules.policies { result = (try? Self.applied(policy, to: result, scope)) ?? result }
        }
        guard let polling = rules.polling else { return result }
        return polling.apply(to: result, url: URLText.removing(rules.credentials, from: url), scope: scope)
    }

    private static func applied(
        _ policy: ConnectorPolicy,
        to outputs: ConnectorOutputs,
        _ scope: PolicyScope
    ) throws -> ConnectorOutputs {
        var scope = scope
        scope.body = outputs.body
        scope.headers = outputs.headers.map { (name: $0.name, value: $0.value.stringValue ?? $0.value.text) }
        var result = outputs
        if policy.template == "setheader" {
            result.headers = try FieldPolicies.set(policy, in: outputs.headers, scope: scope)
        } else if outputs.isSuccess, outputs.body?.nonNull != nil,
            let body = try BodyPolicies.apply(policy, to: outputs.body, scope: scope)
        {
            result.body = body
        }
        return result
    }
}

import JSONTree
import Outbound

extension CallPreparation {
    /// The call that ends a subscription: as the adapter says, or by the operation that deletes what was made.
    ///
    /// - Parameter subscription: The answer to the subscription: `statusCode`, `headers`, `body`.
    /// - Returns: nil when neither says how.
    /// - Throws: ``ConnectorError``.
    func unsubscribing(_ subscription: JSON) async throws -> PreparedCall? {
        let definition = assembler.definition
        let found = definition.index.find(call)
        guard let operation = found?.operation else { return nil }
        let adapter = definition.adapter.operations[operation.id]
        if let rule = adapter?.unsubscribe {
            let draft = try CallDraft(call, operation: operation, pathValues: found?.values ?? [:], now: now)
            var context = CallContext.make(draft, call, connection: assembler.connection, now: now)
            context.values["subscription"] = subscription
            let ending = try rule.apply(to: CallDraft(method: "DELETE", path: "/"), context)
            let plan = AdaptedCall(
                adapter: nil,
                operation: nil,
                draft: ending,
                context: context,
                assembler: assembler,
                call: call
            )
            return PreparedCall(
                request: try await plan.request(),
                transport: assembler.transport,
                operation: nil,
                effect: .annotate,
                idempotency: .safe,
                businessKey: nil,
                lookup: nil,
                isOwn: assembler.isOwn,
                plan: plan
            )
        }
        guard let deletion = Self.deletion(of: operation, in: definition),
            let parameters = Self.values(deletion, found?.values ?? [:], subscription["body"] ?? .null)
        else { return nil }
        return try await reading(deletion, parameters: parameters, now: now)
    }

    /// The operation that undoes a subscription: DELETE of the same path with one more segment, which is a parameter.
    private static func deletion(
        of operation: OperationDescription,
        in definition: ConnectorDefinition
    ) -> OperationDescription? {
        let own = operation.path.segments
        return definition.operations.first { other in
            other.method == "DELETE" && other.path.segments.count == own.count + 1
                && Array(other.path.segments.dropLast()) == own && other.path.parameterOfLastSegment != nil
        }
    }

    /// The parameters of the deletion: those of the subscription's path, and the id from its answer.
    private static func values(_ deletion: OperationDescription, _ path: [String: String], _ body: JSON) -> JSON? {
        guard let name = deletion.path.parameterOfLastSegment else { return nil }
        var parameters = JSONObject()
        for (name, value) in path { parameters[name] = .string(Percent.decode(value)) }
        let candidates = [name, "id", "subscriptionId", "subscription_id", "webhookId", "webhook_id", "uuid", "hookId"]
        let places = [body, body["data"] ?? .null, body["result"] ?? .null, body["webhook"] ?? .null]
        for place in places {
            for candidate in candidates {
                guard let id = place[ignoringCase: candidate]?.nonNull, id.objectValue == nil, id.arrayValue == nil
                else {
                    continue
                }
                parameters[name] = .string(id.stringValue ?? id.text)
                return .object(parameters)
            }
        }
        return nil
    }
}

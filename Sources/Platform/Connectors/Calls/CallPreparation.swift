import JSONTree
import Moments
import Outbound

/// The steps from a call to a request.
struct CallPreparation: Sendable {
    let call: ConnectorCall
    let assembler: RequestAssembler
    let now: Timestamp

    func prepare() async throws -> PreparedCall {
        let definition = assembler.definition
        let found = definition.index.find(method: call.method, path: call.path.prefix { $0 != "?" })
        let operation = found?.operation
        if let operation, definition.scriptOperations.covers(operation.id) {
            throw ConnectorError(
                .notSupported,
                "The operation '\(operation.id)' of the connector '\(definition.name)' needs a script (script.csx), "
                    + "which is not run."
            )
        }
        let adapter = operation.flatMap { definition.adapter.operations[$0.id.lowercased()] }
        var draft = try CallDraft(call, operation: operation, pathValues: found?.values ?? [:], now: now)
        var context = AdapterContext(values: ["request": requestJSON(draft)], now: now)
        context.values["connection"] = .string(call.connection)
        let key = CallKey(business: try businessKey(adapter, context), call: call, operation: operation)
        context.values["marker"] = .string(key.marker)
        let isMarked = try mark(&draft, adapter, context)
        let isReading = ["GET", "HEAD", "OPTIONS"].contains(draft.method)
        var idempotency = adapter?.idempotency ?? (isReading ? .safe : .none)
        if let adapter, definition.adapter.isOwn, !assembler.isOwn, case .header = idempotency {
            idempotency = adapter.elsewhere
        }
        // What does not carry its mark cannot be looked up, and must not count as absent.
        if case .lookup = idempotency, !isMarked { idempotency = .none }
        if case .header(let name) = idempotency,
            !draft.headers.contains(where: { $0.name.lowercased() == name.lowercased() })
        {
            draft.headers.append((name, key.digest))
        }
        let lookup = lookup(adapter, idempotency, context, key)
        return PreparedCall(
            request: try await assembler.request(draft, operation: operation, call: call),
            transport: assembler.transport,
            operation: operation,
            effect: adapter?.effect ?? (isReading ? .read : draft.method == "DELETE" ? .destroy : .annotate),
            idempotency: idempotency,
            businessKey: isReading ? nil : key.business,
            lookup: lookup,
            isOwn: assembler.isOwn
        )
    }

    /// The key that the playbook carries in a header, or that the adapter finds in the request.
    private func businessKey(_ adapter: OperationAdapter?, _ context: AdapterContext) throws -> String? {
        let header = call.headers.first { $0.name.lowercased() == ConnectorCall.businessKeyHeader }
        if let text = header?.value.stringValue, !text.isEmpty { return try checked(text) }
        guard let template = adapter?.businessKey else { return nil }
        let value = try context.evaluate(template, "businessKey")
        guard !value.isNull, value != .string("") else { return nil }
        return try checked(value.stringValue ?? value.text)
    }

    private func checked(_ key: String) throws -> String {
        guard key.utf8.count <= 1_024 else {
            throw ConnectorError(.invalidParameter, "The business key is longer than 1024 bytes.")
        }
        return key
    }

    /// Puts the marks into the body; false when one has no place there.
    private func mark(
        _ draft: inout CallDraft,
        _ adapter: OperationAdapter?,
        _ context: AdapterContext
    ) throws -> Bool {
        for mark in adapter?.marks ?? [] {
            guard case .object(var body)? = draft.body, body["$content-type"] == nil else { return false }
            let existing = body[mark.array] ?? []
            guard let items = existing.isNull ? [] : existing.arrayValue else { return false }
            let value = try context.evaluate(mark.value, "mark/value")
            if !items.contains(value) { body[mark.array] = .array(items + [value]) }
            draft.body = .object(body)
        }
        return true
    }

    private func lookup(
        _ adapter: OperationAdapter?,
        _ idempotency: Idempotency,
        _ context: AdapterContext,
        _ key: CallKey
    ) -> LookupPlan? {
        guard case .lookup(let delay) = idempotency, let rule = adapter?.lookup else { return nil }
        return LookupPlan(
            delay: delay,
            marker: key.marker,
            rule: rule,
            values: context.values,
            assembler: assembler,
            call: call
        )
    }

    private func requestJSON(_ draft: CallDraft) -> JSON {
        var queries = JSONObject()
        for (name, value) in draft.queries { queries[name] = .string(value) }
        var headers = JSONObject()
        for (name, value) in draft.headers { headers[name.lowercased()] = .string(value) }
        var path = JSONObject()
        for (name, value) in draft.pathValues.sorted(by: { $0.key < $1.key }) {
            path[name] = .string(Percent.decode(value))
        }
        return [
            "method": .string(draft.method), "path": .string(draft.path), "parameters": .object(path),
            "queries": .object(queries), "headers": .object(headers), "body": draft.body ?? .null,
        ]
    }
}

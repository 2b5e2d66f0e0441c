import JSONTree
import Moments
import Outbound

/// The steps from a call to a request.
struct CallPreparation: Sendable {
    let call: ConnectorCall
    let assembler: RequestAssembler
    let now: Timestamp
    /// Services that do not speak HTTP, by the names that adapters have for them.
    let services: [String: any ConnectorService]
    /// Makes pages on which people answer; nil when nothing serves them.
    let pages: (any AnswerPages)?
    /// Answers in the place of the service; nil in earnest.
    var standIns: (any StandIns)?

    func prepare() async throws -> PreparedCall {
        let definition = assembler.definition
        let found = definition.index.find(call)
        let operation = found?.operation
        if let operation, definition.scriptOperations.covers(operation.id) {
            throw ConnectorError(
                .notSupported,
                "The operation '\(operation.id)' of the connector '\(definition.name)' needs a script"
                    + "\(definition.scriptOperations.file), which is not run."
            )
        }
        let standing = assembler.plan(for: operation)
        let adapter = standing.adapter
        var call = call
        if let operation {
            call.body = try definition.filling(call.body, of: operation, form: .byPath, now: now)
        }
        var draft = try CallDraft(call, operation: operation, pathValues: found?.values ?? [:], now: now)
        if let operation {
            try definition.check(draft, of: operation, own: call.ownValues, rule: assembler.connection.authentication)
        }
        var context = AdapterContext(values: [:], now: now)
        let isShown = adapter != nil || assembler.showsCalls || standIns != nil
        if isShown { context = CallContext.make(draft, call, connection: assembler.connection, now: now) }
        if let poll = adapter?.poll, call.cursor == nil {
            context.values["cursor"] = try context.evaluate(poll.start, "poll/start")
        }
        let key = CallKey(business: try businessKey(adapter, context), call: call, operation: operation)
        if adapter != nil || !definition.adapter.hosts.isEmpty { key.tell(&context) }
        let isMarked = try mark(&draft, adapter, context)
        if isShown, adapter?.settling.marks.isEmpty == false { context.values["request"] = CallContext.request(draft) }
        var assembler = assembler
        if let transport = staged(operation, adapter, context) { assembler = assembler.answered(by: transport) }
        if let respond = adapter?.respond { context.values["pages"] = try await pages(respond, context, key) }
        let effect = standing.effect ?? EffectGuess.effect(of: draft.method)
        let settling = settling(adapter, effect, isMarked: isMarked)
        var keyHeader: (name: String, value: String)?
        if case .header(let name) = settling { keyHeader = (name, key.digest) }
        let plan = AdaptedCall(
            adapter: adapter,
            operation: operation,
            draft: draft,
            context: context,
            assembler: assembler,
            call: call,
            answers: try await assembler.answerPolicies(standing.answers, draft: draft),
            keyHeader: keyHeader
        )
        let way = try await way(plan, key)
        return PreparedCall(
            request: way.request,
            transport: way.transport,
            operation: operation,
            effect: effect,
            idempotency: settling,
            businessKey: effect == .read ? nil : key.business,
            lookup: lookup(adapter, settling, context, key),
            isOwn: assembler.isOwn,
            plan: plan
        )
    }

    /// Another call over the same connection, which only reads.
    func reading(_ operation: OperationDescription, parameters: JSON, now: Timestamp) async throws -> PreparedCall {
        let draft = try CallDraft(operation, parameters: parameters, now: now)
        var other = call
        other.method = draft.method
        other.path = draft.path
        other.queries = draft.queries.map { (name: $0.name, value: .string($0.value)) }
        other.headers = draft.headers.map { (name: $0.name, value: .string($0.value)) }
        other.body = draft.body
        other.cursor = nil
        return try await CallPreparation(
            call: other,
            assembler: assembler,
            now: now,
            services: services,
            pages: pages,
            standIns: standIns
        ).prepare()
    }

    /// The request and what it is sent through: the network, or something that answers in its place.
    private func way(
        _ plan: AdaptedCall,
        _ key: CallKey
    ) async throws -> (request: OutboundRequest, transport: any Transport) {
        if let outputs = try refusal(plan) ?? computed(plan) {
            return (standIn(plan.draft), ComputedTransport(outputs: outputs))
        }
        // A 'baseUrl' stands in for every service, as it does for every host.
        if let name = assembler.definition.adapter.service, assembler.connection.baseURL == nil {
            return try service(name, plan, key)
        }
        guard let adapter = plan.adapter, !adapter.steps.isEmpty else {
            return (try await plan.request(), plan.assembler.transport)
        }
        var draft = plan.draft
        draft.host = adapter.request?.constantHost
        let placeholder = try await assembler.request(
            draft,
            operation: plan.operation,
            call: call,
            context: plan.context
        )
        return (placeholder, SteppedTransport(plan: plan, placeholder: placeholder))
    }

    /// The answer of the first `fail` that applies.
    private func refusal(_ plan: AdaptedCall) throws -> ConnectorOutputs? {
        for refusal in plan.adapter?.refusals ?? [] {
            guard try plan.context.evaluate(refusal.when, "fail/when") == .bool(true) else { continue }
            let status = try ConnectorOutputs.status(try plan.context.evaluate(refusal.status, "fail/statusCode"))
            let message = try plan.context.evaluate(refusal.message, "fail/message")
            return .refusal(status, "InvalidRequest", message.stringValue ?? message.text)
        }
        return nil
    }

    private func computed(_ plan: AdaptedCall) throws -> ConnectorOutputs? {
        guard let compute = plan.adapter?.compute else { return nil }
        let context = try plan.present()
        let status = try compute.status.map { try context.evaluate($0, "compute/statusCode") } ?? 200
        return ConnectorOutputs(
            statusCode: try ConnectorOutputs.status(status),
            headers: try compute.headers.map { try context.evaluate($0, "compute/headers").objectValue }?
                .flatMap(\.self) ?? JSONObject(),
            body: try compute.body.map { try context.evaluate($0, "compute/body") }?.nonNull
        )
    }

    /// A request that nobody gets, for calls that are answered without one.
    private func standIn(_ draft: CallDraft) -> OutboundRequest {
        OutboundRequest(
            method: draft.method,
            url: URLText.join(RequestAssembler.ownBaseURL, draft.path),
            timeout: call.timeout,
            networks: .publicInternet,
            tag: call.tag
        )
    }

    private func service(
        _ name: String,
        _ plan: AdaptedCall,
        _ key: CallKey
    ) throws -> (request: OutboundRequest, transport: any Transport) {
        guard let service = services[name] else {
            throw ConnectorError(
                .notSupported,
                "The connector '\(assembler.definition.name)' needs the service '\(name)', which this program does not have."
            )
        }
        let site = ServiceTransport.Site(
            definition: assembler.definition,
            connection: assembler.connection,
            networks: call.networks.union(assembler.networks),
            timeout: call.timeout,
            key: key.digest,
            source: assembler.tools.source
        )
        let draft = try plan.adapter?.request?.apply(to: plan.draft, plan.present()) ?? plan.draft
        let placeholder = standIn(draft)
        let transport = ServiceTransport(
            service: service,
            site: site,
            call: try site.call(draft),
            placeholder: placeholder
        )
        return (placeholder, assembler.lane.transport(over: transport))
    }

    /// How a lost answer of this call is settled.
    private func settling(_ adapter: OperationAdapter?, _ effect: EffectClass, isMarked: Bool) -> Idempotency {
        let rule = adapter?.settling.idempotency ?? (effect == .read ? .safe : .none)
        if let adapter, assembler.definition.adapter.isOwn, !assembler.isOwn, case .header = rule {
            return adapter.settling.elsewhere
        }
        // What does not carry its mark cannot be looked up, and must not count as absent.
        if case .lookup = rule, !isMarked { return .none }
        return rule
    }

    /// The key that the playbook carries in a header, or that the adapter finds in the request.
    private func businessKey(_ adapter: OperationAdapter?, _ context: AdapterContext) throws -> String? {
        let header = call.headers.first { $0.name.lowercased() == ConnectorCall.businessKeyHeader }
        if let text = header?.value.stringValue, !text.isEmpty { return try checked(text) }
        guard let template = adapter?.settling.businessKey else { return nil }
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
        for mark in adapter?.settling.marks ?? [] {
            let value = try context.evaluate(mark.value, "mark/value")
            guard let body = draft.body, let marked = mark.put(value, into: body) else { return false }
            draft.body = marked
        }
        return true
    }

    private func lookup(
        _ adapter: OperationAdapter?,
        _ idempotency: Idempotency,
        _ context: AdapterContext,
        _ key: CallKey
    ) -> LookupPlan? {
        guard case .lookup(let delay) = idempotency, let rule = adapter?.settling.lookup else { return nil }
        return LookupPlan(
            delay: delay,
            marker: key.marker,
            rule: rule,
            values: context.values,
            preparation: self
        )
    }

    private func pages(
        _ respond: OperationAdapter.Respond,
        _ context: AdapterContext,
        _ key: CallKey
    ) async throws -> JSON {
        guard let pages else {
            throw ConnectorError(.notSupported, "Nothing here serves pages on which people answer.")
        }
        func text(_ template: AdapterTemplate?, _ what: String) throws -> String? {
            let value = try template.map { try context.evaluate($0, what) }?.nonNull
            return value.map { $0.stringValue ?? $0.text }
        }
        let options = try respond.options.map { try context.evaluate($0, "respond/options") }?.arrayValue ?? []
        guard options.count <= AnswerPage.optionLimit else {
            throw ConnectorError(.invalidParameter, "A question has at most \(AnswerPage.optionLimit) options.")
        }
        guard let notify = try text(respond.notify, "respond/notify"), !notify.isEmpty else {
            throw ConnectorError(.missingParameter, "The call names no address that hears the answer.")
        }
        let page = AnswerPage(
            tenant: call.tenant,
            notify: notify,
            title: try text(respond.title, "respond/title") ?? "",
            message: try text(respond.message, "respond/message"),
            options: options.compactMap(\.stringValue),
            card: try respond.card.map { try context.evaluate($0, "respond/card") }?.nonNull,
            body: respond.body,
            values: ["request": context.values["request"] ?? .null]
        )
        let url = try await pages.address(of: page, key: key.digest)
        return [
            "url": .string(url),
            "options": .array(
                page.options.map { ["name": .string($0), "url": .string(URLText.adding("choice", $0, to: url))] }
            ),
        ]
    }
}

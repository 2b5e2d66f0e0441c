import JSONTree
import Moments
import Outbound

/// A call with what its adapter makes of it: steps, request, answer.
final class AdaptedCall: Sendable {
    let adapter: OperationAdapter?
    let operation: OperationDescription?
    /// The call with its marks.
    let draft: CallDraft
    let context: AdapterContext
    let assembler: RequestAssembler
    let call: ConnectorCall
    let steps = StepAnswers()
    /// The connector's policies for answers; nil where there are none.
    let answers: AnswerPolicies?
    /// The header by which the service knows the call again.
    let keyHeader: (name: String, value: String)?

    init(
        adapter: OperationAdapter?,
        operation: OperationDescription?,
        draft: CallDraft,
        context: AdapterContext,
        assembler: RequestAssembler,
        call: ConnectorCall,
        answers: AnswerPolicies? = nil,
        keyHeader: (name: String, value: String)? = nil
    ) {
        self.adapter = adapter
        self.operation = operation
        self.draft = draft
        self.context = context
        self.assembler = assembler
        self.call = call
        self.answers = answers
        self.keyHeader = keyHeader
    }

    /// What templates see, with the answers of the steps and what the adapter names.
    func present() throws -> AdapterContext {
        var context = context
        context.values["steps"] = .object(steps.value ?? JSONObject())
        for (name, value) in adapter?.names ?? [] {
            context.values[name] = try context.evaluate(value, "let/\(name)")
        }
        return context
    }

    /// The request, with credentials; the steps must have been made.
    func request() async throws -> OutboundRequest {
        var draft = try adapter?.request?.apply(to: draft, present()) ?? draft
        if let keyHeader, !draft.headers.contains(where: { $0.name.isSame(ignoringCase: keyHeader.name) }) {
            draft.headers.append(keyHeader)
        }
        return try await assembler.request(draft, operation: operation, call: call, context: context)
    }

    /// Makes the steps in their order.
    ///
    /// - Returns: The answer of a step that failed, which then is the answer of the call; nil when all went well.
    func makeSteps() async throws -> OutboundResponse? {
        var answers = JSONObject()
        for step in adapter?.steps ?? [] {
            var context = context
            context.values["steps"] = .object(answers)
            if let when = step.when, try context.evaluate(when, "steps/\(step.name)/when") != .bool(true) {
                answers[step.name] = .null
                continue
            }
            var draft = CallDraft(method: "GET", path: "/")
            draft = try step.request.apply(to: draft, context)
            var request = try await assembler.request(draft, operation: nil, call: call, context: context)
            request.tag = "\(call.tag ?? "")#\(step.name)"
            let response = try await assembler.transport.send(request)
            let outputs = BodyCoding.outputs(response)
            guard outputs.isSuccess || (step.isOptional && outputs.statusCode < 500 && outputs.statusCode != 429) else {
                return response
            }
            answers[step.name] = outputs.json
        }
        steps.value = answers
        return nil
    }

    /// The answer as playbooks see it.
    func mapped(_ outputs: ConnectorOutputs) -> ConnectorOutputs {
        guard let adapter, outputs.isSuccess, !outputs.isPending else { return outputs }
        // A stand-in may answer the operation itself.
        if assembler.tools.isStaged, outputs.headers.member(ignoringCase: StagedCall.wholeAnswerHeader) != nil {
            return outputs
        }
        do {
            var context = try present()
            context.values["answer"] = outputs.json
            var result = try Self.answer(adapter.answer, context, outputs)
            if let poll = adapter.poll { try Self.poll(poll, context, &result) }
            return result
        } catch let error as ConnectorError {
            // The call has happened: this status is none that is tried again.
            return .refusal(422, error.code.text, error.message)
        } catch {
            return .refusal(422, ConnectorError.Code.adapterFailed.text, "The adapter cannot read the answer.")
        }
    }

    private static func answer(
        _ answer: OperationAdapter.Answer?,
        _ context: AdapterContext,
        _ outputs: ConnectorOutputs
    ) throws -> ConnectorOutputs {
        guard let answer else { return outputs }
        var result = outputs
        if let status = answer.status {
            result.statusCode = try ConnectorOutputs.status(try context.evaluate(status, "answer/statusCode"))
        }
        if let headers = answer.headers {
            result.headers = try context.evaluate(headers, "answer/headers").objectValue ?? JSONObject()
        }
        if let body = answer.body { result.body = try context.evaluate(body, "answer/body").nonNull }
        return result
    }

    /// A poll without new items is "nothing yet"; the cursor is where the next one goes on.
    private static func poll(
        _ poll: OperationAdapter.Poll,
        _ context: AdapterContext,
        _ result: inout ConnectorOutputs
    ) throws {
        let items = try context.evaluate(poll.items, "poll/items")
        let old = context.values["cursor"] ?? .null
        let next = try context.evaluate(poll.cursor, "poll/cursor")
        let location = try PollCursor.location(next.isNull ? old : next)
        if items.arrayValue?.isEmpty ?? items.isNull {
            result = ConnectorOutputs(statusCode: 202, headers: ["Location": .string(location)])
        } else {
            result.headers["Location"] = .string(location)
        }
    }
}

extension ConnectorOutputs {
    /// Whether the answer only says that the work goes on elsewhere.
    var isPending: Bool { statusCode == 202 && headers.member(ignoringCase: "Location") != nil }

    /// An answer that says why there is none: `{"error": {"code", "message"}}`.
    public static func refusal(_ status: Int, _ code: String, _ message: String) -> ConnectorOutputs {
        ConnectorOutputs(
            statusCode: status,
            body: ["error": ["code": .string(code), "message": .string(message)]]
        )
    }

    /// A status that a template made.
    static func status(_ json: JSON) throws -> Int {
        let number = json.integerValue ?? json.stringValue.flatMap(Int64.init) ?? 0
        guard (100...599).contains(number) else {
            throw ConnectorError(.adapterFailed, "The adapter's status '\(json.text)' is none.")
        }
        return Int(number)
    }
}

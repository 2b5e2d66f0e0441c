import JSONTree
public import Moments
public import Outbound

/// What a look-up found.
public enum LookupAnswer: Sendable, Hashable {
    /// The call was done; this is its answer.
    case found(ConnectorOutputs)
    /// The call was not done: it is not in the list, and so much time has passed that it would be.
    case absent
    /// Nothing can be said yet; ask again after this time.
    case undecided(reason: String, retryAfter: TimeSpan)
}

/// How the result of a call whose answer was lost is found: by reading a list and looking for the call's mark.
///
/// It reads the list itself and compares in our code, because search indexes run minutes behind. While pages are read, new
/// items may push others to later pages, never to earlier ones, as long as the adapter sorts by creation, oldest first.
public struct LookupPlan: Sendable {
    /// How long after the last attempt "absent" begins to count.
    public let delay: TimeSpan
    /// The mark that the call carries.
    public let marker: String

    /// The wait before asking again when the list could be read: 15 seconds.
    public static let interval = TimeSpan.seconds(15)

    let rule: OperationSettling.Lookup
    let values: [String: JSON]
    let preparation: CallPreparation

    /// Reads the list.
    ///
    /// - Parameters:
    ///   - transport: What to send through; the call's own by default.
    ///   - since: When the first attempt was sent.
    ///   - lastAttempt: When the last attempt ended without answer; `since` by default.
    ///   - now: The present.
    /// - Returns: What was found. A service that refuses, fails or is slow leaves it undecided.
    /// - Throws: ``ConnectorError`` when the adapter or the connection cannot be used, so that asking again is no use.
    public func run(
        transport: (any Transport)? = nil,
        since: Timestamp,
        lastAttempt: Timestamp? = nil,
        now: Timestamp
    ) async throws -> LookupAnswer {
        var context = AdapterContext(values: values, now: now)
        let start = since - rule.clockSkew
        context.values["since"] = .string(String(start.iso8601.prefix(19)) + "Z")
        guard let operation = preparation.assembler.definition.operation(id: rule.operation) else {
            throw ConnectorError(
                .adapterFailed,
                "The look-up names the operation '\(rule.operation)', which is not there."
            )
        }
        var parameters = try context.evaluate(rule.parameters, "lookup/parameters").objectValue ?? JSONObject()
        for page in 1...max(1, rule.pageLimit) {
            if let name = rule.pageParameter { parameters[name] = .integer(Int64(page)) }
            let answer: ConnectorOutputs
            switch try await read(operation, parameters, transport, now) {
            case .success(let outputs): answer = outputs
            case .failure(let trouble): return .undecided(reason: trouble.reason, retryAfter: trouble.wait)
            }
            context.values["answer"] = answer.json
            guard let items = try context.evaluate(rule.items, "lookup/items").arrayValue else {
                return .undecided(reason: "The list of '\(rule.operation)' is no array.", retryAfter: Self.interval)
            }
            for item in items where try context.evaluate(rule.match, item: item, "lookup/match") == .bool(true) {
                return .found(try outputs(context, item))
            }
            guard rule.pageParameter != nil, items.count >= max(1, rule.pageSize) else {
                return absence(lastAttempt ?? since, now)
            }
        }
        return .undecided(
            reason: "The list has more than \(rule.pageLimit) pages; look for the tag '\(marker)' yourself.",
            retryAfter: .minutes(5)
        )
    }

    private func absence(_ lastAttempt: Timestamp, _ now: Timestamp) -> LookupAnswer {
        let due = lastAttempt + delay
        guard now < due else { return .absent }
        return .undecided(
            reason: "Not in the list yet; it counts as absent from \(due.iso8601) on.",
            retryAfter: min(Self.interval, due - now)
        )
    }

    private struct Trouble: Error {
        let reason: String
        let wait: TimeSpan
    }

    private func read(
        _ operation: OperationDescription,
        _ parameters: JSONObject,
        _ transport: (any Transport)?,
        _ now: Timestamp
    ) async throws -> Result<ConnectorOutputs, Trouble> {
        let prepared = try await preparation.reading(operation, parameters: .object(parameters), now: now)
        let response: OutboundResponse
        do {
            response = try await (transport ?? prepared.transport).send(prepared.request)
        } catch let error as OutboundError {
            return .failure(Trouble(reason: "The look-up failed: \(error.code.text).", wait: Self.interval))
        }
        let outputs = prepared.interpret(response)
        guard outputs.isSuccess else {
            let wait = outputs.retryAfter(now: now) ?? Self.interval
            return .failure(
                Trouble(reason: "The look-up was answered \(outputs.statusCode).", wait: max(.seconds(1), wait))
            )
        }
        return .success(outputs)
    }

    private func outputs(_ context: AdapterContext, _ item: JSON) throws -> ConnectorOutputs {
        let json = try context.evaluate(rule.outputs, item: item, "lookup/outputs")
        return ConnectorOutputs(
            statusCode: Int(clamping: json["statusCode"]?.integerValue ?? 200),
            headers: json["headers"]?.objectValue ?? JSONObject(),
            body: json["body"]
        )
    }
}

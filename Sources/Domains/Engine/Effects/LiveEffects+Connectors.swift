import Connectors
import JSONTree
import Moments
import Outbound

extension LiveEffects {
    /// How a call of a connector stands to earlier ones.
    struct Standing: Sendable {
        /// Whether an earlier attempt may have happened.
        var isResend = false
        /// Whether the business key is held, or none is wanted.
        var holdsKey = false
    }

    /// Makes a call of a connector's operation (section 6.3).
    func callConnector(
        _ inputs: JSON,
        at site: CallSite,
        _ way: CallWay,
        _ standing: Standing = Standing()
    ) async -> EffectOutcome {
        do throws(CallFailure) {
            var cursor: JSON?
            if case .poll(let reference) = way { cursor = PollCursor.read(reference) }
            let prepared = try await prepare(inputs, site, cursor: cursor)
            switch way {
            case .call, .subscribe:
                return try await send(prepared, way, site, standing)
            case .poll(let reference):
                if PollCursor.read(reference) != nil { return try await send(prepared, .call, site, standing) }
                return try await follow(reference, of: prepared, site)
            case .page(let reference):
                guard let request = prepared.following(reference) else { throw Self.foreignPage(site) }
                return try await answer(request, of: prepared, .harmless, site)
            case .unsubscribe:
                throw .refused("InvalidTemplate", "The subscription of '\(site.name)' has no address to end it at.")
            }
        } catch {
            return error.outcome
        }
    }

    /// Ends the subscription of a connector: as its adapter says, else by DELETE at the address that the answer to the
    /// subscription named, else by the operation that deletes what was made; where none of them is known, it is forgotten.
    ///
    /// `inputs`: `{"subscription": {statusCode, headers, body}, "subscribe": INPUTS}`.
    func endSubscription(_ inputs: JSON, at site: CallSite) async -> EffectOutcome {
        let subscription = inputs[ignoringCase: "subscription"] ?? .null
        let subscribe = inputs[ignoringCase: "subscribe"] ?? .null
        do throws(CallFailure) {
            if let location = HeaderLookup.text(subscription[ignoringCase: "headers"] ?? .null, "location"),
                !location.isEmpty
            {
                let prepared = try await prepare(subscribe, site)
                return try await follow(location, of: prepared, site, method: "DELETE")
            }
            guard let ending = try await ending(subscribe, subscription, site) else {
                return .answered(.init(status: 204, headers: .object(JSONObject()), body: nil))
            }
            return try await answer(ending.request, of: ending, .harmless, site)
        } catch {
            return error.outcome
        }
    }

    private func ending(
        _ subscribe: JSON,
        _ subscription: JSON,
        _ site: CallSite
    ) async throws(CallFailure) -> PreparedCall? {
        let call = try await connectorCall(subscribe, site)
        do {
            return try await registry.unsubscribing(call, subscription: subscription)
        } catch {
            throw CallFailure(outcome: outcome(of: error, .harmless, site))
        }
    }

    /// Looks up whether an earlier call has happened.
    func lookUp(
        _ inputs: JSON,
        at site: CallSite,
        since: Timestamp,
        lastAttempt: Timestamp?
    ) async -> EffectOutcome {
        do throws(CallFailure) {
            let prepared = try await prepare(inputs, site)
            guard let lookup = prepared.lookup else {
                return .unknown(
                    RunError(
                        "OutcomeUnknown",
                        "The operation of '\(site.name)' has no look-up; a person has to decide."
                    )
                )
            }
            do {
                switch try await lookup.run(since: since, lastAttempt: lastAttempt, now: clock.now) {
                case .found(let outputs): return .found(Self.answer(outputs))
                case .absent: return .absent
                case .undecided: return .undecided
                }
            } catch let error as ConnectorError {
                if error.isHold { return .undecided }
                return .unknown(RunError(error.code.text, error.message))
            } catch {
                return .undecided
            }
        } catch {
            // A look-up that cannot be prepared says nothing about the call: that stays open.
            guard case .refused(let error, _) = error.outcome else { return .undecided }
            return .unknown(error)
        }
    }

    /// The call that the inputs describe, by method and path.
    private func connectorCall(_ inputs: JSON, _ site: CallSite) async throws(CallFailure) -> ConnectorCall {
        let call = try ConnectorInputs.call(inputs, site, networks: networks(of: site), timeout: limits.requestTimeout)
        guard let operation = ConnectorInputs.operation(inputs) else { return call }
        do {
            return try await registry.resolving(call, operation: operation.id, parameters: operation.parameters)
        } catch {
            throw CallFailure(outcome: outcome(of: error, .harmless, site))
        }
    }

    func prepare(
        _ inputs: JSON,
        _ site: CallSite,
        cursor: JSON? = nil
    ) async throws(CallFailure) -> PreparedCall {
        var call = try await connectorCall(inputs, site)
        call.cursor = cursor
        do {
            return try await registry.prepare(call)
        } catch {
            // Nothing of the call itself was sent: at most a token was asked for.
            throw CallFailure(outcome: outcome(of: error, .harmless, site))
        }
    }

    private func send(
        _ prepared: PreparedCall,
        _ way: CallWay,
        _ site: CallSite,
        _ standing: Standing
    ) async throws(CallFailure) -> EffectOutcome {
        if let key = prepared.businessKey, !standing.holdsKey { return .needsKey(key) }
        let repetition = prepared.repetition
        if standing.isResend, let outcome = CallErrors.resend(site, repetition) { return outcome }
        var request = prepared.request
        do {
            try await registry.guardContainment(&request, prepared.effect, tenant: site.program.identity.tenant)
        } catch {
            throw CallFailure(outcome: outcome(of: error, .harmless, site))
        }
        return try await answer(request, of: prepared, repetition, site, way)
    }

    /// Asks at an address that an answer named; another origin gets no credentials.
    private func follow(
        _ reference: String,
        of prepared: PreparedCall,
        _ site: CallSite,
        method: String = "GET"
    ) async throws(CallFailure) -> EffectOutcome {
        if let request = prepared.following(reference, method: method) {
            return try await answer(request, of: prepared, .harmless, site)
        }
        let bare = try followUp(reference, of: prepared.request, site, method: method)
        // What is not answered by the connector's own server is never answered by this one in its place.
        return try await answer(bare.request, of: prepared, .harmless, site, through: transport)
    }

    private func answer(
        _ request: OutboundRequest,
        of prepared: PreparedCall,
        _ repetition: Repetition,
        _ site: CallSite,
        _ way: CallWay = .call,
        through other: (any Transport)? = nil
    ) async throws(CallFailure) -> EffectOutcome {
        var response: OutboundResponse
        do {
            response = try await exchange(
                request,
                through: other ?? prepared.transport,
                site,
                takesChunks: prepared.takesChunks
            )
        } catch {
            throw CallFailure(outcome: outcome(of: error, repetition, site))
        }
        if case .lookedUp(let delay) = repetition, response.status >= 500 {
            return .doubtful(nil, status: response.status, delay: delay)
        }
        if response.status == 202 || way == .subscribe {
            response = AnswerReading.withAbsoluteLocation(response, of: request)
        }
        let outputs = prepared.interpret(response)
        var answer = Self.answer(outputs)
        answer.nextPage = prepared.nextPage(after: outputs)?.url
        return .answered(answer)
    }

    private static func answer(_ outputs: ConnectorOutputs) -> EffectOutcome.Answer {
        EffectOutcome.Answer(status: outputs.statusCode, headers: .object(outputs.headers), body: outputs.body)
    }
}

extension PreparedCall {
    /// What it means to send it again when its answer was lost.
    var repetition: Repetition {
        switch idempotency {
        case .safe, .header: .harmless
        case .lookup(let delay): lookup == nil ? .forbidden : .lookedUp(after: delay)
        case .none: .forbidden
        }
    }
}

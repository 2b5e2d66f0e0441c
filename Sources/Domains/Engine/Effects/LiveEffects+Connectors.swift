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
            let prepared = try await prepare(inputs, site)
            switch way {
            case .call, .subscribe:
                return try await send(prepared, way, site, standing)
            case .poll(let reference):
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

    /// Ends the subscription of a connector: DELETE at the address that the answer to the subscription named.
    ///
    /// `inputs`: `{"subscription": {statusCode, headers, body}, "subscribe": INPUTS}`.
    func endSubscription(_ inputs: JSON, at site: CallSite) async -> EffectOutcome {
        let headers = inputs[ignoringCase: "subscription"]?[ignoringCase: "headers"] ?? .null
        do throws(CallFailure) {
            guard let location = HeaderLookup.text(headers, "location"), !location.isEmpty else {
                throw .refused(
                    "SubscriptionWithoutAddress",
                    "The service named no address at which the subscription of '\(site.name)' can be ended."
                )
            }
            let prepared = try await prepare(inputs[ignoringCase: "subscribe"] ?? .null, site)
            return try await follow(location, of: prepared, site, method: "DELETE")
        } catch {
            return error.outcome
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

    private func prepare(_ inputs: JSON, _ site: CallSite) async throws(CallFailure) -> PreparedCall {
        var call = try ConnectorInputs.call(inputs, site, networks: networks(of: site), timeout: limits.requestTimeout)
        do {
            if let operation = ConnectorInputs.operation(inputs) {
                call = try await registry.resolving(call, operation: operation.id, parameters: operation.parameters)
            }
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
        return try await answer(prepared.request, of: prepared, repetition, site, way)
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
            response = try await exchange(request, through: other ?? prepared.transport, site)
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

import Connectors
import JSONTree
import Outbound
import Signals

extension LiveEffects {
    /// Makes a call that the inputs describe as an Http action's do (section 6.1).
    func callHTTP(_ inputs: JSON, at site: CallSite, _ way: CallWay, isResend: Bool = false) async -> EffectOutcome {
        do throws(CallFailure) {
            return try await answerHTTP(inputs, site, way, isResend: isResend)
        } catch {
            return error.outcome
        }
    }

    private func answerHTTP(
        _ inputs: JSON,
        _ site: CallSite,
        _ way: CallWay,
        isResend: Bool
    ) async throws(CallFailure) -> EffectOutcome {
        let call: HTTPCall
        let credential: CallCredential
        do throws(RunError) {
            call = try HTTPCall(inputs: inputs)
            credential = try CallCredential(call.authentication)
        } catch {
            throw .refused(error)
        }
        let networks = try networks(of: site)
        var request = try call.request(for: site, networks: networks, limits: limits)
        var showsCredential = true
        switch way {
        case .call, .subscribe, .unsubscribe: break
        case .poll(let reference), .page(let reference):
            let next = try followUp(reference, of: request, site)
            if case .page = way, !next.isSameOrigin, call.showsWhoCalls || credential.isFetched {
                throw Self.foreignPage(site)
            }
            showsCredential = next.isSameOrigin
            request = next.request
        }
        let repetition = Repetition.of(method: request.method, headers: request.headers)
        if isResend, let outcome = CallErrors.resend(site, repetition) { return outcome }
        if showsCredential { try await authenticate(&request, credential, site) }
        let response: OutboundResponse
        do {
            response = try await exchange(request, through: transport, site)
        } catch {
            return outcome(of: error, repetition, site)
        }
        if response.status == 401, case .directory(let directory) = credential { await tokens.forget(directory) }
        let isToBeCalled = response.status == 202 || way == .subscribe
        return .answered(
            AnswerReading.answer(
                isToBeCalled ? AnswerReading.withAbsoluteLocation(response, of: request) : response
            )
        )
    }

    /// The networks that a call may reach.
    func networks(of site: CallSite) throws(CallFailure) -> NetworkPolicy {
        var allowed: [Network] = []
        for text in site.program.allowedNetworks {
            guard let network = Network(text) else {
                throw .refused(
                    "InvalidNetwork",
                    "The workflow allows '\(text)', which is no network such as 10.0.0.0/8."
                )
            }
            allowed.append(network)
        }
        return networks.union(NetworkPolicy(allowing: allowed))
    }

    /// The request for an address that an answer named.
    func followUp(
        _ reference: String,
        of request: OutboundRequest,
        _ site: CallSite,
        method: String = "GET"
    ) throws(CallFailure) -> FollowUp {
        do throws(OutboundError) {
            return try FollowUp(reference, of: request, method: method)
        } catch {
            throw CallFailure(outcome: CallErrors.outcome(of: error, .harmless, isSecured: site.isSecured))
        }
    }

    /// What a call came to that was not answered.
    func outcome(of error: any Error, _ repetition: Repetition, _ site: CallSite) -> EffectOutcome {
        switch error {
        case let error as OutboundError: CallErrors.outcome(of: error, repetition, isSecured: site.isSecured)
        case let error as ConnectorError: CallErrors.outcome(of: error, isSecured: site.isSecured)
        case let error as CallFailure: error.outcome
        default: CallErrors.lost(RunError("ConnectionLost", "The call ended without an answer."), repetition)
        }
    }

    static func foreignPage(_ site: CallSite) -> CallFailure {
        .refused(
            "PageOfOtherOrigin",
            "The next page of '\(site.name)' is on another server than the first, where the credentials of this call must not go. Read it with an action of its own.",
            record: "Forbidden"
        )
    }
}

extension HTTPCall {
    /// Whether its headers hold credentials.
    var showsWhoCalls: Bool { headers.contains { Redaction.isSecretHeader($0.name) } }
}

extension CallCredential {
    /// Whether the call gets a credential that is not in its headers.
    var isFetched: Bool {
        if case .none = self { false } else { true }
    }
}

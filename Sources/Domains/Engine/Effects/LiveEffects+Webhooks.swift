import Moments
import Playbooks

extension LiveEffects {
    /// Waits between the attempts to end a subscription.
    static let unsubscribePauses: [Duration] = [.seconds(7), .seconds(15), .seconds(30)]

    /// Ends the subscription of a webhook action.
    ///
    /// Nobody waits for it and no run remembers it, so that it is tried again here.
    func unsubscribe(_ effect: ActionEffect, _ site: CallSite) async -> EffectOutcome {
        var outcome = await endOnce(effect, site)
        for wait in Self.unsubscribePauses where outcome.isWorthRetrying {
            do {
                try await pause(wait)
            } catch {
                return outcome
            }
            outcome = await endOnce(effect, site)
        }
        return outcome
    }

    private func endOnce(_ effect: ActionEffect, _ site: CallSite) async -> EffectOutcome {
        effect.node.type == .httpWebhook
            ? await callHTTP(effect.inputs, at: site, .unsubscribe) : await endSubscription(effect.inputs, at: site)
    }
}

extension EffectOutcome {
    /// Whether a retry policy would try again.
    var isWorthRetrying: Bool {
        switch self {
        case .unreachable: true
        case .answered(let answer): StatusCodes.isRetried(answer.status)
        default: false
        }
    }
}

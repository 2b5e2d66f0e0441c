import Connectors
import JSONTree

extension LiveEffects {
    /// Whether a held call can go on: its connection can show who it is, and containment is not paused.
    ///
    /// Nothing is sent but, where it is needed, the question for a token.
    func probe(_ inputs: JSON, at site: CallSite) async -> EffectOutcome {
        do throws(CallFailure) {
            try await readiness(inputs, site)
        } catch {
            // Whatever else is wrong now is for the call itself to say.
            if case .held(let reason) = error.outcome { return .stillHeld(reason) }
        }
        return .released
    }

    private func readiness(_ inputs: JSON, _ site: CallSite) async throws(CallFailure) {
        let prepared = try await prepare(inputs, site)
        var request = prepared.request
        do {
            try await registry.guardContainment(&request, prepared.effect, tenant: site.program.identity.tenant)
        } catch {
            throw CallFailure(outcome: outcome(of: error, .harmless, site))
        }
    }
}

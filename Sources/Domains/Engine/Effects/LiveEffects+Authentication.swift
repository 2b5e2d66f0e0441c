import Connectors
import Outbound
import Secrets

extension LiveEffects {
    /// Gives a request the credential of its action; nothing of the call was sent when it fails.
    func authenticate(
        _ request: inout OutboundRequest,
        _ credential: CallCredential,
        _ site: CallSite
    ) async throws(CallFailure) {
        switch credential {
        case .none: return
        case .certificate(let certificate): request.clientCertificate = certificate
        case .directory(let directory):
            let token = try await tokens.token(directory, networks: request.networks, transport: transport)
            request.headers["Authorization"] = "Bearer \(token.text)"
        case .managedIdentity(let audience, let identity):
            request.headers["Authorization"] = "Bearer \(try await token(audience, identity, site))"
        }
    }

    private func token(_ audience: String, _ identity: String?, _ site: CallSite) async throws(CallFailure) -> String {
        guard let identities else {
            throw .refused(
                "AuthenticationFailed",
                "The call of '\(site.name)' needs a managed identity, which this server does not offer.",
                record: "Unauthorized"
            )
        }
        do {
            return try await identities.token(
                audience: audience,
                tenant: site.program.identity.tenant,
                identity: identity
            )
        } catch let error as ConnectorError {
            throw CallFailure(outcome: CallErrors.outcome(of: error, isSecured: site.isSecured))
        } catch let error as OutboundError {
            throw CallFailure(outcome: CallErrors.outcome(of: error, .harmless, isSecured: site.isSecured))
        } catch {
            throw CallFailure(
                outcome: .unreachable(
                    RunError("AuthenticationUnavailable", "No token of the managed identity could be had.")
                )
            )
        }
    }
}

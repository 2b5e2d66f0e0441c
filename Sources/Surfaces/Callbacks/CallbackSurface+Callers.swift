import Engine
import Identity
import JSONTree
import Moments
import Serving

/// Who may call a trigger.
extension CallbackSurface {
    /// Lets a caller on whose signature or token is good and whose address is allowed.
    ///
    /// - Throws: `Problem` 401 or 403.
    func admit(_ request: Request, _ record: WorkflowRecord, trigger: String) async throws {
        let rules = try AccessControl(properties: record.properties)
        guard rules.allows(request.remoteAddress, to: .triggers) else { throw Self.foreignAddress(.triggers) }
        let token = Access.bearerToken(of: request)
        let hasSignature = request.query["sig"] != nil
        if let token, !hasSignature, !rules.policies.isEmpty, let validator {
            let found: JSONObject
            do throws(TokenFailure) {
                found = try await validator.claims(of: token)
            } catch {
                throw Problem(
                    status: 401,
                    code: "OpenAuthenticationInvalidToken",
                    message: "The bearer token is not valid. \(error.message)"
                )
            }
            return try TokenPolicies.check(found, rules.policies)
        }
        guard token == nil else {
            // With both, nobody could say by which of them the caller was let in.
            throw Problem(
                status: 401,
                code: "DirectApiAuthorizationRequired",
                message: rules.policies.isEmpty
                    ? "The request must be authenticated only by Shared Access scheme."
                    : "The request must be authenticated either by Shared Access scheme or by a bearer token, not by both."
            )
        }
        guard !rules.isSignatureDisabled else {
            throw Problem(
                status: 401,
                code: "DirectApiAuthorizationRequired",
                message: "The workflow takes no calls by Shared Access scheme; send a bearer token."
            )
        }
        let verdict = try await service.signer.check(
            trigger: trigger,
            workflow: record.id,
            tenant: record.tenant,
            queries: Self.queries(request),
            now: clock.now
        )
        if let problem = CallbackProblems.problem(verdict) { throw problem }
    }

    static func foreignAddress(_ scope: AccessControl.Scope) -> Problem {
        Problem(
            status: 403,
            code: "AuthorizationFailed",
            message: "The address of the caller is not among 'accessControl.\(scope.rawValue)' of the workflow."
        )
    }
}

import Engine
import Identity
import JSONTree
import Serving

/// Lets callers with a bearer token in, by the policies of the workflow (`openAuthenticationPolicies`, section 12.2).
enum TokenPolicies {
    /// Returns when the claims of the token fulfil one of the policies.
    ///
    /// - Throws: `Problem` 401 for a token that is not good, 403 for one that no policy lets in.
    static func check(_ claims: JSONObject, _ policies: [AccessControl.Policy]) throws(Problem) {
        let fits = policies.contains { policy in
            policy.claims.allSatisfy { name, wanted in
                claims[name].map { holds($0, wanted, isAddress: name == "iss" || name == "aud") } ?? false
            }
        }
        guard fits else {
            throw Problem(
                status: 403,
                code: "OpenAuthenticationPolicyEvaluationFailed",
                message: "The claims of the token fulfil no authentication policy of the workflow's trigger."
            )
        }
    }

    private static func holds(_ claim: JSON, _ wanted: String, isAddress: Bool) -> Bool {
        switch claim {
        case .array(let items): items.contains { holds($0, wanted, isAddress: isAddress) }
        case .string(let text): isAddress ? folded(text) == folded(wanted) : text == wanted
        default: claim.text == wanted
        }
    }

    private static func folded(_ address: String) -> String {
        address.hasSuffix("/") ? String(address.dropLast()) : address
    }
}

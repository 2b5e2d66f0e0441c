import Outbound
import Secrets

/// Shows a token that is fetched from an endpoint; a token that the service refuses is replaced once.
struct TokenStep: LastStep {
    let demand: TokenDemand
    let connection: Connection
    let tokens: ConnectionTokens
    let way: TokenWay

    func finish(_ request: inout OutboundRequest) async throws {
        let token = try await tokens.token(demand, for: connection, by: way)
        request.headers["Authorization"] = "Bearer \(token.text)"
    }

    func renews(after response: OutboundResponse, to request: OutboundRequest) async -> Bool {
        guard response.status == 401, let shown = request.headers["Authorization"], shown.hasPrefix("Bearer ") else {
            return false
        }
        do {
            return try await tokens.refused(
                SecretValue(String(shown.dropFirst("Bearer ".count))),
                demand,
                for: connection,
                by: way
            )
        } catch {
            // The answer stands as it is.
            return false
        }
    }
}

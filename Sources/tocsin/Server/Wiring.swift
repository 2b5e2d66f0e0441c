import Alerts
import Connectors
import Durable
import Identity
import JSONTree
import Outbound
import Serving
import Stores
import Synchronization

/// Writes changes of alerts into the server's change feed.
struct FeedRecorder: ChangeRecorder {
    func record(_ change: AlertChange, in transaction: Transaction) throws {
        try SQLFeed.append(
            FeedEntry(
                tenant: change.tenant,
                domain: "alerts",
                kind: change.kind.rawValue,
                key: change.id,
                body: change.detail.text
            ),
            to: transaction
        )
    }
}

/// The router that connectors of this server itself call, known once all surfaces are there.
final class OwnRouter: Sendable {
    private let router = Mutex<Router?>(nil)

    func set(_ router: Router) { self.router.withLock { $0 = router } }

    /// The way onto the own routes with the identity of a tenant's workflows.
    func transport(tenant: String, origin: String) -> any Transport {
        guard let router = router.withLock({ $0 }) else { return NoTransport() }
        return RouterTransport(router: router, principal: .workflows(tenant: tenant), origin: origin)
    }

    private struct NoTransport: Transport {
        func send(_ request: OutboundRequest) async throws -> OutboundResponse {
            throw OutboundError(
                code: .connectionFailed,
                message: "The server is still starting.",
                certainlyNotSent: true
            )
        }
    }
}

/// Tokens of this server for its own workflows.
struct OwnIdentities: ManagedIdentityTokens {
    let issuer: TokenIssuer
    let origin: String

    func token(audience: String, tenant: String) async throws -> String {
        try issuer.token(
            for: .workflows(tenant: tenant),
            resourceID: "/tenants/\(tenant)/workflows",
            audience: audience,
            origin: origin
        ).text
    }
}

/// What the server still waits for before it can work.
final class Readiness: Sendable {
    private let reasons = Mutex<[String]>(["The server is starting."])

    /// What it waits for, in words; empty when it can work.
    var waits: [String] { reasons.withLock { $0 } }

    func set(_ reasons: [String]) { self.reasons.withLock { $0 = reasons } }
}

/// Asks for a token with the role before metrics are shown.
enum MetricsGuard {
    static func middleware(_ access: Access, isOpen: Bool) -> Routes.Middleware {
        { request, next in
            if isOpen { return try await next(request) }
            return try await access.requireToken(request) { request in
                try Access.require(.readMetrics, .administer, of: request)
                return try await next(request)
            }
        }
    }
}

/// Ends the tokens of apps that were deleted or disabled.
struct AppCheck: Sendable {
    let directory: Directory

    /// Whether tokens of the app count no more; also while the store cannot say.
    func isRevoked(_ clientID: String, tenant: String) async -> Bool {
        do {
            return try await directory.app(clientID: clientID, tenant: tenant)?.isEnabled != true
        } catch {
            return true
        }
    }
}

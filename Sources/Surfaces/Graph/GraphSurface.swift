public import Alerts
import Identity
import JSONTree
import OData
public import Serving

/// The Microsoft Graph security surface, below `/v1.0` and `/beta`: so far the legacy alerts.
///
/// | request | role |
/// | --- | --- |
/// | `GET security/alerts`, `GET security/alerts/{id}`, `GET security/alerts/$count` | SecurityEvents.Read.All |
/// | `PATCH security/alerts/{id}` | SecurityEvents.ReadWrite.All |
/// | `POST security/alerts` (ours: intake of a provider) | SecurityEvents.ReadWrite.All or Alerts.Submit |
public struct GraphSurface: Sendable {
    /// The header of a PATCH whose key is stored with its answer, in the transaction of the change.
    public static let idempotencyHeader = "Idempotency-Key"

    let alerts: AlertStore
    private let access: Routes.Middleware?

    /// Makes the surface.
    ///
    /// - Parameters:
    ///   - alerts: The broker's alerts.
    ///   - access: The check of tokens, such as `Access(…, audience: .graph, form: .graph).requireToken`; nil where every
    ///     request has a principal already.
    public init(alerts: AlertStore, access: Routes.Middleware? = nil) {
        self.alerts = alerts
        self.access = access
    }

    /// The routes of the surface.
    public var routes: Routes {
        var routes = Routes(
            ignoringCase: true,
            errors: .graph,
            middlewares: [GraphHeaders.add] + (access.map { [$0] } ?? [])
        )
        for version in ["v1.0", "beta"] {
            let list = "/\(version)/security/alerts"
            routes.get(list) { try await self.list($0, version) }
            routes.post(list) { try await self.submit($0, version) }
            routes.get("\(list)/$count") { try await self.count($0) }
            for item in ["\(list)/{id}", "\(list)('{id}')"] {
                routes.get(item) { try await self.get($0, version) }
                routes.patch(item) { try await self.change($0, version) }
            }
        }
        return routes
    }
}

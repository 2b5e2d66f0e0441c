import JSONTree
import Serving
import Stores

/// What only an administrator on this machine may ask, because it is about the machine: below `/tocsin/v1/local`.
struct LocalRoutes {
    let store: Store

    var routes: Routes {
        var routes = Routes()
        routes.post("/tocsin/v1/local/backup") { try await backup($0) }
        return routes
    }

    private func backup(_ request: Request) async throws -> Response {
        guard let target = try request.json()["target"]?.stringValue, target.hasPrefix("/") else {
            throw Problem(status: 400, message: "The member 'target' must be the whole path of a folder.")
        }
        do {
            return .json(try await store.backup(to: target).json)
        } catch let error as StoreError {
            throw Problem(status: 409, code: "\(error.code)", message: error.message)
        }
    }
}

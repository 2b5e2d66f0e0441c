import Serving

/// The headers that every answer of the management interface has.
enum ManagementHeaders {
    static let add: Routes.Middleware = { request, next in
        var response = try await next(request)
        response.headers["x-ms-request-id"] = request.id
        response.headers["x-ms-correlation-request-id"] = request.headers["x-ms-correlation-request-id"] ?? request.id
        response.headers["Cache-Control"] = "no-cache"
        if let id = request.headers["x-ms-client-request-id"], id.utf8.count <= 128 {
            response.headers["x-ms-client-request-id"] = id
        }
        return response
    }
}

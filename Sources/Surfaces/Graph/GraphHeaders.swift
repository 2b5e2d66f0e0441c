import Serving

/// The headers that every answer of Graph has.
enum GraphHeaders {
    static let contentType =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

    static let add: Routes.Middleware = { request, next in
        var response = try await next(request)
        response.headers["request-id"] = request.id
        response.headers["client-request-id"] = request.headers["client-request-id"] ?? request.id
        response.headers["OData-Version"] = "4.0"
        return response
    }
}

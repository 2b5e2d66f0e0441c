/// The routes of one surface, with its way of writing errors.
///
/// ```swift
/// var routes = Routes(errors: .graph)
/// routes.get("/v1.0/security/alerts/{id}") { request in
///     .json(try await alerts.get(request.parameters["id"]))
/// }
/// ```
public struct Routes: Sendable {
    /// Answers a request; throws ``Problem``, a ``ResponseError``, or anything else for an answer of status 500.
    public typealias Handler = @Sendable (Request) async throws -> Response

    /// Does something around a handler, or answers itself.
    public typealias Middleware = @Sendable (Request, Handler) async throws -> Response

    /// The body limit of routes that say nothing else: 10 MB (10,485,760 bytes).
    public static let defaultBodyLimit = 10_485_760

    var tree: RouteTree
    let errors: ErrorForm
    private let bodyLimit: Int
    private var middlewares: [Middleware]

    /// Makes an empty list of routes.
    ///
    /// - Parameters:
    ///   - ignoringCase: Whether the literal parts of paths are matched without regard to case, as in Azure Resource
    ///     Manager.
    ///   - errors: How problems below these paths are written.
    ///   - bodyLimit: The largest request body in bytes.
    ///   - middlewares: What is done around every handler that is added, the first outermost.
    public init(
        ignoringCase: Bool = false,
        errors: ErrorForm = .plain,
        bodyLimit: Int = Routes.defaultBodyLimit,
        middlewares: [Middleware] = []
    ) {
        tree = RouteTree(ignoresCase: ignoringCase)
        self.errors = errors
        self.bodyLimit = bodyLimit
        self.middlewares = middlewares
    }

    /// Adds what is done around every handler added from now on, inside of what is there already.
    public mutating func use(_ middleware: @escaping Middleware) { middlewares.append(middleware) }

    /// Adds a route; a later one with the same method and template replaces the earlier.
    ///
    /// - Parameters:
    ///   - method: The method in upper case; HEAD is answered by GET unless it is added.
    ///   - template: Literal parts, `{name}` for a part or inside a part, `{name...}` for the rest of the path.
    ///   - bodyLimit: The largest body in bytes; that of the surface by default.
    ///   - handler: What answers.
    public mutating func add(
        _ method: String,
        _ template: String,
        bodyLimit: Int? = nil,
        _ handler: @escaping Handler
    ) {
        let path = PathTemplate(template)
        let wrapped = middlewares.reversed().reduce(handler) { inner, middleware in
            { request in try await middleware(request, inner) }
        }
        let endpoint = RouteTree.Endpoint(
            names: path.names,
            handler: wrapped,
            bodyLimit: bodyLimit ?? self.bodyLimit,
            template: template
        )
        tree.add(method, path, endpoint)
    }

    /// Adds a route for GET and HEAD.
    public mutating func get(_ template: String, _ handler: @escaping Handler) { add("GET", template, handler) }
    /// Adds a route for POST.
    public mutating func post(_ template: String, _ handler: @escaping Handler) { add("POST", template, handler) }
    /// Adds a route for PUT.
    public mutating func put(_ template: String, _ handler: @escaping Handler) { add("PUT", template, handler) }
    /// Adds a route for PATCH.
    public mutating func patch(_ template: String, _ handler: @escaping Handler) { add("PATCH", template, handler) }
    /// Adds a route for DELETE.
    public mutating func delete(_ template: String, _ handler: @escaping Handler) { add("DELETE", template, handler) }
}

public import Logging
import Outbound

/// All routes of the server: finds the handler of a request and turns every failure into an answer.
///
/// It knows no sockets, so that tests and the in-process transport call it directly.
public struct Router: Sendable {
    private let surfaces: [Routes]
    private let errors: ErrorForm
    private let logger: Logger
    private let observer: @Sendable (Observation) -> Void

    /// What happened to a request, for metrics; the template, never the path, so that there are few different values.
    public struct Observation: Sendable {
        /// The method.
        public let method: String
        /// The template of the route; nil when none matched.
        public let template: String?
        /// The status of the answer.
        public let status: Int
        /// The time until the head of the answer was there.
        public let duration: Duration
    }

    /// Makes a router.
    ///
    /// - Parameters:
    ///   - surfaces: The routes of each surface; where two match, the earlier wins.
    ///   - errors: How problems are written at paths that belong to no surface.
    ///   - logger: Where failures are logged.
    ///   - observer: What is told of every answered request.
    public init(
        _ surfaces: [Routes],
        errors: ErrorForm = .plain,
        logger: Logger = Logger(label: "tocsin.serving"),
        observer: @escaping @Sendable (Observation) -> Void = { _ in }
    ) {
        self.surfaces = surfaces
        self.errors = errors
        self.logger = logger
        self.observer = observer
    }

    /// The largest body in bytes that the route of a request accepts.
    public func bodyLimit(for request: Request) -> Int {
        switch find(request) {
        case .success(let found): found.match.endpoint.bodyLimit
        case .failure: Routes.defaultBodyLimit
        }
    }

    /// Answers a request; never throws and always ends when the handler does.
    public func respond(to request: Request) async -> Response {
        let start = ContinuousClock.now
        var template: String?
        var response: Response
        switch find(request) {
        case .failure(let miss): response = miss.errors.response(for: miss.problem, to: request)
        case .success(let found):
            var request = request
            let endpoint = found.match.endpoint
            template = endpoint.template
            for (name, value) in zip(endpoint.names, found.match.values) { request.parameters[name] = value }
            do {
                guard request.body.count <= endpoint.bodyLimit else {
                    throw Problem.tooLarge(limit: endpoint.bodyLimit)
                }
                response = try await endpoint.handler(request)
            } catch {
                response = answer(to: error, request: request, errors: found.errors)
            }
        }
        if !response.headers.contains("request-id") { response.headers.add("request-id", request.id) }
        observer(
            Observation(
                method: request.method,
                template: template,
                status: response.status,
                duration: ContinuousClock.now - start
            )
        )
        return response
    }

    /// The answer to a problem that was met before a handler could be asked.
    func response(for problem: Problem, to request: Request) -> Response {
        let form: ErrorForm
        switch find(request) {
        case .success(let found): form = found.errors
        case .failure(let miss): form = miss.errors
        }
        var response = form.response(for: problem, to: request)
        if !response.headers.contains("request-id") { response.headers.add("request-id", request.id) }
        return response
    }

    private struct Found {
        let match: RouteTree.Match
        let errors: ErrorForm
    }

    private struct Miss: Error {
        let problem: Problem
        let errors: ErrorForm
    }

    private func find(_ request: Request) -> Result<Found, Miss> {
        var others: (methods: [String], errors: ErrorForm)?
        var nearest: (depth: Int, errors: ErrorForm) = (0, errors)
        for surface in surfaces {
            switch surface.tree.find(request.method, request.segments) {
            case .found(let match): return .success(Found(match: match, errors: surface.errors))
            case .otherMethods(let methods):
                others = (methods: (others?.methods ?? []) + methods, errors: others?.errors ?? surface.errors)
            case .unknown(let depth): if depth > nearest.depth { nearest = (depth, surface.errors) }
            }
        }
        if let others { return .failure(Miss(problem: .methodNotAllowed(others.methods), errors: others.errors)) }
        return .failure(Miss(problem: .notFound("There is nothing at this path."), errors: nearest.errors))
    }

    private func answer(to error: any Error, request: Request, errors: ErrorForm) -> Response {
        switch error {
        case let error as any ResponseError: return error.response(to: request)
        case let problem as Problem: return errors.response(for: problem, to: request)
        default:
            if Task.isCancelled {
                // The client is gone or the server stops; nobody reads this.
                return errors.response(for: .unavailable("The request was cancelled."), to: request)
            }
            logger.error(
                "A request failed without an answer of its own",
                metadata: [
                    "request": "\(request.id)", "method": "\(request.method)", "error": "\(String(reflecting: error))",
                ]
            )
            return errors.response(for: .internalError, to: request)
        }
    }
}

/// An error that knows the answer it makes, in a surface's own words.
public protocol ResponseError: Error, Sendable {
    /// The answer to the request that failed.
    func response(to request: Request) -> Response
}

public import Moments
public import Serving

/// A stand-in of a vendor's service: a pure machine from a request and a state to a reply and the next state.
///
/// It reads no clock and throws no dice, so that the same requests at the same times give the same replies, in tests, in the
/// simulation and in the demonstration alike.
public protocol Vendor: Sendable {
    /// What the service remembers.
    associatedtype State: Sendable

    /// The state before the first request.
    func start(at now: Timestamp) -> State

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - request: The request; its path is the service's own, without the prefix at which it is mounted.
    ///   - path: The parts of that path, decoded.
    ///   - state: What the service remembers, changed in place.
    ///   - now: The present.
    /// - Returns: What is done with the request.
    func reply(to request: Request, path: [String], state: inout State, now: Timestamp) -> VendorReply
}

/// What a stand-in does with a request.
public struct VendorReply: Sendable {
    /// The answer.
    public var response: Response
    /// How long it takes.
    public var delay: Duration
    /// Whether the connection ends in place of the answer, so that the client cannot know what was done.
    public var isCut: Bool

    /// Makes a reply.
    public init(_ response: Response, delay: Duration = .zero, isCut: Bool = false) {
        self.response = response
        self.delay = delay
        self.isCut = isCut
    }
}

public import Moments

/// How the stand-in of Freshdesk behaves.
public struct FreshdeskOptions: Sendable, Hashable {
    /// The API keys that are taken; the password is ignored, as Freshdesk does.
    public var keys: Set<String> = ["lab-key"]
    /// Calls a minute before 429.
    public var callsPerMinute = 700
    /// How long the search index runs behind: 120 seconds.
    public var searchDelay = TimeSpan.seconds(120)
    /// How long the ticket list runs behind; none by default.
    public var listDelay = TimeSpan.zero
    /// The most tickets that are kept; the oldest go first.
    public var ticketLimit = 100_000

    /// Makes options with the defaults.
    public init() {}
}

/// Something that goes wrong on demand.
public struct FreshdeskFault: Sendable, Hashable {
    /// What goes wrong.
    public enum Kind: Sendable, Hashable {
        /// 429 with `Retry-After` in seconds.
        case tooManyRequests(retryAfter: Int)
        /// 500; nothing is done.
        case serverError
        /// The connection ends before anything is done.
        case cutBefore
        /// It is done, and then the connection ends.
        case cutAfter
        /// The connection ends at once, and it is done so much later.
        case doneLate(TimeSpan)
        /// It is done, and the answer comes so much later.
        case slow(TimeSpan)
    }

    /// What goes wrong.
    public let kind: Kind
    /// Whether only the creation of tickets is meant; else any call of the API.
    public let onlyCreation: Bool

    /// Makes a fault.
    public init(_ kind: Kind, onlyCreation: Bool = true) {
        self.kind = kind
        self.onlyCreation = onlyCreation
    }
}

import Moments

/// How stand-ins behave.
public struct LabOptions: Sendable {
    /// How many calls of a connector are answered in how long; more get 429 with `Retry-After`.
    public struct RateLimit: Sendable, Hashable {
        /// The connector.
        public var connector: String
        /// The calls.
        public var calls: Int
        /// The time.
        public var per: Duration

        /// Makes a limit.
        public init(connector: String, calls: Int, per: Duration) {
            self.connector = connector
            self.calls = calls
            self.per = per
        }

        /// Reads `CONNECTOR=CALLS/DURATION`, such as `freshdesk=2/PT1M`; nil when it is none.
        public init?(_ text: String) {
            guard let equals = text.firstIndex(of: "="), let slash = text[equals...].firstIndex(of: "/"),
                let calls = Int(text[text.index(after: equals)..<slash]), calls > 0,
                let span = ISODuration(String(text[text.index(after: slash)...]))?.exactSpan, span > .zero
            else { return nil }
            self.init(connector: String(text[..<equals]), calls: calls, per: span.duration)
        }
    }

    /// What makes answers differ between rehearsals that are otherwise the same.
    public var seed = "tocsin"
    /// What goes wrong.
    public var faults: [LabFault] = []
    /// Limits by the names of connectors in small letters.
    public var rateLimits: [String: RateLimit] = [:]
    /// How many polls a long operation answers with "not yet".
    public var pollsUntilDone = 2
    /// What `Retry-After` says, in seconds.
    public var retryAfter = 10

    /// Stand-ins that do nothing wrong.
    public init() {}
}

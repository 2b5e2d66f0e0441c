public import JSONTree

/// How many calls a connection may make, and when it leaves a failing service alone.
public struct TrafficSettings: Sendable, Hashable {
    /// So many calls in so many seconds: a bucket of `calls` tokens that fills evenly.
    public struct Limit: Sendable, Hashable {
        /// The number of calls, from 1.
        public var calls: Int
        /// In how many seconds.
        public var seconds: Double

        /// Makes a limit.
        public init(calls: Int, seconds: Double) {
            self.calls = calls
            self.seconds = seconds
        }

        /// Reads `{"calls": N, "seconds": S}`; nil when it is not that.
        public init?(_ json: JSON) {
            guard let calls = json["calls"]?.integerValue, (1...1_000_000).contains(calls),
                let seconds = json["seconds"]?.doubleValue, seconds > 0, seconds <= 86_400
            else { return nil }
            self.init(calls: Int(calls), seconds: seconds)
        }

        /// `{"calls": N, "seconds": S}`.
        public var json: JSON { ["calls": .integer(Int64(calls)), "seconds": .double(seconds)] }
    }

    /// When calls are stopped after failures.
    public struct Breaker: Sendable, Hashable {
        /// After so many failures in a row; 0 never stops.
        public var failures: Int
        /// For so many seconds the first time; each further time doubles it, up to ten times as long.
        public var seconds: Double

        /// 10 failures, 30 seconds.
        public static let standard = Breaker(failures: 10, seconds: 30)

        /// Makes a setting.
        public init(failures: Int, seconds: Double) {
            self.failures = failures
            self.seconds = seconds
        }
    }

    /// The connection's own limit; nil: the connector's.
    public var limit: Limit?
    /// The connection's own breaker; nil: ``Breaker/standard``.
    public var breaker: Breaker?

    /// The connector's limit and the standard breaker.
    public init(limit: Limit? = nil, breaker: Breaker? = nil) {
        self.limit = limit
        self.breaker = breaker
    }

    init(_ json: JSON, connection: String) throws {
        if let written = json["limits"]?.nonNull {
            guard let limit = Limit(written) else {
                throw ConnectorError(
                    .incompleteConnection,
                    "The 'limits' of the connection '\(connection)' must be {\"calls\": N, \"seconds\": S}."
                )
            }
            self.limit = limit
        }
        if let written = json["circuitBreaker"]?.nonNull {
            guard let failures = written["failures"]?.integerValue, (0...1_000_000).contains(failures),
                let seconds = (written["seconds"] ?? 30).doubleValue, seconds > 0, seconds <= 86_400
            else {
                throw ConnectorError(
                    .incompleteConnection,
                    "The 'circuitBreaker' of the connection '\(connection)' must be {\"failures\": N, \"seconds\": S}."
                )
            }
            breaker = Breaker(failures: Int(failures), seconds: seconds)
        }
    }

    func write(to object: inout JSONObject) {
        object["limits"] = limit?.json
        if let breaker {
            object["circuitBreaker"] = [
                "failures": .integer(Int64(breaker.failures)), "seconds": .double(breaker.seconds),
            ]
        }
    }
}

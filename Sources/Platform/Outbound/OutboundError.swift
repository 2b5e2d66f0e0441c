/// Why an outgoing call has no answer.
///
/// Neither code nor message ever holds a header value, a body, or the query of a URL.
public struct OutboundError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; ``text`` is the word that histories show.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The word, such as `UnresolvableHostName`.
        public let text: String

        private init(_ text: String) { self.text = text }

        /// The word.
        public var description: String { text }

        /// The URL, a header or the method cannot be sent.
        public static let invalidRequest = Code("InvalidRequest")
        /// The host name has no address.
        public static let unresolvableHost = Code("UnresolvableHostName")
        /// The target is in a network that this call may not reach.
        public static let refusedByGuard = Code("DestinationNotAllowed")
        /// No connection could be made, or the server's certificate is not trusted.
        public static let connectionFailed = Code("ConnectionFailed")
        /// The time of the call is over.
        public static let timedOut = Code("RequestTimeout")
        /// The connection ended after the request was sent, wholly or in part, and before the answer was complete.
        public static let lostReply = Code("ConnectionLost")
        /// The answer is larger than the limit, or unpacks to far more than it is.
        public static let tooLarge = Code("ResponseTooLarge")
        /// What came back is not HTTP, or not packed as it says.
        public static let invalidResponse = Code("InvalidProtocolResponse")
        /// More redirects than the rule allows.
        public static let tooManyRedirects = Code("TooManyRedirects")
        /// Too many calls wait for their turn, or the turn does not come within the time of the call.
        public static let throttled = Code("TooManyRequests")
        /// The service has failed so often that it is left alone for a while.
        public static let circuitOpen = Code("ServiceSuspended")
        /// The caller's task was cancelled.
        public static let cancelled = Code("Cancelled")
    }

    /// The kind of failure.
    public let code: Code

    /// What is wrong and what to do about it.
    public let message: String

    /// Whether the server cannot have got the whole request, so that sending it anew repeats nothing.
    public let certainlyNotSent: Bool

    /// Makes an error.
    public init(code: Code, message: String, certainlyNotSent: Bool) {
        self.code = code
        self.message = message
        self.certainlyNotSent = certainlyNotSent
    }

    /// The code and the message.
    public var description: String { "\(code.text): \(message)" }
}

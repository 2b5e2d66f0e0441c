public import Durable
public import JSONTree
public import Moments

/// What is delivered to a run.
public enum RunInput: Sendable {
    /// It begins.
    case begin(RunOrigin)
    /// It had to wait for others and may work now.
    case admit
    /// An effect has come to this.
    case landed(FlightNumber, EffectOutcome)
    /// A timer is due.
    case timer(TimerKey)
    /// What became of a claim on a business key.
    case claim(FlightNumber, ClaimOutcome)
    /// The callback address of a webhook action was called.
    case callback(FlightNumber, JSON)
    /// Somebody cancels the run.
    case cancel
    /// A person has decided about an unknown outcome.
    case settle(FlightNumber, Settlement)

    /// What a person may decide about a call whose outcome is unknown.
    public enum Settlement: Sendable, Hashable {
        /// It happened; these are its outputs.
        case happened(JSON)
        /// It did not happen; the action fails.
        case failed
        /// It did not happen; it is sent again.
        case sendAgain
    }
}

/// What a run tells the world when it is durable.
public enum RunPublication: Sendable {
    /// The answer to the caller of the trigger.
    case responded(ResponseContent)
    /// The run has ended; a caller that still waits gets no Response.
    case ended(ActionStatus, hasResponded: Bool)
}

/// The content of a Response action.
public struct ResponseContent: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The headers, name to text, with the type of the body.
    public var headers: JSON
    /// The body; nil when there is none.
    public var body: JSON?
    /// Whether the caller was answered 202 and asks for this at a status address.
    public var isAsynchronous: Bool

    /// Makes a content; headers that do not name the type of the body get it.
    public init(status: Int, headers: JSON, body: JSON?, isAsynchronous: Bool) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isAsynchronous = isAsynchronous
        if let body, headers[ignoringCase: Self.contentType] == nil, let type = Self.type(of: body) {
            var typed = headers.objectValue ?? JSONObject()
            typed[Self.contentType] = .string(type)
            self.headers = .object(typed)
        }
    }

    private static let contentType = "Content-Type"

    /// How a body goes out whose type the action does not say (section 6.5); nil for multipart, which writes its own.
    private static func type(of body: JSON) -> String? {
        if case .string = body { return "text/plain; charset=utf-8" }
        if body["$multipart"] != nil { return nil }
        if body["$content"] != nil, let type = body["$content-type"]?.stringValue { return type }
        return "application/json; charset=utf-8"
    }
}

/// What came of an effect.
public enum EffectOutcome: Sendable {
    /// The other side answered.
    case answered(Answer)
    /// It did not come to a call: the inputs are at fault, and trying again does not help.
    case refused(RunError, code: String)
    /// No answer, and nothing has happened there, or it may be repeated without harm: tried again by the retry policy.
    case unreachable(RunError)
    /// No answer, or a doubtful one: whether it happened can be looked up after a delay.
    case doubtful(RunError?, status: Int?, delay: TimeSpan)
    /// No answer, and nobody can say whether it happened.
    case unknown(RunError)
    /// The operation has a business key that has to be claimed first; nothing was sent.
    case needsKey(String)
    /// A look-up found what the call had done.
    case found(Answer)
    /// A look-up says that the call did nothing.
    case absent
    /// A look-up cannot tell yet.
    case undecided
    /// It waits until a person has done something: signed in again, resumed containment. Nothing was sent, and no attempt is used up.
    case held(RunError)
    /// The answer to a probe: it still waits.
    case stillHeld(RunError)
    /// The answer to a probe: what it waited for has come, and it can be sent now.
    case released
    /// A computed value, of a script for instance.
    case value(JSON)

    /// An answer of the other side.
    public struct Answer: Sendable {
        /// The HTTP status.
        public var status: Int
        /// The headers.
        public var headers: JSON
        /// The body; nil when there is none.
        public var body: JSON?
        /// The address of the next page, when the connector declares one.
        public var nextPage: String?

        /// Makes an answer.
        public init(status: Int, headers: JSON, body: JSON?, nextPage: String? = nil) {
            self.status = status
            self.headers = headers
            self.body = body
            self.nextPage = nextPage
        }

        /// `{statusCode, headers, body}`.
        public var outputs: JSON {
            var object = JSONObject()
            object["statusCode"] = .integer(Int64(status))
            object["headers"] = headers
            if let body { object["body"] = body }
            return .object(object)
        }
    }
}

import Durable
import JSONTree
import Moments

/// An action that waits for the outside: an effect, a timer, a callback, a person.
struct Flight: Sendable {
    /// What it waits for.
    enum Phase: String, Sendable, Hashable {
        /// The answer to a call that was sent, or is about to be.
        case calling
        /// The pause before a call is tried again.
        case pausing
        /// The pause before the status of a long operation is asked again.
        case polling
        /// A point in time.
        case sleeping
        /// The call of its callback address.
        case subscribed
        /// The outcome of its claim on a business key.
        case claiming
        /// Another run that holds its business key.
        case keyTaken
        /// The delay before a look-up may settle an unknown outcome.
        case settling
        /// The answer of a look-up.
        case lookingUp
        /// A person who signs in again, or resumes containment: asked now and then, without using up attempts.
        case held
        /// A person who decides what became of a call.
        case unknown

        /// Whether only a timer, a callback or a person brings it further, so that a restart need not look at it.
        var rests: Bool {
            switch self {
            case .pausing, .polling, .sleeping, .subscribed, .unknown: true
            case .calling, .claiming, .keyTaken, .settling, .lookingUp, .held: false
            }
        }
    }

    /// The member of the scratch that says what a held flight waits for.
    static let waitsFor = "waitsFor"

    /// The member of a progress whose elements are added to `items`, so that a journal holds each page once.
    static let furtherItems = "items+"

    var ref: RunState.SlotRef
    var phase: Phase
    var start: Timestamp
    /// The evaluated inputs: what a re-send after a crash sends again.
    var inputs: JSON
    /// Attempts made so far, the current one included.
    var attempt = 1
    /// When the first attempt whose outcome is open was sent.
    var sent: Timestamp
    /// The attempts before the last, as `retryHistory` shows them.
    var history: [JSON] = []
    /// What later calls need: `location`, `items` and `bytes` of pages, `subscription`, `key`.
    var scratch = JSONObject()
    /// Whether the outcome of a former process's call is open.
    var isResend = false
}

public import Moments

/// How a call whose answer was lost is settled.
public enum Idempotency: Sendable, Hashable {
    /// Doing it again changes nothing: reading, or setting to a value.
    case safe
    /// The service keeps the key of this header with its answer; sending it again gives the stored answer.
    case header(String)
    /// The result can be looked up; "absent" counts only when so much time has passed since the last attempt.
    case lookup(delay: TimeSpan)
    /// Neither: a lost answer stays unknown until a person decides.
    case none
}

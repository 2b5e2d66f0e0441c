/// What a transport does with an answer of status 301, 302, 303, 307 or 308 that has a `Location`.
public enum RedirectRule: Sendable, Hashable {
    /// Follow at most so many redirects, each checked by the guard like a first call; one more is an error.
    ///
    /// A redirect from https to http is not followed: its answer is the answer of the call, as in .NET.
    case follow(atMost: Int = 20)

    /// Hand the redirecting answer to the caller.
    case handOver
}

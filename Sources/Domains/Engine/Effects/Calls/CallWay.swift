/// Which of the calls of an operation is to be made.
enum CallWay: Sendable, Hashable {
    /// Its own call.
    case call
    /// A subscription; the callback address is in the inputs.
    case subscribe
    /// The end of a subscription.
    case unsubscribe
    /// The address that a former answer gave in `Location`: the status of a long operation, the next poll.
    case poll(String)
    /// The next page.
    case page(String)
}

/// Names one attempt to subscribe, in the callback address that the other side gets.
///
/// So a call tells which subscription it is for, and one that nobody can end any more is known by its calls.
enum SubscriptionToken {
    /// The query that holds it; workflows do not see it.
    static let queryName = "tocsin-subscription"

    /// The trigger's address for one attempt.
    static func address(_ base: String, _ token: String) -> String {
        "\(base)\(base.contains("?") ? "&" : "?")\(queryName)=\(token)"
    }

    /// Whether an address is that of this attempt.
    static func isNamed(_ token: String, in address: String) -> Bool { address.hasSuffix("\(queryName)=\(token)") }
}

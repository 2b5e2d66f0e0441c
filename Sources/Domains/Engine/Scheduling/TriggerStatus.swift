public import Moments

/// How a trigger stands.
public struct TriggerStatus: Sendable, Hashable {
    /// How the subscription of a webhook trigger stands.
    public struct Subscription: Sendable, Hashable {
        /// What is known of it.
        public enum State: String, Sendable, Hashable {
            /// It is being made, or tried again.
            case subscribing = "Subscribing"
            /// The other side has accepted it.
            case active = "Subscribed"
            /// It is being ended.
            case ending = "Unsubscribing"
        }

        /// What is known of it.
        public var state: State
        /// Why the last attempt failed.
        public var error: RunError?
        /// When it is tried again.
        public var retry: Timestamp?
    }

    /// The trigger, as the definition writes it.
    public var trigger: String
    /// Whether it fires.
    public var isEnabled: Bool
    /// When the scheduler first knew it.
    public var created: Timestamp
    /// When it was changed, enabled or disabled last.
    public var changed: Timestamp
    /// What the last evaluation came to; nil before the first.
    public var status: ActionStatus?
    /// The code of the last evaluation.
    public var code: String?
    /// The error of the last evaluation, or what is wrong with the trigger.
    public var error: RunError?
    /// When it was evaluated last.
    public var lastExecution: Timestamp?
    /// When it is evaluated next; nil: when it is called.
    public var nextExecution: Timestamp?
    /// The subscription of a webhook trigger; nil: none.
    public var subscription: Subscription?
}

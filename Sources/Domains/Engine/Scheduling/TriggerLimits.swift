public import Moments

/// What the scheduler takes and does at most.
public struct TriggerLimits: Sendable, Hashable {
    /// How many triggers that fire by the clock, and firings, are worked on at a time.
    ///
    /// Default 64.
    public var ticksAtOnce = 64
    /// How many polls and subscriptions are under way at a time.
    ///
    /// Default 128.
    public var callsAtOnce = 128
    /// How many calls of webhook triggers are worked on at a time; further ones get 429.
    ///
    /// Default 1,000.
    public var receptionsAtOnce = 1_000
    /// How many firings of a trigger may wait to be launched, when the store or the driver is in trouble; further ones get 429.
    ///
    /// Default 1,000.
    public var waitingFirings = 1_000
    /// How many polls in a row follow at once where the answer says `Retry-After: 0`; then the recurrence applies.
    ///
    /// Default 100.
    public var pollsInARow = 100
    /// How late a fire of a Recurrence may come after the server was down; an earlier one counts as missed.
    ///
    /// Default 60 s, so that a restart at eight o'clock does not swallow the report of eight o'clock.
    public var lateness: TimeSpan = .seconds(60)
    /// The longest sleep, after which the clock is looked at again: it may have been set forward.
    ///
    /// Default 60 s.
    public var longestSleep: TimeSpan = .seconds(60)
    /// After how long a subscription is tried anew when its retry policy is used up.
    ///
    /// Default an hour.
    public var subscriptionPause: TimeSpan = .hours(1)
    /// How many bytes of inputs, and of outputs, an entry of the history keeps; larger content is left out.
    ///
    /// Default 1 MiB. What starts a run is kept whole, by the run.
    public var historyContentBytes = 1_048_576
    /// How long entries of histories, and the keys of sendings to batches, are kept.
    ///
    /// Default 90 days, as runs.
    public var retention: TimeSpan = .days(90)
    /// How many messages a partition of a batch holds.
    ///
    /// Default 5,000.
    public var batchMessages = 5_000
    /// How many bytes the messages of a partition have in all.
    ///
    /// Default 80 MB.
    public var batchBytes = 80_000_000

    /// The documented defaults.
    public init() {}
}

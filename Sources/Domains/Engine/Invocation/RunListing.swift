public import Durable
public import JSONTree
public import Moments

/// A run as lists show it.
public struct RunListing: Sendable {
    /// What is fixed about it.
    public var header: RunHeader
    /// The status.
    public var status: ActionStatus
    /// The trigger that started it.
    public var trigger: String
    /// The client tracking id.
    public var clientTrackingID: String
    /// When it began to work.
    public var start: Timestamp
    /// When it ended.
    public var end: Timestamp?
    /// The code.
    public var code: String?
    /// The error, `{code, message}`.
    public var error: JSON?
    /// Whether a person has to decide about an unknown outcome.
    public var isOutcomeUnknown: Bool

    init(_ listed: SQLRuns.Listed) throws {
        let detail = try JSON.parse(listed.summary.detail)
        header = listed.header
        status = ActionStatus(word: listed.summary.status) ?? .running
        trigger = detail["trigger"]?.stringValue ?? listed.group
        clientTrackingID = detail["tracking"]?.stringValue ?? listed.header.name
        start = detail["start"]?.integerValue.map { Timestamp(ticks: $0) } ?? listed.header.opened
        end = listed.summary.closed
        code = detail["code"]?.stringValue
        error = detail["error"]
        isOutcomeUnknown = listed.summary.isOutcomeUnknown
    }
}

/// Which runs a list shows; nil: no matter.
public struct RunFilter: Sendable, Hashable {
    /// Any of these statuses.
    public var statuses: Set<ActionStatus>?
    /// Not before this start.
    public var startsFrom: Timestamp?
    /// Before this start.
    public var startsBefore: Timestamp?
    /// This client tracking id.
    public var clientTrackingID: String?
    /// This trigger, any case.
    public var trigger: String?

    /// A filter that lets all runs through.
    public init() {}

    func matches(_ run: RunListing) -> Bool {
        if let statuses, !statuses.contains(run.status) { return false }
        if let startsFrom, run.start < startsFrom { return false }
        if let startsBefore, run.start >= startsBefore { return false }
        if let clientTrackingID, run.clientTrackingID != clientTrackingID { return false }
        if let trigger, !run.trigger.isSame(ignoringCase: trigger) { return false }
        return true
    }
}

public import JSONTree
public import Moments

/// One entry of a trigger's history: what an evaluation came to (section 5.12).
public struct TriggerHistoryEntry: Sendable, Hashable {
    /// The name; names sort newest first.
    ///
    /// That of an entry that started a run is the run's.
    public var name: String
    /// The trigger, as the definition writes it.
    public var trigger: String
    /// Succeeded, Skipped or Failed.
    public var status: ActionStatus
    /// The code, such as `OK`, or that of a failure.
    public var code: String?
    /// The error of a failure.
    public var error: RunError?
    /// When the evaluation began.
    public var start: Timestamp
    /// When it ended.
    public var end: Timestamp
    /// The nominal time, for triggers with a recurrence.
    public var scheduled: Timestamp?
    /// The tracking id, a GUID.
    public var trackingID: String
    /// The client tracking id.
    public var clientTrackingID: String
    /// The evaluated inputs without credentials; `{"secureData": …}` where they are hidden, nil where there are none or the
    /// entry started a run: then they are in the run's trigger record.
    public var inputs: JSON?
    /// The outputs, in the same way.
    public var outputs: JSON?
    /// The run that was started, by name.
    public var run: String?

    /// Whether it started a run.
    public var isFired: Bool { run != nil }

    /// Makes an entry.
    public init(
        name: String,
        trigger: String,
        status: ActionStatus,
        code: String? = nil,
        error: RunError? = nil,
        start: Timestamp,
        end: Timestamp,
        scheduled: Timestamp? = nil,
        clientTrackingID: String? = nil,
        inputs: JSON? = nil,
        outputs: JSON? = nil,
        run: String? = nil
    ) {
        self.name = name
        self.trigger = trigger
        self.status = status
        self.code = code
        self.error = error
        self.start = start
        self.end = end
        self.scheduled = scheduled
        trackingID = TrackingID.make(run: name, action: trigger)
        self.clientTrackingID = clientTrackingID ?? name
        self.inputs = inputs
        self.outputs = outputs
        self.run = run
    }
}

/// Which entries of a history are wanted.
public struct TriggerHistoryFilter: Sendable, Hashable {
    /// Only those of this status.
    public var status: ActionStatus?
    /// Only those that began at or after this instant.
    public var startedFrom: Timestamp?
    /// Only those that began at or before this instant.
    public var startedUntil: Timestamp?
    /// Only those with this client tracking id.
    public var clientTrackingID: String?

    /// Makes a filter; without members it lets all pass.
    public init(
        status: ActionStatus? = nil,
        startedFrom: Timestamp? = nil,
        startedUntil: Timestamp? = nil,
        clientTrackingID: String? = nil
    ) {
        self.status = status
        self.startedFrom = startedFrom
        self.startedUntil = startedUntil
        self.clientTrackingID = clientTrackingID
    }

    func passes(_ entry: TriggerHistoryEntry) -> Bool {
        if let status, entry.status != status { return false }
        if let startedFrom, entry.start < startedFrom { return false }
        if let startedUntil, entry.start > startedUntil { return false }
        if let clientTrackingID, entry.clientTrackingID != clientTrackingID { return false }
        return true
    }
}

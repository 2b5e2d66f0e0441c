public import JSONTree
public import Moments
import Playbooks

/// The record of one execution of an action, as the run history shows it.
public struct HistoryEntry: Sendable {
    /// The action's name.
    public var name: String
    /// The iteration indexes of the loops around it, outermost first.
    public var indexes: [Int]
    /// How it stands.
    public var status: ActionStatus
    /// The code.
    public var code: String?
    /// The error.
    public var error: RunError?
    /// The evaluated inputs, if any.
    public var inputs: JSON?
    /// The outputs, if any.
    public var outputs: JSON?
    /// When it started, or was found skipped.
    public var start: Timestamp
    /// When it ended.
    public var end: Timestamp?
    /// The attempts before the last.
    public var retryHistory: [JSON] = []
    /// The tracked properties.
    public var tracked: JSON?
    /// For loops: the statuses of the iterations, in order of the index.
    public var iterations: [ActionStatus] = []
    /// Whether a static result was taken.
    public var isMocked = false
    /// For webhooks and unknown outcomes: the flight that may be called or decided.
    public var flight: Int64?
    /// Whether a person has to decide what became of its call.
    public var isOutcomeUnknown = false

    /// `000003-000001`: the name of a repetition.
    public var repetitionName: String { Self.repetitionName(indexes) }
}

/// A run as its journal tells it.
public struct RunHistory: Sendable {
    /// The run itself.
    public var state: RunState
    /// The program that it executes.
    public var program: WorkflowProgram
    /// All records, by action in order of appearance, then by iteration.
    public var entries: [HistoryEntry]

    /// The records of an action, by iteration.
    public func entries(of action: String) -> [HistoryEntry] {
        entries.filter { $0.name.isSame(ignoringCase: action) }
    }
}

extension HistoryEntry {
    /// The name of the repetition at these iteration indexes.
    public static func repetitionName(_ indexes: [Int]) -> String {
        indexes.map { index in
            let digits = String(index)
            return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        }.joined(separator: "-")
    }

    /// The tracking id of this execution, which outgoing requests carry.
    public func trackingID(ofRun run: String) -> String { TrackingID.make(run: run, action: name, indexes: indexes) }
}

import Playbooks

/// The status of an action, an iteration or a run (workflow definition language, section 7.1).
public enum ActionStatus: UInt8, Sendable, Hashable {
    /// Not reached yet.
    case pending = 0
    /// Under way.
    case running
    /// Waits for a callback or a point in time.
    case waiting
    case succeeded
    case failed
    case skipped
    case timedOut
    case cancelled
    case aborted

    /// The word that records show.
    public var word: String {
        switch self {
        case .pending: "NotSpecified"
        case .running: "Running"
        case .waiting: "Waiting"
        case .succeeded: "Succeeded"
        case .failed: "Failed"
        case .skipped: "Skipped"
        case .timedOut: "TimedOut"
        case .cancelled: "Cancelled"
        case .aborted: "Aborted"
        }
    }

    /// The status of a word, any case.
    public init?(word: String) {
        switch word.lowercased() {
        case "notspecified": self = .pending
        case "running": self = .running
        case "waiting": self = .waiting
        case "succeeded": self = .succeeded
        case "failed": self = .failed
        case "skipped": self = .skipped
        case "timedout": self = .timedOut
        case "cancelled": self = .cancelled
        case "aborted": self = .aborted
        default: return nil
        }
    }

    /// Whether nothing can change it any more.
    public var isFinal: Bool { rawValue >= ActionStatus.succeeded.rawValue }

    /// Whether it counts as a failure of the container (section 7.4).
    var isBad: Bool { self == .failed || self == .timedOut || self == .aborted || self == .cancelled }

    /// Whether a `runAfter` list lets it pass.
    func passes(_ statuses: StatusSet) -> Bool {
        switch self {
        case .succeeded: statuses.contains(.succeeded)
        case .failed: statuses.contains(.failed)
        case .skipped: statuses.contains(.skipped)
        case .timedOut: statuses.contains(.timedOut)
        default: false
        }
    }
}

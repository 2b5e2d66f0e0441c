/// The statuses that a `runAfter` entry lets pass (section 7.2).
public struct StatusSet: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8

    /// The set of these bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `Succeeded`.
    public static let succeeded = StatusSet(rawValue: 1)
    /// `Failed`.
    public static let failed = StatusSet(rawValue: 2)
    /// `Skipped`.
    public static let skipped = StatusSet(rawValue: 4)
    /// `TimedOut`.
    public static let timedOut = StatusSet(rawValue: 8)

    /// The one status of this word, any case; nil for another word.
    public init?(word: String) {
        switch word.lowercased() {
        case "succeeded": self = .succeeded
        case "failed": self = .failed
        case "skipped": self = .skipped
        case "timedout": self = .timedOut
        default: return nil
        }
    }

    /// The words in the order that Azure lists them, for instance `["Succeeded", "Skipped"]`.
    public var words: [String] {
        [(StatusSet.succeeded, "Succeeded"), (.failed, "Failed"), (.skipped, "Skipped"), (.timedOut, "TimedOut")]
            .filter { contains($0.0) }.map(\.1)
    }
}

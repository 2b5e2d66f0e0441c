/// What a parser accepts: bounds on size and depth, and policies for what the JSON standard leaves open.
public struct JSONLimits: Sendable, Hashable {
    /// What to do with a name that stands twice in an object.
    public enum DuplicateNames: Sendable, Hashable {
        /// The last value counts, at the place of the first.
        case lastWins
        /// The text is refused.
        case refuse
    }

    /// What to do with an escape such as `\ud800` that is half of a surrogate pair.
    public enum LoneSurrogates: Sendable, Hashable {
        /// It becomes U+FFFD, the replacement character.
        case replace
        /// The text is refused.
        case refuse
    }

    /// The greatest depth that can be allowed; beyond it a thread's stack would be at risk.
    public static let greatestDepth = 2_000

    /// The limits that are used unless others are given.
    public static let `default` = JSONLimits()

    /// How deep arrays and objects may nest: 512 unless changed, at most ``greatestDepth``.
    public var depth: Int

    /// The greatest accepted size in bytes: 104,857,600 (100 MiB) unless changed.
    public var bytes: Int

    /// What to do with a name that stands twice in an object.
    public var duplicateNames: DuplicateNames

    /// What to do with half of a surrogate pair.
    public var loneSurrogates: LoneSurrogates

    /// Whether a UTF-8 byte order mark may stand at the beginning.
    public var allowsByteOrderMark: Bool

    /// Makes limits.
    public init(
        depth: Int = 512,
        bytes: Int = 104_857_600,
        duplicateNames: DuplicateNames = .lastWins,
        loneSurrogates: LoneSurrogates = .replace,
        allowsByteOrderMark: Bool = true
    ) {
        self.depth = depth
        self.bytes = bytes
        self.duplicateNames = duplicateNames
        self.loneSurrogates = loneSurrogates
        self.allowsByteOrderMark = allowsByteOrderMark
    }
}

/// The limits of a run (workflow definition language, section 16).
public enum EngineLimits {
    /// The most items of a Foreach.
    public static let foreachItems = 100_000
    /// The most iterations of an Until.
    public static let untilIterations = 5_000
    /// The most items of a splitOn.
    public static let splitOnItems = 100_000
    /// The most items of a splitOn with trigger concurrency.
    public static let splitOnItemsWithConcurrency = 100
    /// The most bytes that pagination gathers.
    public static let paginationBytes = 209_715_200
    /// The most items that pagination gathers.
    public static let paginationItems = 100_000
    /// The most retries of a policy.
    public static let retries = 90
}

/// What one caller wants in a commit.
struct Submission {
    enum Work {
        case closure(@Sendable (Transaction) throws -> Void)
        case change(Change)
    }

    let work: Work
    let whenDone: @Sendable (Result<Void, any Error>) -> Void
    /// When it was submitted, by ``MonotonicTime``.
    let submittedAt: UInt64
}

/// How a store behaves; every field has a default that suits one server.
public struct StoreOptions: Sendable {
    /// The steps of all rooms, in the order in which rooms depend on each other; the room Stores adds its own.
    public var migrations: [Migration]

    /// How many submissions may wait in each lane; further ones are refused as overloaded.
    ///
    /// Default 65,536.
    public var queueLimit = 65_536

    /// How many rows one commit takes at most.
    ///
    /// Default 1,000.
    public var commitRows = 1_000

    /// How long one commit gathers work at most, before its sync.
    ///
    /// Default 5 ms.
    public var commitTime: Duration = .milliseconds(5)

    /// Threads and connections that read at the same time.
    ///
    /// Default 2.
    public var readers = 2

    /// How many reads may wait; further ones are refused as overloaded.
    ///
    /// Default 8,192.
    public var readQueueLimit = 8_192

    /// How long one read may run before it is ended as timed out.
    ///
    /// Default 10 s.
    public var readTimeLimit: Duration = .seconds(10)

    /// How long one submission may run before it is ended as timed out, and with it the others of its commit.
    ///
    /// Default 20 s: a guard against a statement that does not end; work is to be done in slices of milliseconds.
    public var submissionTimeLimit: Duration = .seconds(20)

    /// Page cache of the writing connection in KiB; given back when the store is idle.
    ///
    /// Default 16,384.
    public var writerCacheKibibytes = 16_384

    /// Page cache of each reading connection in KiB.
    ///
    /// Default 2,048.
    public var readerCacheKibibytes = 2_048

    /// Size of the log, in pages of 4 KiB, from which the committer moves it into the database.
    ///
    /// Default 1,000 (4 MB): measured under load, that holds writers up for 10 to 15 ms at a time, where 4,000 pages took 40
    /// to 75 ms; the sum over time is the same.
    public var checkpointPages = 1_000

    /// Size of the log, in pages, from which writers wait until readers let go of it.
    ///
    /// Default 16,000 (64 MB).
    public var checkpointForcedPages = 16_000

    /// Time without work after which the log is moved into the database.
    ///
    /// Default 1 s; memory is given back after ten times that.
    public var idleTime: Duration = .seconds(1)

    /// Makes options with all defaults.
    ///
    /// - Parameter migrations: The steps of all rooms, in the order in which rooms depend on each other.
    public init(migrations: [Migration] = []) { self.migrations = migrations }
}

import GRDB
import GRDBSQLite

/// The threads that read: each holds one read-only connection, and takes what waits.
///
/// They start with the first read and end after a while without any, so that an idle server keeps no caches.
final class ReaderThreads: @unchecked Sendable {
    // `state` is touched only while `gate` is locked; the rest is constant.
    private let gate = Gate()
    private var state = State()
    private let pool: DatabasePool
    private let options: StoreOptions
    private let timeLimit: UInt64
    private let statistics: StatisticsKeeper

    private struct Read {
        let body: @Sendable (Snapshot) throws -> Void
        let whenDone: @Sendable (Result<Void, any Error>) -> Void
    }

    private struct State {
        var waiting: [Read] = []
        var head = 0
        var threads = 0
        var asleep = 0
        var isClosing = false

        var count: Int { waiting.count - head }

        mutating func popFirst() -> Read? {
            guard head < waiting.count else { return nil }
            let read = waiting[head]
            head += 1
            if head == waiting.count {
                waiting.removeAll(keepingCapacity: waiting.capacity <= 1_024)
                head = 0
            } else if head >= 512, head * 2 >= waiting.count {
                waiting.removeSubrange(0..<head)
                head = 0
            }
            return read
        }
    }

    init(pool: DatabasePool, options: StoreOptions, statistics: StatisticsKeeper) {
        self.pool = pool
        self.options = options
        self.statistics = statistics
        timeLimit = options.readTimeLimit.wholeNanoseconds
    }

    func submit(
        _ body: @escaping @Sendable (Snapshot) throws -> Void,
        whenDone: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        let refusal: StoreError? = gate.locked {
            guard !state.isClosing else { return Committer.closedError }
            guard state.count < options.readQueueLimit else {
                return StoreError(.overloaded, "\(options.readQueueLimit) reads wait already; try again later.")
            }
            state.waiting.append(Read(body: body, whenDone: whenDone))
            if state.asleep > 0 {
                gate.wakeOne()
            } else if state.threads < max(1, options.readers) {
                state.threads += 1
                OwnThread.start("store-reader") { self.serve() }
            }
            return nil
        }
        if let refusal { whenDone(.failure(refusal)) }
    }

    /// Lets no more in, lets what waits finish, and returns when the last thread has ended.
    func close() {
        gate.locked {
            state.isClosing = true
            gate.wakeAll()
            while state.threads > 0 { gate.wait(atMost: 100_000_000) }
        }
    }

    private func serve() {
        do {
            try pool.unsafeRead { database in
                guard let handle = database.sqliteConnection else { throw Committer.closedError }
                let connection = SQLiteConnection(handle: handle)
                defer { connection.finalizeStatements() }
                let limit = StatementDeadline()
                limit.watch(connection)
                defer { limit.stopWatching(connection) }
                while let read = next() { perform(read, connection, limit) }
            }
        } catch {
            // The connection could not be opened: everyone who waits for this thread is told so.
            let error = SQLiteFailure.error(error)
            while let read = gate.locked({ state.popFirst() }) { read.whenDone(.failure(error)) }
            gate.locked { state.threads -= 1 }
        }
        gate.locked { gate.wakeAll() }
    }

    /// The next read; nil when this thread is to end, which is then noted already.
    private func next() -> Read? {
        gate.locked {
            while true {
                if let read = state.popFirst() { return read }
                if state.isClosing {
                    state.threads -= 1
                    return nil
                }
                state.asleep += 1
                let start = MonotonicTime.nanoseconds
                gate.wait(atMost: 30_000_000_000)
                state.asleep -= 1
                if state.count == 0, MonotonicTime.nanoseconds - start >= 30_000_000_000 {
                    state.threads -= 1
                    return nil
                }
            }
        }
    }

    private func perform(_ read: Read, _ connection: SQLiteConnection, _ limit: StatementDeadline) {
        let snapshot = Snapshot(runner: connection)
        var result: Result<Void, any Error>
        do {
            try connection.run("BEGIN DEFERRED")
            // A deferred transaction sees the database as of its first read; make that now.
            try connection.run("SELECT 1 FROM sqlite_schema LIMIT 1")
            limit.begin(nanoseconds: timeLimit)
            defer { limit.clear() }
            result = .success(try read.body(snapshot))
        } catch {
            result = .failure(error)
        }
        snapshot.runner = nil
        if !connection.isAutocommit {
            do {
                try connection.run("ROLLBACK")
            } catch {
                result = .failure(error)
            }
        }
        statistics.read()
        read.whenDone(result)
    }
}

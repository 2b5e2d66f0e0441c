import Logging

/// The one writer: takes what waits, commits it as one transaction with a full sync, and tells everyone it covered.
///
/// It has a thread of its own and holds the writing connection for the store's life, so nothing else can write.
final class Committer: @unchecked Sendable {
    // `inbox` is touched only while `gate` is locked; `thread…` properties only by the committer's thread (and before it
    // starts); the rest is constant or synchronises itself. That makes the class safe to share.
    private let gate = Gate()
    private var inbox = Inbox()

    private var threadLanes = Array(repeating: SubmissionQueue(), count: Lane.allCases.count)
    private var threadScheduler = LaneScheduler()
    private var threadMaintenance: [Maintenance] = []
    private var threadDone: [Settled] = []

    private let folder: String
    private let options: StoreOptions
    private let rowLimit: Int
    private let timeLimit: UInt64
    private let idleTime: UInt64
    private let submissionLimit: UInt64
    private let threadDeadline = StatementDeadline()
    private var threadTrouble: StoreError.Code?
    private let logger = Logger(label: "tocsin.stores")
    let statistics: StatisticsKeeper

    private struct Inbox {
        var lanes = Array(repeating: SubmissionQueue(), count: Lane.allCases.count)
        /// Submissions of each lane that are not settled yet, wherever they are.
        var pending = Array(repeating: 0, count: Lane.allCases.count)
        var maintenance: [Maintenance] = []
        var isClosing = false
        var isAsleep = false

        var isEmpty: Bool { lanes.allSatisfy(\.isEmpty) && maintenance.isEmpty }
    }

    private struct Settled {
        let submission: Submission
        let lane: Lane
        let result: Result<Void, any Error>
    }

    init(folder: String, options: StoreOptions, statistics: StatisticsKeeper) {
        self.folder = folder
        self.options = options
        self.statistics = statistics
        rowLimit = max(1, options.commitRows)
        timeLimit = options.commitTime.wholeNanoseconds
        submissionLimit = options.submissionTimeLimit.wholeNanoseconds
        idleTime = max(1_000_000, options.idleTime.wholeNanoseconds)
    }

    // MARK: - From any thread

    func submit(_ lane: Lane, _ work: Submission.Work, whenDone: @escaping @Sendable (Result<Void, any Error>) -> Void)
    {
        let submission = Submission(work: work, whenDone: whenDone, submittedAt: MonotonicTime.nanoseconds)
        let refusal: StoreError? = gate.locked {
            guard !inbox.isClosing else { return Self.closedError }
            guard inbox.pending[lane.rawValue] < options.queueLimit else {
                return StoreError(
                    .overloaded,
                    "\(options.queueLimit) submissions wait in the lane \(lane.name) already; try again later."
                )
            }
            inbox.pending[lane.rawValue] += 1
            inbox.lanes[lane.rawValue].append(submission)
            wakeIfAsleep()
            return nil
        }
        guard let refusal else { return }
        statistics.refused(lane)
        whenDone(.failure(refusal))
    }

    func maintain(_ maintenance: Maintenance) {
        let accepted = gate.locked {
            guard !inbox.isClosing else { return false }
            inbox.maintenance.append(maintenance)
            wakeIfAsleep()
            return true
        }
        if !accepted { maintenance.whenClosed() }
    }

    /// Lets no more in; what waits is still committed.
    func close() {
        gate.locked {
            inbox.isClosing = true
            wakeIfAsleep()
        }
    }

    /// How many submissions of each lane are not settled.
    var depths: [Lane: Int] {
        gate.locked { Dictionary(uniqueKeysWithValues: Lane.allCases.map { ($0, inbox.pending[$0.rawValue]) }) }
    }

    private func wakeIfAsleep() {
        if inbox.isAsleep {
            inbox.isAsleep = false
            gate.wakeOne()
        }
    }

    static let closedError = StoreError(.closed, "The store is closed; the server is stopping.")

    // MARK: - On the committer's thread

    /// Commits until the store closes.
    func run(on connection: SQLiteConnection, log: WriteAheadLog) {
        let transaction = Transaction(runner: connection)
        threadDeadline.watch(connection)
        defer { threadDeadline.stopWatching(connection) }
        while takeWork(connection, log) {
            if !threadLanes.allSatisfy(\.isEmpty) { commitGroup(connection, transaction) }
            runMaintenance(connection)
            log.checkpointIfLarge(connection)
        }
        for maintenance in threadMaintenance { maintenance.whenClosed() }
        threadMaintenance = []
    }

    /// Takes over all that waits, and sleeps when nothing does; false when the store closes and all is done.
    private func takeWork(_ connection: SQLiteConnection, _ log: WriteAheadLog) -> Bool {
        var idleFor: UInt64 = 0
        while true {
            let hasWork = !threadLanes.allSatisfy(\.isEmpty) || !threadMaintenance.isEmpty
            enum Found { case work, nothing, closing }
            let found: Found = gate.locked {
                if !hasWork, inbox.isEmpty, !inbox.isClosing {
                    inbox.isAsleep = true
                    gate.wait(atMost: idleTime)
                    inbox.isAsleep = false
                }
                takeInbox()
                if hasWork || !threadLanes.allSatisfy(\.isEmpty) { return .work }
                if inbox.isClosing { return .closing }
                return threadMaintenance.isEmpty ? .nothing : .work
            }
            switch found {
            case .work: return true
            case .closing: return false
            case .nothing:
                idleFor += idleTime
                log.idle(connection, releaseMemory: idleFor == idleTime * 10)
            }
        }
    }

    /// Only while the gate is locked.
    private func takeInbox() {
        for index in inbox.lanes.indices where !inbox.lanes[index].isEmpty {
            threadLanes[index].takeAll(of: &inbox.lanes[index])
        }
        if !inbox.maintenance.isEmpty {
            threadMaintenance.append(contentsOf: inbox.maintenance)
            inbox.maintenance.removeAll()
        }
    }

    private func commitGroup(_ connection: SQLiteConnection, _ transaction: Transaction) {
        let start = MonotonicTime.nanoseconds
        let rowsBefore = connection.rowsWritten
        var failure: (any Error)?
        do {
            try connection.run("BEGIN IMMEDIATE")
        } catch {
            failure = error
        }
        let computedAtStart = ThreadTime.nanoseconds
        var computed = computedAtStart
        var mayTakeMore = true
        while threadDone.count < rowLimit {
            guard let lane = threadScheduler.next(isWaiting: { !threadLanes[$0.rawValue].isEmpty }) else {
                // What came while the group was written may still join it.
                guard mayTakeMore else { break }
                mayTakeMore = computed - computedAtStart < timeLimit / 4
                gate.locked { takeInbox() }
                if threadLanes.allSatisfy(\.isEmpty) { break }
                continue
            }
            guard let submission = threadLanes[lane.rawValue].popFirst() else { break }
            if let failure {
                threadDone.append(Settled(submission: submission, lane: lane, result: .failure(failure)))
                continue
            }
            let result = perform(submission, connection, transaction)
            threadDone.append(Settled(submission: submission, lane: lane, result: result))
            if connection.isAutocommit {
                // SQLite rolled the transaction back by itself (disk full, input or output error).
                if case .failure(let cause) = result { failure = cause }
                failure = failure ?? StoreError(.inputOutput, "The transaction ended by itself; nothing of it is kept.")
                break
            }
            let before = computed
            computed = ThreadTime.nanoseconds
            threadScheduler.charge(lane, nanoseconds: computed - before)
            if computed - computedAtStart >= timeLimit || connection.rowsWritten - rowsBefore >= rowLimit { break }
        }
        let worked = MonotonicTime.nanoseconds
        if failure == nil {
            do {
                try connection.run("COMMIT")
            } catch {
                failure = error
            }
        }
        if failure != nil, !connection.isAutocommit {
            do {
                try connection.run("ROLLBACK")
            } catch {
                failure = error
            }
        }
        settle(
            failure,
            GroupTimes(start: start, worked: worked, synced: MonotonicTime.nanoseconds),
            connection.rowsWritten - rowsBefore
        )
    }

    private func perform(
        _ submission: Submission,
        _ connection: SQLiteConnection,
        _ transaction: Transaction
    ) -> Result<Void, any Error> {
        threadDeadline.begin(nanoseconds: submissionLimit)
        defer { threadDeadline.clear() }
        switch submission.work {
        case .change(let change):
            do {
                _ = try connection.execute(change.sql, change.arguments)
                return .success(())
            } catch {
                return .failure(error)
            }
        case .closure(let work):
            connection.beginSavepoint()
            transaction.runner = connection
            defer { transaction.runner = nil }
            do {
                try work(transaction)
                try connection.keepSavepoint()
                return .success(())
            } catch {
                do {
                    try connection.takeBackSavepoint()
                } catch let second {
                    return .failure(second)
                }
                return .failure(error)
            }
        }
    }

    private struct GroupTimes {
        let start: UInt64
        let worked: UInt64
        let synced: UInt64
    }

    private func settle(_ failure: (any Error)?, _ times: GroupTimes, _ rows: Int) {
        let done = threadDone
        threadDone.removeAll(keepingCapacity: true)
        let depths = gate.locked {
            for settled in done { inbox.pending[settled.lane.rawValue] -= 1 }
            return inbox.pending
        }
        var oldest = times.start
        var failed = 0
        for settled in done {
            oldest = min(oldest, settled.submission.submittedAt)
            if let failure, case .success = settled.result {
                failed += 1
                settled.submission.whenDone(.failure(failure))
            } else {
                if case .failure = settled.result { failed += 1 }
                settled.submission.whenDone(settled.result)
            }
        }
        note(failure)
        statistics.committed(
            CommitFigures(
                submissions: done.count,
                depths: depths,
                failed: failed,
                rows: failure == nil ? rows : 0,
                isCommitted: failure == nil,
                workNanoseconds: times.worked - times.start,
                syncNanoseconds: times.synced - times.worked,
                waitNanoseconds: times.synced - oldest
            )
        )
    }

    /// Logs when commits begin to fail as a whole, and when they are well again; not each of them.
    private func note(_ failure: (any Error)?) {
        let code = failure.map { ($0 as? StoreError)?.code ?? .inputOutput }
        guard code != threadTrouble else { return }
        threadTrouble = code
        if let code {
            logger.warning("Commits fail; the callers are told", metadata: ["code": "\(code)", "folder": "\(folder)"])
        } else {
            logger.info("Commits are well again", metadata: ["folder": "\(folder)"])
        }
    }

    private func runMaintenance(_ connection: SQLiteConnection) {
        guard let first = threadMaintenance.first else { return }
        if case .done = first.slice(connection) { threadMaintenance.removeFirst() }
    }
}

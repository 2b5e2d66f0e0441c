public import Moments
import Synchronization

/// A journal in memory, for simulations and tests: what it holds survives a crash of the driver, not of the process.
public final class MemoryJournal: JournalStore {
    struct Run {
        var opening: RunOpening
        var summary: RunSummary
        var epoch: Int64
        var rows: [(sequence: Int64, body: [UInt8], hash: [UInt8])] = []
        var snapshot: (sequence: Int64, body: [UInt8])?
        var timers: [TimerKey: Timestamp] = [:]
        var bodies: [String: [UInt8]] = [:]
        var duties: [FlightNumber: Duty] = [:]
        var crashes = 0
    }

    struct Duty {
        var body: [UInt8]
        var due: Timestamp
        var attempts = 0
    }

    struct Key {
        var run: RunNumber
        var answer: String?
    }

    struct Contents {
        var runs: [RunNumber: Run] = [:]
        var keys: [String: Key] = [:]
        var causes: [String: RunNumber] = [:]
        var feed: [FeedEntry] = []
        var epoch: Int64 = 0
        var batches: [CommitBatch] = []
    }

    let contents = Mutex(Contents())
    private let keepsBatches: Bool

    /// Makes an empty journal.
    ///
    /// - Parameter keepsBatches: Whether every batch is kept as it was written, for `batches`.
    public init(keepsBatches: Bool = false) {
        self.keepsBatches = keepsBatches
    }

    /// The batches that were written, in order, when they are kept.
    public var batches: [CommitBatch] { contents.withLock { $0.batches } }

    /// Writes a batch at once.
    public func submit(
        _ batch: CommitBatch,
        completion: @escaping @Sendable (Result<CommitReceipt, DurableError>) -> Void
    ) {
        completion(commit(batch))
    }

    /// Writes a batch and says what came of it.
    public func commit(_ batch: CommitBatch) -> Result<CommitReceipt, DurableError> {
        contents.withLock { contents in
            do throws(DurableError) {
                let receipt = try contents.apply(batch)
                if keepsBatches { contents.batches.append(batch) }
                return .success(receipt)
            } catch {
                return .failure(error)
            }
        }
    }

    /// Reads a run.
    public func load(_ run: RunNumber) async throws -> StoredRun? {
        stored(run)
    }

    /// Reads a run, at once.
    public func stored(_ number: RunNumber) -> StoredRun? {
        contents.withLock { contents in
            guard let run = contents.runs[number] else { return nil }
            let covered = run.snapshot?.sequence ?? -1
            var stored = StoredRun(
                header: run.opening.header,
                machine: run.opening.machine,
                group: run.opening.group,
                summary: run.summary,
                snapshot: run.snapshot,
                rows: run.rows.filter { $0.sequence > covered },
                timers: run.timers.map { StoredTimer(due: $0.value, run: number, key: $0.key) }.sorted(),
                crashes: run.crashes,
                epoch: run.epoch
            )
            stored.bodies = JournalBodies(run.bodies)
            return stored
        }
    }

    /// The timers due from an instant on and before another.
    public func timers(
        from start: Timestamp,
        before horizon: Timestamp,
        limit: Int
    ) async throws -> [StoredTimer] {
        dueTimers(from: start, before: horizon, limit: limit)
    }

    /// The timers due from an instant on and before another, at once.
    public func dueTimers(from start: Timestamp, before horizon: Timestamp, limit: Int) -> [StoredTimer] {
        contents.withLock { contents in
            var found: [StoredTimer] = []
            for (number, run) in contents.runs {
                for (key, due) in run.timers where due >= start && due < horizon {
                    found.append(StoredTimer(due: due, run: number, key: key))
                }
            }
            return Array(found.sorted().prefix(limit))
        }
    }

    /// The open runs of a machine that do not rest.
    public func busyRuns(machine: String, after run: RunNumber, limit: Int) async throws -> [RunNumber] {
        Array(busyRuns(machine: machine).filter { $0 > run }.prefix(limit))
    }

    /// The open runs of a machine that do not rest, at once.
    public func busyRuns(machine: String) -> [RunNumber] {
        contents.withLock { contents in
            contents.runs.filter {
                $0.value.opening.machine == machine && $0.value.summary.closed == nil && !$0.value.summary.isResting
            }.keys.sorted()
        }
    }

    /// All open runs of a machine, at once.
    public func openRuns(machine: String) -> [RunNumber] {
        contents.withLock { contents in
            contents.runs.filter { $0.value.opening.machine == machine && $0.value.summary.closed == nil }.keys.sorted()
        }
    }

    /// Every run with its journal rows, in order of number.
    public func allRuns() -> [RunNumber] {
        contents.withLock { $0.runs.keys.sorted() }
    }

    /// All journal rows of a run, also those that a checkpoint covers.
    public func allRows(of run: RunNumber) -> [(sequence: Int64, body: [UInt8], hash: [UInt8])] {
        contents.withLock { $0.runs[run]?.rows ?? [] }
    }

    /// The large values that the rows of a run name.
    public func bodies(of run: RunNumber) -> JournalBodies {
        contents.withLock { JournalBodies($0.runs[run]?.bodies ?? [:]) }
    }

    /// Forgets how often a run has ended the process.
    public func forgetCrashes(of run: RunNumber) async throws {
        contents.withLock { $0.runs[run]?.crashes = 0 }
    }

    /// The duties that are due.
    public func duties(of machine: String, due: Timestamp, limit: Int) async throws -> [StoredDuty] {
        Array(dueDuties(due: due).filter { $0.machine == machine }.prefix(limit))
    }

    /// The duties that are due, at once.
    public func dueDuties(due: Timestamp, limit: Int = .max) -> [StoredDuty] {
        contents.withLock { contents in
            var found: [(due: Timestamp, duty: StoredDuty)] = []
            for (_, run) in contents.runs {
                for (flight, duty) in run.duties where duty.due <= due {
                    let stored = StoredDuty(
                        header: run.opening.header,
                        machine: run.opening.machine,
                        flight: flight,
                        body: duty.body,
                        attempts: duty.attempts
                    )
                    found.append((duty.due, stored))
                }
            }
            found.sort {
                ($0.due, $0.duty.header.number, $0.duty.flight) < ($1.due, $1.duty.header.number, $1.duty.flight)
            }
            return found.prefix(limit).map(\.duty)
        }
    }

    /// Takes a duty away.
    public func discharge(_ run: RunNumber, flight: FlightNumber) async throws {
        dischargeNow(run, flight: flight)
    }

    /// Takes a duty away, at once.
    public func dischargeNow(_ run: RunNumber, flight: FlightNumber) {
        contents.withLock { $0.runs[run]?.duties[flight] = nil }
    }

    /// Puts a duty off.
    public func postpone(_ run: RunNumber, flight: FlightNumber, until due: Timestamp) async throws {
        postponeNow(run, flight: flight, until: due)
    }

    /// Puts a duty off, at once.
    public func postponeNow(_ run: RunNumber, flight: FlightNumber, until due: Timestamp) {
        contents.withLock { contents in
            guard var duty = contents.runs[run]?.duties[flight] else { return }
            duty.due = due
            duty.attempts += 1
            contents.runs[run]?.duties[flight] = duty
        }
    }

    /// The change feed so far.
    public var feed: [FeedEntry] {
        contents.withLock { $0.feed }
    }

    /// The largest run number in use.
    public func largestRunNumber() async throws -> RunNumber {
        contents.withLock { $0.runs.keys.max() ?? RunNumber(0) }
    }

    /// Takes ownership.
    public func beginEpoch() async throws -> Int64 {
        nextEpoch()
    }

    /// Takes ownership, at once.
    public func nextEpoch() -> Int64 {
        contents.withLock { contents in
            contents.epoch += 1
            return contents.epoch
        }
    }
}

extension MemoryJournal.Contents {
    mutating func apply(_ batch: CommitBatch) throws(DurableError) -> CommitReceipt {
        guard batch.epoch >= epoch else {
            throw DurableError(.ownershipLost, "Run \(batch.run) is owned under a later epoch.")
        }
        if let opening = batch.opening {
            guard runs[batch.run] == nil else { throw DurableError(.duplicate, "Run \(batch.run) exists already.") }
            if let cause = opening.cause {
                let name = "\(batch.tenant)/\(opening.header.scope)/\(cause)"
                if let earlier = causes[name] {
                    throw DurableError(.duplicate, "Run \(earlier) was started by the same cause.")
                }
                causes[name] = batch.run
            }
            runs[batch.run] = MemoryJournal.Run(
                opening: opening,
                summary: batch.summary ?? RunSummary(status: "Running", closed: nil, detail: "{}"),
                epoch: batch.epoch
            )
        }
        guard var run = runs[batch.run] else { throw DurableError(.unknownRun, "Run \(batch.run) does not exist.") }
        if !batch.body.isEmpty {
            guard batch.sequence == (run.rows.last?.sequence ?? -1) + 1 else {
                throw DurableError(.ownershipLost, "Row \(batch.sequence) of run \(batch.run) exists already.")
            }
            run.rows.append((batch.sequence, batch.body, batch.hash))
            for body in batch.bodies { run.bodies[body.digest] = body.bytes }
        }
        run.epoch = batch.epoch
        if let snapshot = batch.snapshot { run.snapshot = (batch.sequence, snapshot) }
        if let summary = batch.summary { run.summary = summary }
        for key in batch.clearedTimers { run.timers[key] = nil }
        for timer in batch.timers { run.timers[timer.key] = timer.due }
        if batch.clearsAllTimers { run.timers = [:] }
        for duty in batch.duties {
            run.duties[duty.flight] = .init(body: duty.body, due: batch.at + StoredDuty.grace)
        }
        runs[batch.run] = run
        feed += batch.feed
        for settlement in batch.settlements { settle(settlement) }
        return CommitReceipt(claims: batch.claims.map { claim($0) })
    }

    private mutating func settle(_ settlement: KeySettlement) {
        let name = "\(settlement.tenant)/\(settlement.key)"
        guard let key = keys[name], key.run == settlement.run else { return }
        switch settlement.outcome {
        case .answered(let answer): keys[name] = .init(run: settlement.run, answer: answer)
        case .released: keys[name] = nil
        }
    }

    private mutating func claim(_ claim: KeyClaim) -> ClaimOutcome {
        let name = "\(claim.tenant)/\(claim.key)"
        guard let key = keys[name] else {
            keys[name] = .init(run: claim.run, answer: nil)
            return .held
        }
        if let answer = key.answer { return .answered(answer) }
        if key.run == claim.run { return .held }
        guard runs[key.run]?.summary.closed != nil else { return .taken(by: key.run) }
        keys[name] = .init(run: claim.run, answer: nil)
        return .inherited
    }
}

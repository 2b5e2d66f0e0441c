import Crypto
import Moments

extension DriverCore {
    /// Runs one step of a run that is at rest, and hands its batch to the store.
    mutating func pump(_ number: RunNumber, now: Timestamp, commands: inout [DriverCommand<M>]) {
        guard runs[number]?.mayStep == true else { return }
        guard var slot = runs.removeValue(forKey: number), let header = slot.header, let state = slot.takeState() else {
            return
        }
        // The state has one holder at a time: what two hold is copied whole when it changes.
        var step = Step(machine: machine, header: header, state: consume state, now: now, budget: budget())
        var aftermath = RunSlot<M>.Aftermath()

        if slot.needsRecovery {
            slot.needsRecovery = false
            slot.needsProceed = true
            machine.recover(&step)
        }
        let handled = min(slot.inbox.count, limits.inputsPerStep)
        for delivery in slot.inbox[..<handled] {
            if let timer = delivery.timer {
                // The timer was moved or taken away after it fired, by recovery for instance: the firing no longer counts.
                guard slot.armed[timer.key] == timer.due, !step.timers.contains(where: { $0.key == timer.key }) else {
                    continue
                }
                step.clearTimer(timer.key)
            }
            machine.decide(delivery.input, step: &step)
            if let receipt = delivery.receipt { aftermath.receipts.append(receipt) }
        }
        slot.inbox.removeFirst(handled)
        if isCautious, slot.opening != nil, !slot.isEphemeral {
            slot.needsProceed = true
        } else {
            slot.needsProceed = machine.proceed(&step)
        }

        for key in step.clearedTimers { slot.armed[key] = nil }
        for timer in step.timers { slot.armed[timer.key] = timer.due }
        let batch = makeBatch(&slot, &step, header: header)
        aftermath.effects = step.effects
        aftermath.duties = Set(step.duties.map(\.flight))
        aftermath.cancelled = step.cancelledFlights
        aftermath.timers = step.timers
        aftermath.clearedTimers = step.clearedTimers
        aftermath.publications = step.publications
        aftermath.claims = step.claims
        aftermath.settlements = step.settlements
        slot.aftermath = aftermath
        slot.state = (consume step).takeState()
        slot.generation &+= 1

        if let batch, !slot.isEphemeral {
            slot.phase = .committing
            slot.pendingBatch = batch
            put(&slot, number)
            commands.append(.commit(batch))
        } else {
            slot.opening = nil
            put(&slot, number)
            settle(
                number,
                receipt: CommitReceipt(claims: aftermath.claims.map { _ in .held }),
                now: now,
                commands: &commands
            )
        }
    }

    /// Puts a slot in its place, which alone holds the run's state from here on.
    private mutating func put(_ slot: inout RunSlot<M>, _ number: RunNumber) {
        runs[number] = slot
        slot.state = nil
    }

    /// The step's batch; nil when it wrote nothing.
    private func makeBatch(_ slot: inout RunSlot<M>, _ step: inout Step<M>, header: RunHeader) -> CommitBatch? {
        let summary = machine.summary(of: step.state)
        let hasEvents = step.eventCount > 0
        let isChanged = summary != slot.summary
        slot.summary = summary
        if slot.isEphemeral { return nil }
        guard
            hasEvents || isChanged || slot.opening != nil || !step.timers.isEmpty || !step.clearedTimers.isEmpty
                || !step.claims.isEmpty
                || !step.settlements.isEmpty || !step.feed.isEmpty || !step.duties.isEmpty
        else { return nil }

        var batch = CommitBatch(run: header.number, tenant: header.tenant, epoch: epoch, sequence: slot.nextSequence)
        batch.opening = slot.opening
        batch.takesOver = slot.opening == nil && slot.writtenEpoch != epoch
        if hasEvents {
            batch.body = JournalRow.body(format: M.eventFormat, at: step.now, events: step.text.bytes)
            batch.bodies = step.text.bodies
            batch.hash = JournalRow.hash(after: slot.hash, body: batch.body)
            slot.hash = batch.hash
            slot.nextSequence += 1
            slot.bytesSinceSnapshot += batch.body.count
            if summary.closed == nil, slot.bytesSinceSnapshot > max(limits.snapshotBytes, 4 * slot.lastSnapshotBytes),
                let snapshot = machine.snapshot(of: step.state)
            {
                let bytes = SnapshotRow.body(snapshot, hash: slot.hash)
                batch.snapshot = bytes
                slot.lastSnapshotBytes = bytes.count
                slot.bytesSinceSnapshot = 0
            }
        }
        if isChanged || slot.opening != nil { batch.summary = summary }
        batch.clearedTimers = step.clearedTimers
        batch.timers = step.timers
        if !step.timers.isEmpty { slot.hasTimers = true }
        batch.clearsAllTimers = summary.closed != nil && slot.hasTimers
        batch.claims = step.claims
        batch.settlements = step.settlements
        batch.feed = step.feed
        batch.duties = step.duties
        batch.at = step.now
        return batch
    }

    /// A batch has reached the disk, or has failed.
    mutating func committed(
        _ number: RunNumber,
        _ result: Result<CommitReceipt, DurableError>,
        now: Timestamp,
        commands: inout [DriverCommand<M>]
    ) {
        guard runs[number]?.phase == .committing else { return }
        switch result {
        case .success(let receipt):
            runs[number]?.opening = nil
            runs[number]?.pendingBatch = nil
            runs[number]?.attempts = 0
            let written = epoch
            runs[number]?.writtenEpoch = written
            settle(number, receipt: receipt, now: now, commands: &commands)
        case .failure(let error):
            commitFailed(number, error, now: now, commands: &commands)
        }
    }

    private mutating func commitFailed(
        _ number: RunNumber,
        _ error: DurableError,
        now: Timestamp,
        commands: inout [DriverCommand<M>]
    ) {
        guard var slot = runs[number] else { return }
        // A run that was never accepted is refused; one that was keeps its step until it can be written: nothing is lost.
        if slot.opening == nil, error.isTransient {
            slot.attempts += 1
            let seconds = Int64(min(30, 1 << min(slot.attempts - 1, 5)))
            slot.phase = .stalled(until: now + TimeSpan(ticks: seconds * 10_000_000))
            runs[number] = slot
            stalled.append(number)
            return
        }
        runs[number] = nil
        for receipt in slot.aftermath.receipts { commands.append(.acknowledge(receipt, .failure(error))) }
        for delivery in slot.inbox {
            if let receipt = delivery.receipt { commands.append(.acknowledge(receipt, .failure(error))) }
        }
        for flight in slot.flights.keys.sorted() { commands.append(.cancel(number, flight)) }
        if slot.opening == nil { commands.append(.stuck(number, error)) }
    }

    /// What was waiting for the step to be durable happens now.
    private mutating func settle(
        _ number: RunNumber,
        receipt: CommitReceipt,
        now: Timestamp,
        commands: inout [DriverCommand<M>]
    ) {
        guard var slot = runs.removeValue(forKey: number), let header = slot.header else { return }
        let aftermath = slot.aftermath
        slot.aftermath = .init()
        slot.phase = .ready
        for receipt in aftermath.receipts { commands.append(.acknowledge(receipt, .success(header))) }
        for publication in aftermath.publications { commands.append(.publish(header, publication)) }
        for flight in aftermath.cancelled where slot.flights[flight] != nil { commands.append(.cancel(number, flight)) }
        for settlement in aftermath.settlements { commands.append(.keySettled(settlement)) }
        for key in aftermath.clearedTimers { timers.clear(run: number, key: key) }

        if let summary = slot.summary, summary.closed != nil {
            for timer in aftermath.timers { timers.clear(run: number, key: timer.key) }
            for flight in slot.flights.keys.sorted() { commands.append(.cancel(number, flight)) }
            for delivery in slot.inbox {
                if let receipt = delivery.receipt { commands.append(.acknowledge(receipt, .success(header))) }
            }
            // What a run asks for with its last step has nobody who waits for the result, unless it is a duty.
            for (flight, effect) in aftermath.effects {
                lastLaunch += 1
                if aftermath.duties.contains(flight) { duties[DutyName(run: number, flight: flight)] = lastLaunch }
                commands.append(.start(header, flight, launch: lastLaunch, effect))
            }
            commands.append(.closed(header, group: slot.group, summary))
            return
        }
        for timer in aftermath.timers { timers.set(run: number, key: timer.key, due: timer.due) }
        for (claim, outcome) in zip(aftermath.claims, receipt.claims) {
            if case .taken = outcome {
                keyWaiters[KeyName(tenant: claim.tenant, key: claim.key), default: []].append((number, claim.flight))
            }
            slot.inbox.append(.init(input: machine.claimInput(claim.flight, outcome: outcome)))
        }
        for (flight, effect) in aftermath.effects {
            lastLaunch += 1
            if aftermath.duties.contains(flight) {
                duties[DutyName(run: number, flight: flight)] = lastLaunch
            } else {
                slot.flights[flight] = lastLaunch
            }
            commands.append(.start(header, flight, launch: lastLaunch, effect))
        }
        let isBusy = slot.hasWork
        let isEphemeral = slot.isEphemeral
        let generation = slot.generation
        put(&slot, number)
        if isBusy {
            if isEphemeral {
                commands.append(.resume(number))
            } else {
                pump(number, now: now, commands: &commands)
            }
        } else {
            idle.append((number, generation))
            evict()
        }
    }

    /// A run was read from the journal: its events are applied, and what was under way is settled.
    mutating func loaded(
        _ number: RunNumber,
        _ result: Result<(StoredRun, M.Program)?, DurableError>,
        now: Timestamp,
        commands: inout [DriverCommand<M>]
    ) {
        guard let waiting = runs[number], waiting.phase == .loading else { return }
        do throws(DurableError) {
            guard let (stored, program) = try result.get() else {
                throw DurableError(.unknownRun, "Run \(number) does not exist, or its history was pruned.")
            }
            guard stored.summary.closed == nil else {
                // Late inputs for a run that has ended change nothing.
                runs[number] = nil
                for delivery in waiting.inbox {
                    if let receipt = delivery.receipt {
                        commands.append(.acknowledge(receipt, .success(stored.header)))
                    }
                }
                return
            }
            guard stored.crashes < limits.crashes else {
                throw DurableError(
                    .quarantined,
                    "Run \(stored.header.name) ended the process \(stored.crashes) times and is kept from running. Cancel it, or release it once the cause is mended."
                )
            }
            let replayed = try JournalReplay.replay(stored, program: program, machine: machine)
            var slot = waiting
            slot.header = stored.header
            slot.group = stored.group
            slot.summary = stored.summary
            slot.state = replayed.state
            slot.nextSequence = replayed.nextSequence
            slot.hash = replayed.hash
            slot.bytesSinceSnapshot = replayed.bytes
            slot.lastSnapshotBytes = stored.snapshot?.body.count ?? 0
            slot.hasTimers = !stored.timers.isEmpty
            slot.armed = Dictionary(stored.timers.map { ($0.key, $0.due) }) { first, _ in first }
            let delivered = Set(waiting.inbox.compactMap { $0.timer?.key })
            for timer in stored.timers where !delivered.contains(timer.key) { timers.restore(timer) }
            slot.writtenEpoch = stored.epoch
            // A run that this process has written since it began was only out of memory for a while: nothing of it is under way.
            slot.needsRecovery = stored.epoch != epoch
            slot.phase = .ready
            put(&slot, number)
            pump(number, now: now, commands: &commands)
        } catch {
            runs[number] = nil
            for delivery in waiting.inbox {
                if let receipt = delivery.receipt { commands.append(.acknowledge(receipt, .failure(error))) }
            }
            commands.append(.stuck(number, error))
        }
    }
}

import Durable
import JSONTree
import Moments
import Playbooks

extension RunState {
    /// Folds an event into the state.
    mutating func apply(_ event: RunEvent) {
        switch event {
        case .started(let origin, let at):
            self.origin = origin
            triggerOutputs = origin.record["outputs"]
            status = origin.isQueued ? .waiting : .running
            start = at
            if !origin.isQueued { openFrame(group: 0, parent: nil, indexes: [], item: nil) }
        case .admitted(let at):
            guard status == .waiting else { return }
            status = .running
            start = at
            openFrame(group: 0, parent: nil, indexes: [], item: nil)
        case .skipped(let ref, let code, let error, let at):
            consume(.action(ref))
            finish(
                ref,
                status: .skipped,
                record: ActionRecord(
                    status: .skipped,
                    code: code,
                    error: error,
                    inputs: nil,
                    outputs: nil,
                    start: at,
                    end: at
                )
            )
        case .completed(let completion):
            apply(completion)
        case .opened(let ref, let group, let at):
            consume(.action(ref))
            setUnderWay(ref, .running, at: at)
            guard let node = node(ref), let group else { return }
            let index = program.groupsIn[node.id.index][group]
            openFrame(
                group: index,
                parent: ref,
                indexes: frames[ref.frame]?.indexes ?? [],
                item: frames[ref.frame]?.item
            )
        case .loopOpened(let ref, let plan, let at):
            consume(.action(ref))
            setUnderWay(ref, .running, at: at)
            var loop = Loop(
                items: plan.items,
                limit: plan.limit,
                concurrency: plan.concurrency,
                deadline: plan.deadline
            )
            if let node = node(ref), node.isResultScope {
                loop.results = node.groups.first.map { $0.children.map { _ in [] } } ?? []
            }
            loops[ref] = loop
            ready.append(.advance(ref))
        case .iterationOpened(let ref, let index, _):
            openIteration(ref, index: index)
        case .iterationClosed(let ref, let index, let status, _):
            closeIteration(ref, index: index, status: status)
        case .departed(let departure):
            consume(.action(departure.ref))
            lastFlight = max(lastFlight, departure.flight)
            let isWaiting = departure.phase == .subscribed || departure.phase == .sleeping
            setUnderWay(departure.ref, isWaiting ? .waiting : .running, at: departure.at)
            frames[departure.ref.frame]?.slots[departure.ref.place].flight = departure.flight
            flights[departure.flight] = Flight(
                ref: departure.ref,
                phase: departure.phase,
                start: departure.at,
                inputs: departure.inputs,
                sent: departure.at,
                scratch: departure.scratch
            )
        case .progressed(let progress):
            apply(progress)
        case .ended(let ending):
            consume(.frameDone(0))
            status = ending.status
            code = ending.code
            error = ending.error
            outputs = ending.outputs
            end = ending.at
            ready.removeAll()
            readyHead = 0
            flights = [:]
        }
    }

    private mutating func setUnderWay(_ ref: SlotRef, _ status: ActionStatus, at: Timestamp) {
        frames[ref.frame]?.slots[ref.place].status = status
        frames[ref.frame]?.slots[ref.place].start = at
    }

    private mutating func apply(_ completion: RunEvent.Completion) {
        consume(.action(completion.ref))
        var inputs = completion.inputs
        if let slot = slot(completion.ref) {
            if slot.child >= 0 { consume(.frameDone(Int(slot.child))) }
            if slot.flight != 0, let flight = flights.removeValue(forKey: slot.flight), inputs == nil {
                inputs = flight.inputs
            }
        }
        var repetitions: Int?
        if let loop = loops[completion.ref] {
            consume(.advance(completion.ref))
            repetitions = loop.next
            // The records of an Until's last iteration stay within reach of what follows, until its own container is left.
            if loop.results.isEmpty, loop.lastFrame == nil { loops[completion.ref] = nil }
        }
        if let change = completion.change { apply(change) }
        if completion.isResponse { hasResponded = true }
        finish(
            completion.ref,
            status: completion.status,
            record: ActionRecord(
                status: completion.status,
                code: completion.code,
                error: completion.error,
                inputs: inputs,
                outputs: completion.outputs,
                start: completion.start,
                end: completion.end,
                repetitions: repetitions
            )
        )
    }

    private mutating func apply(_ change: RunEvent.VariableChange) {
        switch change {
        case .set(let values):
            for (variable, value) in values { variables[variable] = value }
        case .append(let variable, let value):
            append(value, to: variable)
        }
    }

    /// Lengthens a list or a text in its place: a value that two places hold would be copied whole, so each is emptied before the
    /// next one changes.
    private mutating func append(_ value: JSON, to variable: Int) {
        var current = variables[variable]
        variables[variable] = nil
        if case .array(var items)? = current {
            current = nil
            items.append(value)
            variables[variable] = .array(items)
        } else if case .string(var text)? = current {
            current = nil
            text += value.stringValue ?? ""
            variables[variable] = .string(text)
        } else if current.flatMap(\.nonNull) == nil {
            variables[variable] = program.definition.variables[variable].type == .array ? .array([value]) : value
        } else {
            variables[variable] = current
        }
    }

    private mutating func openIteration(_ ref: SlotRef, index: Int) {
        consume(.advance(ref))
        guard var loop = loops.removeValue(forKey: ref), let node = node(ref) else { return }
        if let last = loop.lastFrame { dropFrame(last) }
        loop.lastFrame = nil
        loop.next = index + 1
        loop.active += 1
        loop.awaitsCondition = false
        let item = loop.items.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        let indexes = (frames[ref.frame]?.indexes ?? []) + [index]
        let inherited = item ?? frames[ref.frame]?.item
        let goesOn = loop.items != nil && loop.next < loop.limit && loop.active < loop.concurrency
        loops[ref] = loop
        let group = program.groupsIn[node.id.index][0]
        openFrame(group: group, parent: ref, indexes: indexes, item: inherited)
        if goesOn { ready.append(.advance(ref)) }
    }

    private mutating func closeIteration(_ ref: SlotRef, index: Int, status: ActionStatus) {
        guard var loop = loops.removeValue(forKey: ref), let node = node(ref) else { return }
        let indexes = (frames[ref.frame]?.indexes ?? []) + [index]
        if let number = loopFrames[FrameKey(group: program.groupsIn[node.id.index][0], indexes: indexes)] {
            consume(.frameDone(number))
            if !loop.results.isEmpty, let frame = frames[number] {
                for (place, slot) in frame.slots.enumerated() {
                    if loop.items == nil { loop.results[place].removeAll() }
                    while loop.items != nil, loop.results[place].count < index { loop.results[place].append(nil) }
                    if loop.items != nil, loop.results[place].count > index {
                        loop.results[place][index] = slot.record
                    } else {
                        loop.results[place].append(slot.record)
                    }
                }
            }
            // The condition of an Until looks at the iteration that has just ended.
            if loop.items == nil { loop.lastFrame = number } else { dropFrame(number) }
        }
        loop.active -= 1
        loop.lastStatus = status
        if status != .succeeded { loop.isFailed = true }
        let isUntil = loop.items == nil
        loop.awaitsCondition = isUntil
        if isUntil || loop.next < loop.limit || loop.active == 0 { ready.append(.advance(ref)) }
        loops[ref] = loop
    }

    private mutating func apply(_ progress: RunEvent.Progress) {
        guard var flight = flights.removeValue(forKey: progress.flight) else { return }
        flight.phase = progress.phase
        flight.attempt = progress.attempt
        flight.sent = progress.sent
        flight.isResend = progress.isResend
        if let entry = progress.history { flight.history.append(entry) }
        for (name, value) in progress.scratch {
            if name == Flight.furtherItems {
                flight.scratch["items"] = .array((flight.scratch["items"]?.arrayValue ?? []) + (value.arrayValue ?? []))
            } else {
                flight.scratch[name] = value.nonNull
            }
        }
        let isWaiting = flight.phase == .subscribed || flight.phase == .sleeping || flight.phase == .held
        frames[flight.ref.frame]?.slots[flight.ref.place].status = isWaiting ? .waiting : .running
        flights[progress.flight] = flight
    }
}

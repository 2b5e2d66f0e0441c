import JSONTree
import Moments
import Playbooks

extension RunState {
    /// Opens a group: all its actions are pending, its roots are ready.
    @discardableResult
    mutating func openFrame(group: Int, parent: SlotRef?, indexes: [Int], item: JSON?) -> Int {
        let plan = program.groups[group]
        var slots = ContiguousArray<Slot>()
        slots.reserveCapacity(plan.children.count)
        for child in plan.children {
            slots.append(Slot(unmet: Int32(program.definition[child].runAfter.count)))
        }
        let frame = Frame(
            group: group,
            parent: parent,
            indexes: indexes,
            item: item,
            unfinished: plan.children.count,
            slots: slots
        )
        let number: Int
        if let free = freeFrames.popLast() {
            number = free
            frames[free] = frame
        } else {
            number = frames.count
            frames.append(frame)
        }
        if indexes.isEmpty {
            plainFrames[group] = Int32(number)
        } else {
            loopFrames[FrameKey(group: group, indexes: indexes)] = number
        }
        if let parent, indexes.count == frames[parent.frame]?.indexes.count {
            frames[parent.frame]?.slots[parent.place].child = Int32(number)
        }
        if plan.children.isEmpty {
            ready.append(.frameDone(number))
        } else {
            for root in plan.roots { ready.append(.action(SlotRef(frame: number, place: program.placeOf[root.index]))) }
        }
        return number
    }

    /// Forgets a frame and those inside it: an iteration has ended.
    mutating func dropFrame(_ number: Int) {
        guard let frame = frames[number] else { return }
        for (place, slot) in frame.slots.enumerated() {
            if slot.child >= 0 { dropFrame(Int(slot.child)) }
            if !loops.isEmpty, let loop = loops.removeValue(forKey: SlotRef(frame: number, place: place)),
                let last = loop.lastFrame
            {
                dropFrame(last)
            }
        }
        if frame.indexes.isEmpty {
            plainFrames[frame.group] = -1
        } else {
            loopFrames[FrameKey(group: frame.group, indexes: frame.indexes)] = nil
        }
        frames[number] = nil
        freeFrames.append(number)
    }

    /// An action is final: its successors may become ready, its frame may be done.
    mutating func finish(_ ref: SlotRef, status: ActionStatus, record: @autoclosure () -> ActionRecord) {
        guard let node = node(ref) else { return }
        if var frame = frames[ref.frame] {
            frames[ref.frame] = nil
            frame.slots[ref.place].status = status
            frame.slots[ref.place].flight = 0
            if program.keepsRecord[node.id.index] || node.type.isContainer { frame.slots[ref.place].record = record() }
            for successor in node.successors {
                let place = program.placeOf[successor.index]
                frame.slots[place].unmet -= 1
                if frame.slots[place].unmet == 0 { ready.append(.action(SlotRef(frame: ref.frame, place: place))) }
            }
            frame.unfinished -= 1
            if frame.unfinished == 0 { ready.append(.frameDone(ref.frame)) }
            frames[ref.frame] = frame
        }
        actionCount += 1
    }

    /// Takes an item out of what is ready; nearly always it is the head.
    mutating func consume(_ item: Ready) {
        guard readyHead < ready.count else { return }
        if ready[readyHead] != item {
            guard let index = ready[readyHead...].firstIndex(of: item) else { return }
            ready.remove(at: index)
            return
        }
        readyHead += 1
        if readyHead == ready.count {
            ready.removeAll(keepingCapacity: true)
            readyHead = 0
        } else if readyHead > 256, readyHead * 2 > ready.count {
            ready.removeFirst(readyHead)
            readyHead = 0
        }
    }

    /// The status of a finished frame by its leaves (section 7.4): a skipped leaf shows what its predecessors came to.
    func outcome(ofFrame number: Int) -> ActionStatus {
        guard let frame = frames[number] else { return .succeeded }
        let plan = program.groups[frame.group]
        for leaf in plan.leaves where effectiveStatus(of: leaf, in: frame).isBad { return .failed }
        return .succeeded
    }

    private func effectiveStatus(of action: ActionID, in frame: Frame) -> ActionStatus {
        var seen = Set<Int>()
        var stack = [action]
        while let next = stack.popLast() {
            guard seen.insert(next.index).inserted else { continue }
            let status = frame.slots[program.placeOf[next.index]].status
            if status.isBad { return status }
            if status == .skipped { stack.append(contentsOf: program.definition[next].runAfter.map(\.action)) }
        }
        return .succeeded
    }
}

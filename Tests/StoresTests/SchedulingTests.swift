import Testing

@testable import Stores

@Suite struct SchedulingTests {
    @Test func timeIsSharedByWeight() {
        var scheduler = LaneScheduler()
        var served: [Lane: Int] = [:]
        for _ in 0..<1_000 {
            guard let lane = scheduler.next(isWaiting: { _ in true }) else { continue }
            served[lane, default: 0] += 1
            scheduler.charge(lane, nanoseconds: 10_000)
        }
        #expect(abs(served[.journal, default: 0] - 600) <= 2)
        #expect(abs(served[.intake, default: 0] - 300) <= 2)
        #expect(abs(served[.rest, default: 0] - 100) <= 2)
    }

    @Test func anIdleLaneSavesNothingUp() {
        var scheduler = LaneScheduler()
        for _ in 0..<1_000 {
            _ = scheduler.next(isWaiting: { $0 == .journal })
            scheduler.charge(.journal, nanoseconds: 1_000_000)
        }
        var rest = 0
        for _ in 0..<70 {
            guard let lane = scheduler.next(isWaiting: { $0 != .intake }) else { continue }
            if lane == .rest { rest += 1 }
            scheduler.charge(lane, nanoseconds: 1_000_000)
        }
        #expect((8...12).contains(rest), "\(rest)")
    }

    @Test func withoutWorkThereIsNoLane() {
        var scheduler = LaneScheduler()
        #expect(scheduler.next(isWaiting: { _ in false }) == nil)
    }

    @Test func aQueueGivesWhatItTookInOrder() {
        var queue = SubmissionQueue()
        var other = SubmissionQueue()
        func submission(_ number: UInt64) -> Submission {
            Submission(work: .change(Change("")), whenDone: { _ in }, submittedAt: number)
        }
        var next: UInt64 = 0
        var expected: UInt64 = 0
        for round in 0..<50 {
            for _ in 0..<(round * 7 % 100) {
                other.append(submission(next))
                next += 1
            }
            queue.takeAll(of: &other)
            #expect(other.isEmpty)
            for _ in 0..<(round * 5 % 100) {
                guard let first = queue.popFirst() else { break }
                #expect(first.submittedAt == expected)
                expected += 1
            }
        }
        while let first = queue.popFirst() {
            #expect(first.submittedAt == expected)
            expected += 1
        }
        #expect(expected == next)
        #expect(queue.isEmpty)
    }
}

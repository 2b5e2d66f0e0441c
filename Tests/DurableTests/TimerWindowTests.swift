import Moments
import Testing

@testable import Durable

/// The window of near timers against a plain list, with many random changes.
struct TimerWindowTests {
    @Test(arguments: 1...50)
    func `the window fires what a plain list would, in order`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var window = TimerWindow(capacity: 16)
        var all: [String: StoredTimer] = [:]
        var now = Timestamp.unixEpoch
        func refill() {
            guard let bound = window.refill(now: now) else { return }
            let due = all.values.filter { $0.due >= window.horizon && $0.due < bound }.sorted()
            let page = Array(due.prefix(16))
            window.loaded(page, before: page.count < 16 ? bound : page.last?.due ?? bound, isComplete: true)
        }
        for _ in 0..<2_000 {
            switch random.below(4) {
            case 0, 1:
                let timer = StoredTimer(
                    due: now + .seconds(Int64(random.below(4_000))),
                    run: RunNumber(Int64(random.below(50))),
                    key: Int64(random.below(3))
                )
                all["\(timer.run)/\(timer.key)"] = timer
                window.set(run: timer.run, key: timer.key, due: timer.due)
            case 2:
                let run = RunNumber(Int64(random.below(50)))
                all["\(run)/1"] = nil
                window.clear(run: run, key: 1)
            default:
                now = now + .seconds(Int64(random.below(30)))
                refill()
                while let fired = window.pop(now: now) {
                    #expect(all["\(fired.run)/\(fired.key)"]?.due == fired.due)
                    all["\(fired.run)/\(fired.key)"] = nil
                    window.clear(run: fired.run, key: fired.key)
                    refill()
                }
                #expect(!all.values.contains { $0.due <= now }, "a due timer was missed")
            }
            #expect(window.count <= 33)
        }
    }

    private func refill(_ window: inout TimerWindow, _ now: Timestamp) -> Bool { window.refill(now: now) != nil }

    @Test func `timers set while the store is asked do not keep nearer ones out`() throws {
        var window = TimerWindow(capacity: 4)
        let now = Timestamp.unixEpoch
        let asked = window.refill(now: now)
        let bound = try #require(asked)
        for number in 1...4 {
            window.set(run: RunNumber(Int64(number)), key: 1, due: bound - .seconds(1))
        }
        let page = (11...14).map { StoredTimer(due: now + .seconds(Int64($0)), run: RunNumber(Int64($0)), key: 1) }
        window.loaded(page, before: now + .seconds(14), isComplete: true)
        #expect(window.count == 4)
        let later = now + .seconds(60)
        while let fired = window.pop(now: later) { window.clear(run: fired.run, key: fired.key) }
        #expect(refill(&window, later))
    }

    @Test func `an answer that may lack a dropped timer is asked for again`() {
        var window = TimerWindow(capacity: 2)
        let now = Timestamp.unixEpoch
        #expect(refill(&window, now))
        for number in 1...5 {
            window.set(run: RunNumber(Int64(number)), key: 1, due: now + .seconds(Int64(number)))
        }
        // The snapshot was older than the five timers.
        window.loaded([], before: now + .seconds(1_800), isComplete: true)
        #expect(window.horizon < now + .seconds(6))
        while let fired = window.pop(now: now + .seconds(6)) { window.clear(run: fired.run, key: fired.key) }
        #expect(refill(&window, now + .seconds(6)))
    }
}

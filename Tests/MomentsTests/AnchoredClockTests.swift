import Moments
import Synchronization
import Testing

/// A clock that the machine's clock cannot make jump.
@Suite struct AnchoredClockTests {
    /// A machine whose clock can be set while its counter goes on.
    private final class Machine: Sendable {
        let time = Mutex(Timestamp(unixSeconds: 1_000_000))
        let counter = Mutex(Int64(5_000))

        func pass(_ span: TimeSpan) {
            time.withLock { $0 += span }
            counter.withLock { $0 += span.ticks }
        }

        func jump(_ span: TimeSpan) {
            time.withLock { $0 += span }
        }

        func clock() -> AnchoredClock {
            AnchoredClock(machine: { self.time.withLock { $0 } }, counter: { self.counter.withLock { $0 } })
        }
    }

    @Test func `it goes with a machine whose clock goes well`() {
        let machine = Machine()
        let clock = machine.clock()
        for _ in 0..<1_000 {
            machine.pass(.milliseconds(700))
            #expect(clock.now == machine.time.withLock { $0 })
        }
        #expect(clock.drift == .zero)
    }

    @Test(arguments: [TimeSpan.hours(1), -.hours(1), .days(400), -.days(400)])
    func `a jump shortens or lengthens no delay by more than one part of a hundred`(_ jump: TimeSpan) {
        let machine = Machine()
        let clock = machine.clock()
        machine.pass(.seconds(10))
        let begin = clock.now
        machine.jump(jump)
        for _ in 0..<3_000 {
            machine.pass(.milliseconds(100))
            _ = clock.now
        }
        let seen = (clock.now - begin).totalSeconds
        #expect(seen >= 297 && seen <= 303, "\(seen) of 300 seconds")
        #expect(clock.drift.magnitude > .minutes(59))
    }

    @Test func `it never goes back, whatever the machine's clock does`() {
        let machine = Machine()
        let clock = machine.clock()
        var last = clock.now
        for step in 0..<2_000 {
            machine.pass(.milliseconds(Int64(step % 7) * 300))
            if step.isMultiple(of: 3) { machine.jump(.seconds(Int64(step % 11) - 5)) }
            let now = clock.now
            #expect(now >= last)
            last = now
        }
    }

    @Test(arguments: [TimeSpan.seconds(8), -.seconds(8)])
    func `a difference is made good in time, and not more than made good`(_ difference: TimeSpan) {
        let machine = Machine()
        let clock = machine.clock()
        machine.jump(difference)
        for _ in 0..<2_000 {
            machine.pass(.seconds(1))
            let isBetween = difference.ticks > 0 ? clock.drift >= .zero : clock.drift <= .zero
            #expect(isBetween, "it overshoots: \(clock.drift.text)")
        }
        #expect(clock.drift.magnitude < .milliseconds(2))
    }

    @Test func `after a long silence it has not gone further than the machine's clock`() {
        let machine = Machine()
        let clock = machine.clock()
        machine.jump(.minutes(1))
        machine.pass(.seconds(2))
        _ = clock.now
        machine.pass(.days(3))
        #expect(clock.now == machine.time.withLock { $0 })
    }

    @Test func `the real one shows the present`() {
        let clock = AnchoredClock()
        #expect((clock.now - Timestamp.now).magnitude < .seconds(5))
    }
}

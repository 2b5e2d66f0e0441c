import Synchronization

#if canImport(Glibc)
import Glibc
import SwiftOverlayShims
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A wall clock that never jumps: it shows the machine's time at its start, and from then on goes by the machine's steady counter.
///
/// A delay that is set by this clock, such as the one before a look-up may say that a call did nothing, cannot be cut short by
/// somebody who sets the machine's clock, nor by a time server that corrects it at once. Where both differ, this clock
/// goes up to 1 % faster or slower until they agree, so that a delay is at most 1 % shorter than it seems, and it never goes
/// back. A difference of an hour is made good within about four days; a restart makes it good at once, and a restart counts
/// such delays anew. ``drift`` tells the difference, for a metric.
///
/// The steady counter goes on while the machine is suspended, so that what fell due meanwhile is noticed when it wakes up.
public final class AnchoredClock: WallClock {
    private struct Anchor {
        /// The counter at the last look at the machine's clock.
        var counter: Int64
        /// What this clock showed then.
        var shown: Int64
        /// How far the machine's clock was ahead then.
        var ahead: Int64
    }

    /// How much faster or slower than the counter it goes at most: one part of a hundred.
    private static let slowness: Int64 = 100
    /// A difference is made good over this time, if the limit of speed allows it.
    private static let patience: Int64 = 60 * Ticks.perSecond
    /// How often the machine's clock is looked at.
    private static let interval: Int64 = Ticks.perSecond

    private let machine: @Sendable () -> Timestamp
    private let counter: @Sendable () -> Int64
    private let anchor: Mutex<Anchor>

    /// A clock that begins at the machine's present.
    public convenience init() {
        self.init(machine: { Timestamp.now }, counter: { SteadyCounter.ticks })
    }

    /// A clock that takes its time from these, for tests.
    ///
    /// - Parameters:
    ///   - machine: The machine's clock, which may jump.
    ///   - counter: Ticks of 100 ns since some fixed point; never goes back.
    public init(machine: @escaping @Sendable () -> Timestamp, counter: @escaping @Sendable () -> Int64) {
        self.machine = machine
        self.counter = counter
        anchor = Mutex(Anchor(counter: counter(), shown: machine().ticks, ahead: 0))
    }

    /// The present; never earlier than what was read before.
    public var now: Timestamp {
        anchor.withLock { anchor in
            let counted = max(counter(), anchor.counter)
            let shown = Self.shown(anchor, at: counted)
            if counted - anchor.counter >= Self.interval {
                anchor = Anchor(counter: counted, shown: shown, ahead: machine().ticks - shown)
            }
            return Timestamp(ticks: shown)
        }
    }

    /// How far the machine's clock is ahead of this one; negative when it is behind.
    public var drift: TimeSpan {
        let present = now
        return machine() - present
    }

    private static func shown(_ anchor: Anchor, at counted: Int64) -> Int64 {
        let passed = counted - anchor.counter
        // Of the difference, as much as the time that has passed makes good, and never more than there is.
        let share = min(1, Double(passed) / Double(patience))
        let limit = passed / slowness
        let wanted = Int64(Double(anchor.ahead) * share)
        return anchor.shown + passed + min(max(wanted, -limit), limit)
    }
}

/// The machine's steady counter.
private enum SteadyCounter {
    /// Ticks of 100 ns since the machine's start, suspended times included; never goes back.
    static var ticks: Int64 {
        var time = timespec()
        #if os(Linux)
        // CLOCK_BOOTTIME exists since Linux 2.6.39, so the call cannot fail.
        clock_gettime(CLOCK_BOOTTIME, &time)
        #else
        clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        return Int64(time.tv_sec) * Ticks.perSecond + Int64(time.tv_nsec) / 100
    }
}

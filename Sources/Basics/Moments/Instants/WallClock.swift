#if canImport(Glibc)
import Glibc
// `timespec` belongs to this module of the toolchain as soon as another file of the target imports Foundation.
import SwiftOverlayShims
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Something that knows what time it is.
///
/// Everything that needs the present takes a clock, so that tests and rehearsals run in virtual time. A clock may jump in
/// either direction; never measure lengths of time with it.
public protocol WallClock: Sendable {
    /// The present instant.
    var now: Timestamp { get }
}

/// The machine's clock.
public struct SystemClock: WallClock {
    /// The machine's clock.
    public init() {}

    /// The present by the machine's clock, to 100 ns.
    public var now: Timestamp { Timestamp.now }
}

extension Timestamp {
    /// The present by the machine's clock.
    public static var now: Timestamp {
        var time = timespec()
        // CLOCK_REALTIME exists on every system that we build for, so the call cannot fail.
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(ticks: Ticks.unixEpoch + Int64(time.tv_sec) * Ticks.perSecond + Int64(time.tv_nsec) / 100)
    }
}

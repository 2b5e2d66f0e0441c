public import Moments
import Synchronization

/// The time of a rehearsal: a clock that only the rehearsal moves, and waits that take no real time.
public final class RehearsalStage: Sendable {
    /// The clock of everything that takes part.
    public let clock: VirtualClock
    private let waited = Mutex<Duration>(.zero)

    /// Makes a stage whose clock shows an instant.
    public init(start: Timestamp) { clock = VirtualClock(start) }

    /// Waits in virtual time: the call under way takes so much longer.
    public func pause(_ duration: Duration) async throws { waited.withLock { $0 += duration } }

    /// How long the call under way has waited, counted anew from now on.
    func takeWaited() -> Duration {
        waited.withLock { waited in
            defer { waited = .zero }
            return waited
        }
    }
}

public import Moments
public import Serving
import Synchronization

/// A stand-in that runs: its state, a clock, and routes below a prefix.
public final class VendorMount<Kind: Vendor>: Sendable {
    /// The machine.
    public let vendor: Kind
    private let clock: any WallClock
    private let state: Mutex<Kind.State>

    /// Starts a stand-in.
    ///
    /// - Parameters:
    ///   - vendor: The machine.
    ///   - clock: The present; a virtual one in tests and simulations.
    public init(_ vendor: Kind, clock: any WallClock = SystemClock()) {
        self.vendor = vendor
        self.clock = clock
        state = Mutex(vendor.start(at: clock.now))
    }

    /// Answers a request to a path of the service.
    public func reply(to request: Request, path: [String]) -> VendorReply {
        let now = clock.now
        return state.withLock { vendor.reply(to: request, path: path, state: &$0, now: now) }
    }

    /// Reads or changes the state, for tests and for what a page shows.
    public func withState<Result: Sendable>(_ body: (inout Kind.State, Timestamp) -> Result) -> Result {
        let now = clock.now
        return state.withLock { body(&$0, now) }
    }

    /// The routes of the service below a prefix such as `/lab/freshdesk`; errors are the service's own.
    public func routes(below prefix: String) -> Routes {
        var routes = Routes()
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            routes.add(method, "\(prefix)/{rest...}") { [self] request in
                let depth = prefix.split(separator: "/").count
                let reply = reply(to: request, path: Array(request.segments.dropFirst(depth)))
                if reply.delay > .zero { try await Task.sleep(for: reply.delay) }
                return reply.isCut ? Self.cut : reply.response
            }
        }
        return routes
    }

    private struct Cut: Error {}

    /// An answer that breaks off before its first byte.
    private static var cut: Response { .stream { _ in throw Cut() } }
}

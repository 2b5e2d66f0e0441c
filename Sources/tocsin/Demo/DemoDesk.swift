import JSONTree
import Lab
import Logging
import Moments
import Serving

/// The ticket service of the demonstration: a stand-in of Freshdesk, behind a socket of its own.
struct DemoDesk: Sendable {
    /// The stand-in.
    let mount: VendorMount<FreshdeskLab>
    /// Its listener.
    let server: Server
    /// Its address.
    let address: String
    /// The faults in the order in which they come, in words.
    let faults: [String]

    /// Something that goes wrong, and what people are told.
    struct Fault: Sendable {
        let kind: FreshdeskFault.Kind
        let words: String
    }

    /// Faults whose outcome is found within seconds.
    static let briefFaults = [
        Fault(kind: .cutAfter, words: "makes a ticket, and its reply is lost"),
        Fault(kind: .tooManyRequests(retryAfter: 3), words: "answers 429, Retry-After 3 s"),
        Fault(kind: .doneLate(.seconds(8)), words: "hangs up, and makes the ticket 8 s later"),
    ]

    /// All faults; after some, minutes must pass before a ticket that is not there is known to be missing.
    static let allFaults =
        briefFaults + [
            Fault(kind: .serverError, words: "answers 500"),
            Fault(kind: .cutBefore, words: "hangs up before it does anything"),
        ]

    /// Makes a service that listens once its server runs.
    ///
    /// - Parameter planned: What goes wrong with the first calls that create tickets.
    /// - Throws: `CommandFailure` when there is no free port.
    init(faults planned: [Fault]) async throws {
        var behaviour = FreshdeskOptions()
        behaviour.searchDelay = .seconds(120)
        mount = VendorMount(FreshdeskLab(behaviour))
        let port = try await FreePort.take(host: "127.0.0.1")
        address = "http://127.0.0.1:\(port)/lab/freshdesk"
        var options = Serving.ServerOptions(security: .plain())
        options.port = port
        options.shutdownTimeout = .seconds(1)
        server = try Server(router: Router([mount.routes(below: "/lab/freshdesk")]), options: options)
        faults = planned.map(\.words)
        mount.withState { state, _ in state.faults = planned.map { FreshdeskFault($0.kind) } }
    }

    /// The tickets now, and how many faults have happened.
    var standing: (tickets: [JSON], faultsDone: Int) {
        mount.withState { state, _ in
            (state.tickets.filter { !$0.isDeleted }.map { .object($0.json) }, state.faultsDone)
        }
    }
}

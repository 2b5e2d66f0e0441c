import AsyncHTTPClient
public import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// The transport that calls servers over HTTP/1.1 and HTTP/2, each call and each redirect checked by the guard.
///
/// Connections are pooled by origin and network policy: a connection that one policy allowed is never used by a call
/// with another. Call ``shutdown()`` before the process ends to close idle connections properly.
public final class HTTPTransport: Transport {
    private let options: Options
    private let destinations: DestinationGuard
    private let clients: ClientPool
    private let logger: Logger

    /// Makes a transport.
    ///
    /// - Parameters:
    ///   - options: Timeouts, pool sizes, proxy, trusted authorities.
    ///   - resolver: How names are looked up for the check before a connection is made.
    ///   - logger: Where steps are logged at debug level, without headers, bodies and queries.
    /// - Throws: ``OutboundError`` when a trusted certificate cannot be read.
    public init(
        options: Options = Options(),
        resolver: any HostResolver = SystemResolver(),
        logger: Logger = Logger(label: "tocsin.outbound")
    ) throws(OutboundError) {
        self.options = options
        self.logger = logger
        destinations = DestinationGuard(resolver: resolver)
        _ = try options.trust.roots()
        clients = ClientPool(options: options, destinations: destinations)
    }

    /// Closes all connections; calls in flight end with an error.
    public func shutdown() async { await clients.shutdown() }

    /// Sends a request, follows its redirects by its rule, and returns the whole answer.
    public func send(_ given: OutboundRequest) async throws -> OutboundResponse {
        let request = try await given.finished()
        let start = ContinuousClock.now
        let deadline = start + request.timeout
        do {
            return try await follow(request, deadline: deadline)
        } catch let error as OutboundError {
            logger.debug(
                "An outgoing call failed",
                metadata: [
                    "code": "\(error.code.text)", "certainlyNotSent": "\(error.certainlyNotSent)",
                    "tag": "\(request.tag ?? "")",
                ]
            )
            throw error
        } catch {
            throw OutboundError(
                code: .cancelled,
                message: "The call was cancelled before its answer came.",
                certainlyNotSent: false
            )
        }
    }

    private func follow(
        _ original: OutboundRequest,
        deadline: ContinuousClock.Instant
    ) async throws -> OutboundResponse {
        var hop = try Hop(original)
        var followed = 0
        var wasAnswered = false
        while true {
            do {
                let answer = try await sendOnce(hop, of: original, deadline: deadline)
                wasAnswered = true
                guard case .follow(let limit) = original.redirects, let next = try hop.next(after: answer) else {
                    var result = answer
                    result.finalURL = followed == 0 ? nil : hop.url.description
                    return result
                }
                followed += 1
                guard followed <= limit else {
                    throw OutboundError(
                        code: .tooManyRedirects,
                        message: "The server redirected more than \(limit) times.",
                        certainlyNotSent: false
                    )
                }
                hop = next
            } catch let error as OutboundError where wasAnswered && error.certainlyNotSent {
                // An earlier hop has been sent, so the call as a whole has.
                throw OutboundError(code: error.code, message: error.message, certainlyNotSent: false)
            }
        }
    }

    private func sendOnce(
        _ hop: Hop,
        of original: OutboundRequest,
        deadline: ContinuousClock.Instant
    ) async throws -> OutboundResponse {
        let proxy = original.route.proxy ?? options.proxy
        let proxied = proxy.map { !$0.isBypassed(hop.url.hostText) } ?? false
        do {
            try await admit(hop.url, of: original, proxied: proxied, deadline: deadline)
        } catch is CancellationError {
            throw OutboundError(
                code: .cancelled,
                message: "The call was cancelled before it was sent.",
                certainlyNotSent: true
            )
        }
        var key = ClientPool.Key(
            policy: original.networks,
            decompresses: original.decompresses,
            isProxied: proxied,
            route: original.route
        )
        let prepared = try Prepared(hop, original: original, options: options)
        let host = if case .address(let address) = hop.url.host { address.description } else { hop.url.hostText }
        if clients.needsOwnClient(host) { key.host = host }
        do {
            return try await send(prepared, key, deadline: deadline)
        } catch is PeerCheck.Doubt {
            // Nothing was sent: the check comes before the request.
            clients.giveOwnClient(host)
            key.host = host
            return try await send(prepared, key, deadline: deadline)
        }
    }

    private func send(
        _ prepared: Prepared,
        _ key: ClientPool.Key,
        deadline: ContinuousClock.Instant
    ) async throws -> OutboundResponse {
        try await clients.withClient(key) { client in
            let flight = Flight(client: client)
            do {
                return try await flight.run(prepared, deadline: deadline)
            } catch let error as OutboundError where prepared.isSafe && error.code == .lostReply {
                // A pooled connection that the server had just closed: asking again repeats nothing.
                return try await Flight(client: client).run(prepared, deadline: deadline)
            }
        }
    }

    /// Lets the guard look at where a request goes.
    ///
    /// The client keeps the deadline of all the rest; here names are looked up.
    private func admit(
        _ url: OutboundURL,
        of request: OutboundRequest,
        proxied: Bool,
        deadline: ContinuousClock.Instant
    ) async throws {
        let destinations = destinations
        guard case .name = url.host else {
            return try await destinations.admit(url, policy: request.networks, proxied: proxied)
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await destinations.admit(url, policy: request.networks, proxied: proxied)
                return true
            }
            group.addTask {
                try await Task.sleep(until: deadline)
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else {
                throw OutboundError(
                    code: .timedOut,
                    message: "The time of the call is over before the address of its host was known.",
                    certainlyNotSent: true
                )
            }
        }
    }
}

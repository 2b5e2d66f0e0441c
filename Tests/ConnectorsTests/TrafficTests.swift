import JSONTree
import Moments
import Outbound
import Synchronization
import Testing

@testable import Connectors

/// Turns, pauses and the breaker, by a clock that the test moves.
@Suite(.timeLimit(.minutes(1)))
struct TrafficTests {
    static let noon = Fixtures.noon

    /// The waits that were wanted.
    final class Waits: Sendable {
        private let spans = Mutex<[TimeSpan]>([])

        var all: [TimeSpan] { spans.withLock { $0 } }

        func add(_ span: TimeSpan) { spans.withLock { $0.append(span) } }
    }

    /// Holds a world that is still being made.
    final class Box: Sendable {
        private let value = Mutex<World?>(nil)

        var world: World? { value.withLock { $0 } }

        func set(_ world: World) { value.withLock { $0 = world } }
    }

    /// Counts.
    final class Counter: Sendable {
        private let number = Mutex(0)

        var value: Int { number.withLock { $0 } }

        func add() { number.withLock { $0 += 1 } }
    }

    /// Lets whoever waits go on when it is opened.
    final class Gate: Sendable {
        private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

        var count: Int { waiting.withLock { $0.count } }

        func wait() async {
            await withCheckedContinuation { continuation in waiting.withLock { $0.append(continuation) } }
        }

        func open() { for continuation in waiting.withLock({ $0 }) { continuation.resume() } }
    }

    /// A traffic whose waits take no time: each moves the clock on.
    final class World: Sendable {
        let clock = VirtualClock(TrafficTests.noon)
        let waits = Waits()
        let traffic: ConnectionTraffic
        let rules: LaneRules

        init(
            limit: TrafficSettings.Limit? = nil,
            connectorLimit: TrafficSettings.Limit? = nil,
            breaker: TrafficSettings.Breaker? = nil,
            during: (@Sendable (World) -> Void)? = nil
        ) throws {
            let box = Box()
            let clock = clock
            let waits = waits
            traffic = ConnectionTraffic(clock: clock) { span in
                waits.add(span)
                clock.advance(by: span)
                if let world = box.world { during?(world) }
            }
            var limits = JSONObject()
            if let connectorLimit {
                limits = connectorLimit.json.objectValue ?? JSONObject()
                limits["scope"] = "connector"
            }
            let definition = try ConnectorDefinition(
                name: "any",
                definition: ["swagger": "2.0", "paths": [:]],
                adapter: limits.isEmpty ? [:] : ["limits": .object(limits)]
            )
            var connection = Connection(tenant: "t1", name: "C", connector: "any")
            connection.traffic = TrafficSettings(limit: limit, breaker: breaker)
            rules = LaneRules(connection, definition)
            box.set(self)
        }

        func send(_ status: Int = 200, headers: OutboundHeaders = [:], timeout: Duration = .seconds(120)) async throws {
            let lane = ConnectionLane(rules: rules, traffic: traffic)
            let transport = RecordingTransport { _ in .init(status: status, headers: headers) }
            _ = try await lane.transport(over: transport).send(
                OutboundRequest(method: "GET", url: "https://a.example/", timeout: timeout)
            )
        }

        func fail(_ code: OutboundError.Code) async {
            let lane = ConnectionLane(rules: rules, traffic: traffic)
            let transport = RecordingTransport { _ in
                throw OutboundError(code: code, message: "m", certainlyNotSent: false)
            }
            _ = try? await lane.transport(over: transport).send(
                OutboundRequest(method: "GET", url: "https://a.example/")
            )
        }

        var figures: ConnectionTraffic.Figures? {
            traffic.figures(of: Connection(tenant: "t1", name: "c", connector: "any"))
        }
    }

    private func code(_ body: () async throws -> Void) async -> OutboundError.Code? {
        do {
            try await body()
            return nil
        } catch let error as OutboundError {
            #expect(error.certainlyNotSent)
            return error.code
        } catch {
            return .invalidResponse
        }
    }

    @Test func `a bucket lets its calls pass at once and the next ones evenly`() async throws {
        let world = try World(limit: .init(calls: 5, seconds: 10))
        for _ in 0..<5 { try await world.send() }
        #expect(world.waits.all.isEmpty)
        for _ in 0..<3 { try await world.send() }
        #expect(world.waits.all == [.seconds(2), .seconds(2), .seconds(2)])
        // Idle time fills it, up to its size.
        world.clock.advance(by: .minutes(60))
        for _ in 0..<5 { try await world.send() }
        #expect(world.waits.all.count == 3)
    }

    @Test func `a turn that comes too late is refused and takes no other's place`() async throws {
        let world = try World(limit: .init(calls: 1, seconds: 60))
        try await world.send()
        #expect(await code { try await world.send(timeout: .seconds(30)) } == .throttled)
        #expect(world.figures?.refused == 1)
        try await world.send(timeout: .seconds(61))
        #expect(world.waits.all == [.seconds(60)])
    }

    @Test func `the connector's limit is shared by all its connections, beside each one's own`() async throws {
        let world = try World(limit: .init(calls: 100, seconds: 1), connectorLimit: .init(calls: 2, seconds: 20))
        try await world.send()
        try await world.send()
        try await world.send()
        #expect(world.waits.all == [.seconds(10)])
    }

    @Test(
        arguments: [
            (429, "30", 30), (503, "7", 7), (429, nil, 1), (429, "Mon, 02 Mar 2026 10:00:45 GMT", 45), (503, nil, 0),
            (500, "9", 0), (200, "9", 0),
        ] as [(Int, String?, Int64)]
    )
    func `a pause that the service asks for holds all calls of the connection`(
        _ status: Int,
        _ header: String?,
        _ seconds: Int64
    ) async throws {
        let world = try World()
        try await world.send(status, headers: header.map { ["Retry-After": $0] } ?? [:])
        try await world.send()
        #expect(world.waits.all == (seconds == 0 ? [] : [.seconds(seconds)]))
    }

    @Test func `a pause longer than a call's time refuses the call`() async throws {
        let world = try World()
        try await world.send(429, headers: ["Retry-After": "300"])
        #expect(await code { try await world.send() } == .throttled)
        #expect(world.figures?.pausedUntil == Self.noon + .seconds(300))
        world.clock.advance(by: .seconds(200))
        try await world.send()
        #expect(world.waits.all == [.seconds(100)])
    }

    @Test func `a pause that grows while a call waits is waited for too`() async throws {
        let isFirst = Mutex(true)
        let world = try World { world in
            guard
                isFirst.withLock({ first in
                    defer { first = false }
                    return first
                })
            else { return }
            world.traffic.note(.success(.init(status: 429, headers: ["Retry-After": "20"])), world.rules)
        }
        try await world.send(429, headers: ["Retry-After": "10"])
        try await world.send()
        #expect(world.waits.all == [.seconds(10), .seconds(20)])
        #expect(world.figures?.waiting == 0)
    }

    @Test func `no more calls wait than the limit says, and none is lost`() async throws {
        let clock = VirtualClock(Self.noon)
        let gate = Gate()
        let traffic = ConnectionTraffic(clock: clock) { _ in await gate.wait() }
        let world = try World(limit: .init(calls: 1, seconds: 0.001))
        let lane = ConnectionLane(rules: world.rules, traffic: traffic)
        let transport = RecordingTransport()
        let refused = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<(ConnectionTraffic.waitingLimit + 50) {
                group.addTask {
                    do {
                        _ = try await lane.transport(over: transport).send(
                            OutboundRequest(method: "GET", url: "https://a.example/")
                        )
                    } catch {
                        refused.add()
                    }
                }
            }
            while gate.count + refused.value < ConnectionTraffic.waitingLimit + 49 { await Task.yield() }
            gate.open()
        }
        #expect(refused.value == 49)
        #expect(transport.requests.count == ConnectionTraffic.waitingLimit + 1)
        #expect(traffic.figures.first?.waiting == 0)
    }

    @Test func `after too many failures in a row the service is left alone, and one call tries it`() async throws {
        let world = try World(breaker: .init(failures: 3, seconds: 30))
        try await world.send(500)
        try await world.send(200)
        for _ in 0..<2 { try await world.send(503) }
        #expect(world.figures?.circuit == "closed")
        await world.fail(.lostReply)
        #expect(world.figures?.circuit == "open" && world.figures?.failures == 3)
        #expect(await code { try await world.send() } == .circuitOpen)
        world.clock.advance(by: .seconds(30))
        // The probe fails: twice as long.
        try await world.send(500)
        world.clock.advance(by: .seconds(59))
        #expect(await code { try await world.send() } == .circuitOpen)
        world.clock.advance(by: .seconds(1))
        try await world.send(404)
        #expect(world.figures?.circuit == "closed" && world.figures?.failures == 0)
    }

    @Test func `while one call tries the service others are not made, and one that was not sent makes room`()
        async throws
    {
        var breaker = CircuitBreaker()
        let settings = TrafficSettings.Breaker(failures: 1, seconds: 10)
        breaker.failed(settings, now: Self.noon)
        let early = breaker.admits(settings, now: Self.noon + .seconds(9))
        let later = Self.noon + .seconds(10)
        let (first, second) = (breaker.admits(settings, now: later), breaker.admits(settings, now: later))
        breaker.untold(now: later)
        let third = breaker.admits(settings, now: later)
        #expect(!early && first && !second && third)
        // The pause grows to ten times and no further.
        for _ in 0..<9 {
            breaker.failed(settings, now: later)
            _ = breaker.admits(settings, now: later + .seconds(100))
        }
        breaker.failed(settings, now: later)
        #expect(breaker.state == .open(until: later + .seconds(100)))
    }

    @Test(
        arguments: [
            (.connectionFailed, true), (.timedOut, true), (.lostReply, true), (.unresolvableHost, true),
            (.invalidResponse, true), (.refusedByGuard, false), (.invalidRequest, false), (.tooLarge, false),
            (.cancelled, false), (.tooManyRedirects, false), (.throttled, false),
        ] as [(OutboundError.Code, Bool)]
    )
    func `what counts against a service`(_ code: OutboundError.Code, _ counts: Bool) async throws {
        let world = try World(breaker: .init(failures: 2, seconds: 10))
        await world.fail(code)
        await world.fail(code)
        #expect(world.figures?.circuit == (counts ? "open" : "closed"))
    }

    @Test func `a breaker that is switched off never opens`() async throws {
        let world = try World(breaker: .init(failures: 0, seconds: 10))
        for _ in 0..<50 { await world.fail(.connectionFailed) }
        try await world.send()
        #expect(world.figures?.circuit == "closed")
    }

    @Test(
        arguments: [
            ["limits": ["calls": 0, "seconds": 1]], ["limits": ["calls": 5]], ["limits": "5/1"],
            ["circuitBreaker": ["failures": -1]], ["circuitBreaker": ["failures": 3, "seconds": 0]],
            ["proxy": "https://p.example:3128"], ["proxy": "p.example"], ["authorities": "no PEM"],
        ] as [JSONObject]
    )
    func `settings that cannot be kept are refused when the connection is read`(_ members: JSONObject) {
        var object = members
        object["name"] = "c"
        object["connector"] = "any"
        let json = JSON.object(object)
        #expect(throws: ConnectorError.self) { try Connection(json, tenant: "t1") }
    }

    @Test func `a connection's settings come back as they were`() throws {
        let json: JSON = [
            "name": "c", "connector": "any", "home": "network", "networks": [], "secretNames": [], "parameters": [:],
            "parameterSet": "oauth", "proxy": "http://proxy.example:3128", "proxyUser": "u",
            "limits": ["calls": 10, "seconds": 2.5], "circuitBreaker": ["failures": 4, "seconds": 60.0],
        ]
        let connection = try Connection(json, tenant: "t1")
        #expect(try Connection(connection.json, tenant: "t1") == connection)
        #expect(connection.traffic.limit == .init(calls: 10, seconds: 2.5))
        let route = try connection.way.route(password: "canary", connection: "c")
        #expect(route.proxy?.host == "proxy.example" && route.proxy?.port == 3128)
        #expect(!"\(route)".contains("canary") && !connection.json.text.contains("canary"))
    }
}

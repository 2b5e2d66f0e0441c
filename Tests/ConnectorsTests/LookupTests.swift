import Connectors
import JSONTree
import Moments
import Outbound
import Testing

struct LookupTests {
    private func plan(_ transport: any Transport) async throws -> LookupPlan {
        try #require(try await Fixtures.registry(transport: transport).prepare(Fixtures.createTicket()).lookup)
    }

    private static func page(_ count: Int, from start: Int, marker: String? = nil) -> JSON {
        .array(
            (0..<count).map { index in
                let tags: JSON = index == count - 1 && marker != nil ? ["x", .string(marker ?? "")] : ["x"]
                return ["id": .integer(Int64(start + index)), "tags": tags]
            }
        )
    }

    @Test func findsTheTicketOnALaterPage() async throws {
        let marker = try await plan(RecordingTransport()).marker
        let transport = RecordingTransport { request in
            .json(request.url.contains("page=2") ? Self.page(7, from: 100, marker: marker) : Self.page(100, from: 0))
        }
        let answer = try await plan(transport).run(since: Fixtures.noon, now: Fixtures.noon + .seconds(10))
        guard case .found(let outputs) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(outputs.statusCode == 201)
        #expect(outputs.body?["id"] == 106)
        #expect(transport.requests.count == 2)
        let url = try #require(transport.requests.first).url
        #expect(url.contains("updated_since=2026-03-02T09%3A55%3A00Z"))
        #expect(url.contains("order_by=created_at&order_type=asc"))
        #expect(url.contains("per_page=100") && url.contains("page=1"))
        #expect(transport.requests[0].headers["Authorization"] == "Basic SzN5Olg=")
    }

    @Test func absenceCountsOnlyAfterTheDelay() async throws {
        let transport = RecordingTransport { _ in .json(Self.page(3, from: 0)) }
        let plan = try await plan(transport)
        let early = try await plan.run(since: Fixtures.noon, now: Fixtures.noon + .seconds(179))
        guard case .undecided(_, let wait) = early else {
            Issue.record("\(early)")
            return
        }
        #expect(wait == .seconds(1))
        #expect(try await plan.run(since: Fixtures.noon, now: Fixtures.noon + .minutes(3)) == .absent)
        let again = try await plan.run(
            since: Fixtures.noon,
            lastAttempt: Fixtures.noon + .minutes(2),
            now: Fixtures.noon + .minutes(3)
        )
        guard case .undecided = again else {
            Issue.record("a later attempt begins the delay anew: \(again)")
            return
        }
    }

    @Test(arguments: [
        (OutboundResponse(status: 429, headers: ["Retry-After": "40"]), TimeSpan.seconds(40)),
        (OutboundResponse(status: 500), .seconds(15)),
        (OutboundResponse(status: 401), .seconds(15)),
        (.json(["results": []]), .seconds(15)),
    ])
    func troubleLeavesItUndecided(_ response: OutboundResponse, _ wait: TimeSpan) async throws {
        let plan = try await plan(RecordingTransport { _ in response })
        let answer = try await plan.run(since: Fixtures.noon, now: Fixtures.noon + .days(1))
        guard case .undecided(_, let retry) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(retry == wait)
    }

    @Test func aLostLookUpLeavesItUndecided() async throws {
        let plan = try await plan(
            RecordingTransport { _ in throw OutboundError(code: .timedOut, message: "", certainlyNotSent: false) }
        )
        guard case .undecided = try await plan.run(since: Fixtures.noon, now: Fixtures.noon + .days(1)) else {
            Issue.record("decided without an answer")
            return
        }
    }

    @Test func aListThatNeverEndsIsGivenUp() async throws {
        let transport = RecordingTransport { _ in .json(Self.page(100, from: 0)) }
        let answer = try await plan(transport).run(since: Fixtures.noon, now: Fixtures.noon + .days(1))
        guard case .undecided = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(transport.requests.count == 300)
    }
}

import Connectors
import Foundation
import JSONTree
import Lab
import Moments
import Outbound
import Secrets
import Serving
import Testing

struct FreshdeskLabTests {
    let clock = VirtualClock(Timestamp(unixSeconds: 1_772_445_600))
    let mount: VendorMount<FreshdeskLab>

    static let ticket: JSON = [
        "subject": "Alert", "description": "<p>a &lt; b</p>", "email": "soc@contoso.example", "priority": 3,
        "status": 2,
        "tags": ["alert"],
    ]

    init() {
        var options = FreshdeskOptions()
        options.callsPerMinute = 50
        mount = VendorMount(FreshdeskLab(options), clock: clock)
    }

    func call(
        _ method: String,
        _ target: String,
        _ body: JSON? = nil,
        key: String? = "lab-key",
        type: String? = "application/json"
    ) async throws -> (status: Int, headers: Headers, json: JSON?, isCut: Bool) {
        var headers: Headers = [:]
        if let key { headers["Authorization"] = "Basic \(Data("\(key):X".utf8).base64EncodedString())" }
        if body != nil, let type { headers["Content-Type"] = type }
        let request = try Request(
            method: method,
            target: "/api/v2/\(target)",
            headers: headers,
            body: body?.bytes() ?? [],
            origin: "https://lab"
        )
        let reply = mount.reply(to: request, path: request.segments)
        let bytes = try await reply.response.collected()
        return (reply.response.status, reply.response.headers, try? JSON.parse(bytes), reply.isCut)
    }

    @Test func createsAndLists() async throws {
        let made = try await call("POST", "tickets", Self.ticket)
        #expect(made.status == 201)
        #expect(made.headers["Location"] == "https://lab/api/v2/tickets/1")
        #expect(made.headers["X-RateLimit-Total"] == "50")
        #expect(made.headers["X-RateLimit-Remaining"] == "49")
        #expect(made.json?["description_text"] == "a < b")
        #expect(made.json?["created_at"] == "2026-03-02T10:00:00Z")
        #expect(made.json?["email"] == nil)
        #expect(try await call("GET", "tickets/1").json?["subject"] == "Alert")
        let list = try await call("GET", "tickets")
        #expect(list.json?.arrayValue?.count == 1)
        #expect(list.json?[0]?["description"] == nil)
        #expect(try await call("GET", "tickets?include=description").json?[0]?["description"] != nil)
        let contacts = try await call("GET", "contacts?email=SOC@contoso.example")
        #expect(contacts.json?[0]?["id"] == made.json?["requester_id"])
    }

    @Test func pagesWithLinks() async throws {
        for _ in 0..<35 { _ = try await call("POST", "tickets", Self.ticket) }
        let first = try await call("GET", "tickets?order_type=asc")
        #expect(first.json?.arrayValue?.count == 30)
        #expect(first.headers["Link"] == "<https://lab/api/v2/tickets?order_type=asc&page=2>; rel=\"next\"")
        let second = try await call("GET", "tickets?order_type=asc&page=2")
        #expect(second.json?.arrayValue?.count == 5)
        #expect(second.headers["Link"] == nil)
        #expect(second.json?[0]?["id"] == 31)
    }

    @Test func theListLooksBackThirtyDaysOrFromAGivenTime() async throws {
        _ = try await call("POST", "tickets", Self.ticket)
        clock.advance(by: .days(31))
        #expect(try await call("GET", "tickets").json == [])
        #expect(try await call("GET", "tickets?updated_since=2026-03-01").json?.arrayValue?.count == 1)
        #expect(try await call("GET", "tickets?updated_since=2026-03-02T10:00:01Z").json == [])
    }

    @Test func theSearchRunsBehind() async throws {
        _ = try await call("POST", "tickets", Self.ticket)
        let query = "search/tickets?query=%22tag:'alert'%20AND%20priority:3%22"
        #expect(try await call("GET", query).json?["total"] == 0)
        clock.advance(by: .seconds(120))
        #expect(try await call("GET", query).json?["total"] == 1)
        #expect(try await call("GET", "search/tickets?query=%22tag:'other'%20OR%20status:2%22").json?["total"] == 1)
        #expect(try await call("GET", "search/tickets?query=%22tag:'other'%22").json?["total"] == 0)
    }

    @Test func updatesNotesAndTrash() async throws {
        _ = try await call("POST", "tickets", Self.ticket)
        #expect(try await call("PUT", "tickets/1", ["status": 4]).json?["status"] == 4)
        #expect(try await call("POST", "tickets/1/notes", ["body": "n"]).json?["private"] == true)
        #expect(try await call("POST", "tickets/1/reply", ["body": "r"]).status == 201)
        #expect(try await call("GET", "tickets/1/conversations").json?.arrayValue?.count == 2)
        #expect(try await call("DELETE", "tickets/1").status == 204)
        #expect(try await call("GET", "tickets/1").status == 404)
        #expect(try await call("PUT", "tickets/1/restore").status == 204)
        #expect(try await call("GET", "agents/me").json?["id"] == 1)
    }

    private static func with(_ members: JSONObject, without: [String] = []) -> JSON {
        var object = ticket.objectValue ?? JSONObject()
        for (name, value) in members { object[name] = value }
        for name in without { object[name] = nil }
        return .object(object)
    }

    @Test(arguments: [
        (with([:], without: ["subject"]), "subject", "missing_field"),
        (with(["subject": ""]), "subject", "missing_field"),
        (with([:], without: ["description"]), "description", "missing_field"),
        (with([:], without: ["priority"]), "priority", "missing_field"),
        (with([:], without: ["status"]), "status", "missing_field"),
        (with([:], without: ["email"]), "requester_id", "missing_field"),
        (with(["phone": "1"], without: ["email"]), "name", "missing_field"),
        (with(["subject": 5]), "subject", "datatype_mismatch"),
        (with(["description": []]), "description", "datatype_mismatch"),
        (with(["priority": "3"]), "priority", "datatype_mismatch"),
        (with(["priority": 5]), "priority", "invalid_value"),
        (with(["status": 1]), "status", "invalid_value"), (with(["source": 4]), "source", "invalid_value"),
        (with(["email": "nobody"]), "email", "invalid_value"), (with(["email": "a@b"]), "email", "invalid_value"),
        (with(["tags": "x"]), "tags", "datatype_mismatch"), (with(["tags": [1]]), "tags", "datatype_mismatch"),
        (with(["tags": ["a,b"]]), "tags", "invalid_value"),
        (with(["tags": [.string(String(repeating: "x", count: 33))]]), "tags", "invalid_value"),
        (with(["cc_emails": ["x"]]), "cc_emails", "invalid_value"),
        (with(["group_id": -1]), "group_id", "invalid_value"),
        (with(["due_by": "soon"]), "due_by", "invalid_date"), (with(["colour": 1]), "colour", "invalid_field"),
        (with(["custom_fields": []]), "custom_fields", "datatype_mismatch"),
        (with(["custom_fields": ["x": 1]]), "custom_fields.x", "invalid_field"),
        (with(["subject": .string(String(repeating: "x", count: 256))]), "subject", "invalid_value"),
    ])
    func refusesATicket(_ body: JSON, _ field: String, _ code: String) async throws {
        let answer = try await call("POST", "tickets", body)
        #expect(answer.status == 400)
        #expect(answer.json?["description"] == "Validation failed")
        let errors = answer.json?["errors"]?.arrayValue ?? []
        #expect(errors.count == 1)
        #expect(errors.first?["field"] == .string(field))
        #expect(errors.first?["code"] == .string(code))
        #expect(errors.first?["message"]?.stringValue?.isEmpty == false)
        #expect(mount.withState { state, _ in state.tickets.count } == 0)
    }

    @Test(
        arguments: [
            ("GET", "tickets", nil, nil, 401, "invalid_credentials"),
            ("GET", "tickets", nil, "wrong", 401, "invalid_credentials"),
            ("POST", "tickets", "text", "lab-key", 400, "invalid_json"), ("GET", "nothing", nil, "lab-key", 404, nil),
            ("GET", "tickets/99", nil, "lab-key", 404, nil), ("GET", "tickets?page=0", nil, "lab-key", 400, nil),
            ("GET", "tickets?per_page=101", nil, "lab-key", 400, nil),
            ("GET", "tickets?colour=red", nil, "lab-key", 400, nil),
            ("GET", "tickets?updated_since=x", nil, "lab-key", 400, nil),
            ("GET", "tickets?order_by=x", nil, "lab-key", 400, nil),
            ("GET", "search/tickets?query=tag:a", nil, "lab-key", 400, nil),
            ("GET", "search/tickets?query=%22colour:1%22", nil, "lab-key", 400, nil),
        ] as [(String, String, JSON?, String?, Int, String?)]
    )
    func refusesACall(
        _ method: String,
        _ target: String,
        _ body: JSON?,
        _ key: String?,
        _ status: Int,
        _ code: String?
    ) async throws {
        let answer = try await call(method, target, body, key: key)
        #expect(answer.status == status)
        if let code { #expect(answer.json?["code"] == .string(code)) }
    }

    @Test func contentTypeMustBeJSON() async throws {
        #expect(try await call("POST", "tickets", Self.ticket, type: "text/plain").status == 415)
    }

    @Test func limitsTheRate() async throws {
        for _ in 0..<50 { #expect(try await call("GET", "agents/me").status == 200) }
        clock.advance(by: .seconds(20))
        let limited = try await call("GET", "agents/me")
        #expect(limited.status == 429)
        #expect(limited.headers["Retry-After"] == "40")
        clock.advance(by: .seconds(40))
        #expect(try await call("GET", "agents/me").status == 200)
    }

    @Test func faultsOnDemand() async throws {
        mount.withState { state, _ in
            state.faults = [
                FreshdeskFault(.tooManyRequests(retryAfter: 7)), FreshdeskFault(.serverError),
                FreshdeskFault(.cutBefore),
                FreshdeskFault(.cutAfter), FreshdeskFault(.doneLate(.seconds(30))), FreshdeskFault(.slow(.seconds(2))),
            ]
        }
        func count() -> Int { mount.withState { state, _ in state.tickets.count } }
        let limited = try await call("POST", "tickets", Self.ticket)
        #expect(limited.status == 429 && limited.headers["Retry-After"] == "7")
        #expect(try await call("POST", "tickets", Self.ticket).status == 500)
        #expect(try await call("POST", "tickets", Self.ticket).isCut && count() == 0)
        #expect(try await call("POST", "tickets", Self.ticket).isCut && count() == 1)
        #expect(try await call("POST", "tickets", Self.ticket).isCut && count() == 1)
        clock.advance(by: .seconds(29))
        #expect(try await call("GET", "tickets").json?.arrayValue?.count == 1)
        clock.advance(by: .seconds(1))
        #expect(try await call("GET", "tickets").json?.arrayValue?.count == 2)
        #expect(try await call("POST", "tickets", Self.ticket).status == 201)
        #expect(mount.withState { state, _ in state.faultsDone } == 6)
    }

    @Test func showsWhatThereIs() async throws {
        var body = try #require(Self.ticket.objectValue)
        body["subject"] = "<script>alert(1)</script>"
        _ = try await call("POST", "tickets", .object(body))
        let router = Router([mount.routes(below: "/lab/freshdesk")])
        let page = await router.respond(to: try Request(method: "GET", target: "/lab/freshdesk/tickets"))
        let html = String(decoding: try await page.collected(), as: UTF8.self)
        #expect(html.contains("&lt;script&gt;") && !html.contains("<script>"))
        let json = await router.respond(to: try Request(method: "GET", target: "/lab/freshdesk/tickets.json"))
        #expect(try JSON.parse(try await json.collected())["tickets"]?.arrayValue?.count == 1)
        let faults = await router.respond(
            to: try Request(
                method: "POST",
                target: "/lab/freshdesk/faults",
                body: Array(#"{"faults":[{"kind":"cutAfter","count":3}]}"#.utf8)
            )
        )
        #expect(faults.status == 200)
        #expect(mount.withState { state, _ in state.faults.count } == 3)
        let bad = await router.respond(
            to: try Request(
                method: "POST",
                target: "/lab/freshdesk/faults",
                body: Array(#"{"faults":[{"kind":"x"}]}"#.utf8)
            )
        )
        #expect(bad.status == 400)
    }

    /// The connector of this repository against the stand-in: a lost answer is settled by the list, without a second ticket.
    @Test(arguments: [FreshdeskFault.Kind.cutAfter, .doneLate(.seconds(20)), .cutBefore])
    func aLostAnswerIsSettled(_ kind: FreshdeskFault.Kind) async throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        let router = Router([mount.routes(below: "/lab/freshdesk")])
        let registry = ConnectorRegistry(
            folders: ["\(root)/Connectors"],
            connections: FixedConnections(
                [
                    Connection(
                        tenant: "t1",
                        name: "freshdesk",
                        connector: "freshdesk",
                        baseURL: "http://127.0.0.1/lab/freshdesk"
                    )
                ],
                secrets: ["freshdesk/api_key": SecretValue("lab-key")]
            ),
            transport: RouterTransport(router: router, principal: nil, origin: "http://127.0.0.1"),
            clock: clock
        )
        let call = try await registry.prepare(
            ConnectorCall(
                tenant: "t1",
                connection: "freshdesk",
                method: "post",
                path: "/api/v2/tickets",
                headers: [("x-tocsin-business-key", "a-1")],
                body: Self.ticket,
                executionKey: "k"
            )
        )
        mount.withState { state, _ in state.faults = [FreshdeskFault(kind)] }
        let sent = clock.now
        let error = await #expect(throws: OutboundError.self) { try await call.transport.send(call.request) }
        #expect(error?.certainlyNotSent == false)
        let lookup = try #require(call.lookup)
        clock.advance(by: .seconds(30))
        let early = try await lookup.run(since: sent, now: clock.now)
        clock.advance(by: .minutes(4))
        let late = try await lookup.run(since: sent, now: clock.now)
        switch kind {
        case .cutBefore:
            guard case .undecided = early else {
                Issue.record("\(early)")
                return
            }
            #expect(late == .absent)
        default:
            guard case .found(let outputs) = early else {
                Issue.record("\(early)")
                return
            }
            #expect(outputs.body?["id"] == 1)
            #expect(late == early)
        }
    }
}

import Answers
import Connectors
import JSONTree
import Moments
import Secrets
import Serving
import Stores
import Synchronization
import Testing

/// The pages on which people answer, over a real store.
struct AnswerSurfaceTests {
    private struct World {
        let pages: AnswerPageStore
        let router: Router
        let delivered: Delivered
        let clock: VirtualClock
    }

    private final class Delivered: Sendable {
        let answers = Mutex<[(address: String, body: JSON)]>([])
        let status = Mutex(200)
    }

    private static let approval = AnswerPage(
        tenant: "t1",
        notify: "https://soar.example/workflows/w/runs/r/actions/3/run?sig=x",
        title: "Disable <alice>?",
        message: "<p>Risk &amp; more</p><script>alert(1)</script>",
        options: ["Approve", "Reject"],
        body: ["SelectedOption": "@parameters('choice')", "UserEmailAddress": "@parameters('responder')?['email']"],
        values: .null
    )

    private static let card = AnswerPage(
        tenant: "t1",
        notify: "https://soar.example/cb",
        title: "Triage",
        options: [],
        card: [
            "type": "AdaptiveCard",
            "body": [
                ["type": "TextBlock", "text": "Incident 12"],
                [
                    "type": "ColumnSet",
                    "columns": [["items": [["type": "Input.Text", "id": "note", "isRequired": true]]]],
                ],
                [
                    "type": "Input.ChoiceSet", "id": "severity", "value": "low",
                    "choices": [["title": "Low", "value": "low"], ["title": "High", "value": "high"]],
                ],
                ["type": "Input.Toggle", "id": "notify", "title": "Notify", "valueOn": "yes", "valueOff": "no"],
            ],
            "actions": [["type": "Action.Submit", "title": "Close", "data": ["close": true]]],
        ],
        body: ["data": "@parameters('fields')", "submitActionId": "@parameters('choice')"],
        values: .null
    )

    private func withWorld(_ body: (World) async throws -> Void) async throws {
        try await AnswersFolder.withStore { store, sealer in
            let clock = VirtualClock(Timestamp(unixSeconds: 1_772_445_600))
            let pages = AnswerPageStore(store: store, sealer: sealer, origin: "https://soar.example", clock: clock)
            let delivered = Delivered()
            let surface = AnswerSurface(pages: pages, clock: clock) { address, body, _ in
                delivered.answers.withLock { $0.append((address, body)) }
                return delivered.status.withLock { $0 }
            }
            try await body(
                World(pages: pages, router: Router([surface.routes]), delivered: delivered, clock: clock)
            )
        }
    }

    private func ask(
        _ world: World,
        _ method: String,
        _ address: String,
        _ body: String = ""
    ) async throws -> (status: Int, text: String, headers: Headers) {
        let target = String(address.dropFirst("https://soar.example".count))
        let response = await world.router.respond(
            to: try Request(
                method: method,
                target: target,
                headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: Array(body.utf8)
            )
        )
        let text = String(decoding: try await response.collected(), as: UTF8.self)
        return (response.status, text, response.headers)
    }

    @Test func `an approval shows its options and hands over the first answer only`() async throws {
        try await withWorld { world in
            let address = try await world.pages.address(of: Self.approval, key: "k1")
            let page = try await ask(world, "GET", address + "?choice=Approve")
            #expect(page.status == 200)
            #expect(page.text.contains("Disable &lt;alice&gt;?"))
            #expect(page.text.contains("Risk &amp; more"))
            #expect(!page.text.contains("<script"))
            #expect(page.text.contains("value=\"Approve\" class=\"picked\""))
            #expect(page.headers["Content-Security-Policy"]?.contains("default-src 'none'") == true)
            #expect(world.delivered.answers.withLock { $0.isEmpty }, "asking for a page answers nothing")

            let done = try await ask(world, "POST", address, "choice=Approve&responder.email=a%40contoso.example")
            #expect(done.status == 200)
            let sent = world.delivered.answers.withLock { $0 }
            #expect(sent.count == 1)
            #expect(sent.first?.address == Self.approval.notify)
            #expect(sent.first?.body == ["SelectedOption": "Approve", "UserEmailAddress": "a@contoso.example"])

            #expect(try await ask(world, "POST", address, "choice=Reject").status == 409)
            #expect(try await ask(world, "GET", address).status == 409)
            #expect(world.delivered.answers.withLock { $0.count } == 1)
        }
    }

    @Test func `a card asks for its inputs and adds what its action carries`() async throws {
        try await withWorld { world in
            let address = try await world.pages.address(of: Self.card, key: "k2")
            let page = try await ask(world, "GET", address).text
            for part in ["Incident 12", "name=\"field.note\"", "<option value=\"low\" selected>", "type=\"checkbox\""] {
                #expect(page.contains(part), "\(part)")
            }
            let missing = try await ask(world, "POST", address, "choice=Close&field.severity=high")
            #expect(missing.status == 400)
            #expect(missing.text.contains("&#39;note&#39; needs a value"))
            let done = try await ask(world, "POST", address, "choice=Close&field.note=ok&field.severity=high")
            #expect(done.status == 200)
            #expect(
                world.delivered.answers.withLock { $0.first?.body }
                    == [
                        "data": ["note": "ok", "severity": "high", "notify": "no", "close": true],
                        "submitActionId": "Close",
                    ]
            )
        }
    }

    @Test func `the same call has the same page, another call another`() async throws {
        try await withWorld { world in
            let first = try await world.pages.address(of: Self.approval, key: "k1")
            #expect(try await world.pages.address(of: Self.approval, key: "k1") == first)
            #expect(try await world.pages.address(of: Self.approval, key: "k2") != first)
        }
    }

    @Test(arguments: [(404, 410), (410, 410), (500, 502), (401, 502)]) func `an answer that nobody takes is not lost`(
        _ status: Int,
        _ shown: Int
    ) async throws {
        try await withWorld { world in
            let address = try await world.pages.address(of: Self.approval, key: "k1")
            world.delivered.status.withLock { $0 = status }
            #expect(try await ask(world, "POST", address, "choice=Approve").status == shown)
            world.delivered.status.withLock { $0 = 200 }
            #expect(try await ask(world, "POST", address, "choice=Approve").status == 200)
        }
    }

    @Test(arguments: ["choice=Maybe", "", "choice="]) func `what is no option is refused`(_ form: String) async throws {
        try await withWorld { world in
            let address = try await world.pages.address(of: Self.approval, key: "k1")
            let answer = try await ask(world, "POST", address, form)
            #expect(answer.status == 400)
            #expect(answer.text.contains("Approve, Reject"))
        }
    }

    @Test func `unknown addresses and those whose time is over are not found`() async throws {
        try await withWorld { world in
            #expect(try await ask(world, "GET", "https://soar.example/answers/0123").status == 404)
            let address = try await world.pages.address(of: Self.approval, key: "k1")
            world.clock.advance(by: .days(91))
            #expect(try await ask(world, "GET", address).status == 404)
        }
    }
}

public import Connectors
import Content
public import JSONTree
public import Moments
public import Serving

/// The pages on which people answer what playbooks ask: approvals, choices, cards with inputs.
///
/// Whoever has the address may answer, once. Asking for a page changes nothing, because mail programs open links by
/// themselves; only the form's button does.
///
/// | address | what |
/// | --- | --- |
/// | `GET /answers/{token}` | the page; `?choice=` picks an option in advance |
/// | `POST /answers/{token}` | the answer, as a form: `choice`, `responder.name`, `responder.email`, `field.ID` |
public struct AnswerSurface: Sendable {
    /// Hands an answer to the callback address of a workflow and gives the status that it answered.
    public typealias Delivery = @Sendable (_ address: String, _ body: JSON, _ tenant: String) async throws -> Int

    /// The largest form in bytes: 256 KiB.
    static let bodyLimit = 262_144

    private let pages: AnswerPageStore
    private let deliver: Delivery
    private let clock: any WallClock

    /// Makes the surface.
    ///
    /// - Parameters:
    ///   - pages: The pages.
    ///   - clock: The present.
    ///   - deliver: Hands over an answer.
    public init(pages: AnswerPageStore, clock: any WallClock = SystemClock(), deliver: @escaping Delivery) {
        self.pages = pages
        self.deliver = deliver
        self.clock = clock
    }

    /// The routes of the surface.
    public var routes: Routes {
        var routes = Routes(errors: AnswerHTML.errors, bodyLimit: Self.bodyLimit)
        routes.get("/answers/{token}") { try await self.show($0) }
        routes.post("/answers/{token}") { try await self.answer($0) }
        return routes
    }

    private func show(_ request: Request) async throws -> Response {
        let found = try await page(request)
        guard found.answered == nil else { return AnswerHTML.answered(found.page) }
        return AnswerHTML.form(found.page, choice: request.query["choice"], action: request.path)
    }

    private func answer(_ request: Request) async throws -> Response {
        let found = try await page(request)
        guard found.answered == nil else { return AnswerHTML.answered(found.page) }
        let form = try AnswerForm(request.body, page: found.page)
        let body = try found.page.answer(
            choice: form.choice,
            fields: .object(form.fields),
            responder: form.responder,
            now: clock.now
        )
        let status = try await deliver(found.page.notify, body, found.page.tenant)
        guard (200..<300).contains(status) else {
            throw Problem(
                status: status == 404 || status == 410 ? 410 : 502,
                message: status == 404 || status == 410
                    ? "The playbook does not wait for this answer any more."
                    : "The playbook did not take the answer (status \(status)). Try again later."
            )
        }
        // The workflow takes only the first answer, whatever is noted here.
        _ = try await pages.answer(request.parameters["token"])
        return AnswerHTML.thanks(found.page, choice: form.choice)
    }

    private func page(_ request: Request) async throws -> AnswerPageStore.Found {
        if let found = try await pages.page(request.parameters["token"]) { return found }
        throw Problem(status: 404, message: "There is no question at this address, or its time is over.")
    }
}

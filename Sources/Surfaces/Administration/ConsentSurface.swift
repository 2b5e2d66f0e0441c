public import Connectors
import Outbound
public import Serving

/// The pages on which a person signs in for a connection, open to whoever has a ticket.
///
/// | address | what |
/// | --- | --- |
/// | `GET /connections/consent/start?ticket=…` | says which connection signs in where, and asks to go on |
/// | `POST /connections/consent/start?ticket=…` | sends the browser to the provider |
/// | `GET /connections/consent/callback` | takes the browser back, exchanges the code, says what came of it |
public struct ConsentSurface: Sendable {
    /// Where providers send browsers back to, below the server's origin.
    public static let callbackPath = "/connections/consent/callback"
    static let startPath = "/connections/consent/start"
    private static let cookie = "tocsin-consent"

    private let desk: ConsentDesk

    /// Makes the pages over a desk.
    public init(desk: ConsentDesk) { self.desk = desk }

    /// The routes of the pages.
    public var routes: Routes {
        var routes = Routes(bodyLimit: 16_384)
        routes.get(Self.startPath) { await invite($0) }
        routes.post(Self.startPath) { await depart($0) }
        routes.get(Self.callbackPath) { await arrive($0) }
        return routes
    }

    private func invite(_ request: Request) async -> Response {
        guard let invitation = await desk.invitation(ticket: request.query["ticket"] ?? "") else { return Self.stale }
        let scopes = invitation.scopes.map { "<li><code>\(Self.escaped($0))</code></li>" }.joined()
        return Self.page(
            "Sign in for “\(invitation.connection)”",
            """
            <p>Workflows will use the connection <b>\(Self.escaped(invitation.connection))</b> \
            (\(Self.escaped(invitation.connector))) in the name of whoever signs in now at \
            <b>\(Self.escaped(invitation.provider))</b>.</p>
            \(scopes.isEmpty ? "" : "<p>They ask for:</p><ul>\(scopes)</ul>")
            <form method="post"><button>Go on to sign in</button></form>
            """
        )
    }

    private func depart(_ request: Request) async -> Response {
        do {
            guard let departure = try await desk.depart(ticket: request.query["ticket"] ?? "") else {
                return Self.stale
            }
            let secure = request.origin.hasPrefix("https://") ? "; Secure" : ""
            return Response(
                status: 303,
                headers: [
                    "Location": departure.address, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
                    "Set-Cookie":
                        "\(Self.cookie)=\(departure.binding); Path=/connections/consent; HttpOnly; SameSite=Lax; Max-Age=600\(secure)",
                ]
            )
        } catch {
            return Self.failure(error)
        }
    }

    private func arrive(_ request: Request) async -> Response {
        do {
            let name = try await desk.complete(
                state: request.query["state"] ?? "",
                binding: Self.binding(request),
                code: request.query["code"],
                refusal: request.query["error"],
                issuer: request.query["iss"]
            )
            return Self.page(
                "Signed in",
                "<p>The connection <b>\(Self.escaped(name))</b> can be used. What waited for it goes on within a minute. You can close this page.</p>"
            )
        } catch {
            return Self.failure(error)
        }
    }

    private static func binding(_ request: Request) -> String? {
        for header in request.headers.values("Cookie") {
            for part in header.split(separator: ";") {
                let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if pair.count == 2, pair[0] == cookie { return String(pair[1]) }
            }
        }
        return nil
    }

    // MARK: - Pages

    private static var stale: Response {
        page(
            "This sign-in is over",
            "<p>It was completed already or took longer than ten minutes. Begin anew: <code>tocsin connections authorize NAME</code></p>",
            status: 410
        )
    }

    private static func failure(_ error: any Error) -> Response {
        let message =
            switch error {
            case let error as ConnectorError: error.message
            case let error as OutboundError: "The provider's token endpoint was not reached: \(error.message)"
            default: "The server could not keep what came of it. Its log says more."
            }
        return page("Not signed in", "<p>\(escaped(message))</p>", status: 400)
    }

    private static func page(_ title: String, _ body: String, status: Int = 200) -> Response {
        let text = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>\(escaped(title)) · Tocsin</title>\
            <meta name="viewport" content="width=device-width"><style>body{font:1rem/1.5 system-ui;max-width:36rem;margin:4rem auto;\
            padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style><h1>\(escaped(title))</h1>
            \(body)
            </html>
            """
        return Response(
            status: status,
            headers: [
                "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy":
                    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
            ],
            body: Array(text.utf8)
        )
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}

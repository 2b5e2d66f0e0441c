import Identity
import JSONTree
import Serving
import Testing

struct RouterTests {
    private static func echo(_ word: String) -> Routes.Handler {
        { request in .text(word + " " + request.parameters["a"] + " " + request.parameters["b"]) }
    }

    static let router: Router = {
        var arm = Routes(ignoringCase: true, errors: .azure)
        arm.get("/subscriptions/{a}/providers/Microsoft.Logic/workflows", echo("list"))
        arm.get("/subscriptions/{a}/resourceGroups/{b}", echo("group"))
        arm.put("/subscriptions/{a}/resourceGroups/{b}", echo("put"))
        var graph = Routes(errors: .graph)
        graph.get("/v1.0/security/alerts", echo("alerts"))
        graph.get("/v1.0/security/alerts/{a}", echo("alert"))
        graph.get("/v1.0/security/alerts/$count", echo("count"))
        graph.get("/v1.0/security/alerts('{a}')", echo("quoted"))
        graph.patch("/v1.0/security/alerts/{a}", echo("patch"))
        var rest = Routes()
        rest.get("/", echo("root"))
        rest.get("/files/{a...}", echo("file"))
        rest.get("/files/{a}/info", echo("info"))
        rest.get("/{a}/oauth2/v2.0/token", echo("token"))
        rest.get("/common/discovery/instance", echo("instance"))
        rest.post("/boom") { _ in throw Unexpected(secret: "s3cr3t") }
        rest.post("/teapot") { _ in throw Teapot() }
        rest.add("POST", "/small", bodyLimit: 3) { request in .text("\(request.body.count)") }
        rest.use { request, next in
            var response = try await next(request)
            response.headers.add("X-Outer", "1")
            return response
        }
        rest.use { request, next in
            guard request.query["stop"] == nil else { throw Problem(status: 409, code: "Stopped", message: "no") }
            return try await next(request)
        }
        rest.get("/wrapped", echo("wrapped"))
        return Router([arm, graph, rest])
    }()

    @Test(arguments: [
        ("GET", "/subscriptions/S1/providers/Microsoft.Logic/workflows", "list S1 "),
        ("GET", "/SUBSCRIPTIONS/S1/PROVIDERS/microsoft.logic/Workflows/", "list S1 "),
        ("GET", "/subscriptions/s/RESOURCEGROUPS/My%20Group", "group s My Group"),
        ("PUT", "/subscriptions/s/resourcegroups/g%2Fh", "put s g/h"), ("GET", "/v1.0/security/alerts", "alerts  "),
        ("GET", "/v1.0/security/alerts/x", "alert x "), ("GET", "/v1.0/security/alerts/$count", "count  "),
        ("GET", "/v1.0/security/alerts('it''s')", "quoted it''s "), ("HEAD", "/v1.0/security/alerts/x", "alert x "),
        ("GET", "/", "root  "), ("GET", "/files/a/b/c.txt", "file a/b/c.txt "), ("GET", "/files/a/info", "info a "),
        ("GET", "/files/a/b/info", "file a/b/info "), ("GET", "/common/oauth2/v2.0/token", "token common "),
        ("GET", "/common/discovery/instance?x=/y", "instance  "), ("GET", "/files/%C3%BC", "file ü "),
    ])
    func `finds the handler`(method: String, target: String, expected: String) async throws {
        let response = await Self.router.respond(to: try Request(method: method, target: target))
        #expect(response.status == 200)
        #expect(String(decoding: try await response.collected(), as: UTF8.self) == expected)
        #expect(response.headers["request-id"]?.count == 36)
    }

    @Test(arguments: [
        ("GET", "/V1.0/security/alerts", 404, "", "error"), ("GET", "/v1.0/nothing", 404, "ResourceNotFound", "graph"),
        ("DELETE", "/v1.0/security/alerts/x", 405, "MethodNotAllowed", "graph"),
        ("GET", "/subscriptions/s/nothing", 404, "ResourceNotFound", "azure"),
        ("GET", "/elsewhere", 404, "NotFound", "plain"),
        ("GET", "/files", 404, "NotFound", "plain"),
        ("GET", "/v1.0/security/alerts('')", 404, "ResourceNotFound", "graph"),
    ])
    func `misses are in the words of the surface`(
        method: String,
        target: String,
        status: Int,
        code: String,
        form: String
    ) async throws {
        let response = await Self.router.respond(to: try Request(method: method, target: target))
        #expect(response.status == status)
        let body = try JSON.parse(try await response.collected())
        switch form {
        case "graph":
            #expect(body["error"]?["code"]?.stringValue == code)
            #expect(body["error"]?["innerError"]?["request-id"]?.stringValue == response.headers["request-id"])
        case "azure": #expect(body["error"]?["code"]?.stringValue == code)
        case "plain": #expect(body["error"]?.stringValue == code)
        default: break
        }
        if status == 405 { #expect(response.headers["Allow"] == "GET, PATCH") }
    }

    @Test func `a failure without an answer tells nothing`() async throws {
        let response = await Self.router.respond(to: try Request(method: "POST", target: "/boom"))
        #expect(response.status == 500)
        let text = String(decoding: try await response.collected(), as: UTF8.self)
        #expect(!text.contains("s3cr3t") && !text.contains("Unexpected"))
        #expect(text.contains(try #require(response.headers["request-id"])))
    }

    @Test func `an error may know its answer`() async throws {
        #expect(await Self.router.respond(to: try Request(method: "POST", target: "/teapot")).status == 418)
    }

    @Test func `bodies have a limit`() async throws {
        let small = try Request(method: "POST", target: "/small", body: [1, 2, 3])
        #expect(Self.router.bodyLimit(for: small) == 3)
        #expect(await Self.router.respond(to: small).status == 200)
        let large = try Request(method: "POST", target: "/small", body: [1, 2, 3, 4])
        #expect(await Self.router.respond(to: large).status == 413)
    }

    @Test func `middlewares wrap the handlers added after them`() async throws {
        let response = await Self.router.respond(to: try Request(method: "GET", target: "/wrapped"))
        #expect(response.headers["X-Outer"] == "1")
        #expect(await Self.router.respond(to: try Request(method: "GET", target: "/wrapped?stop=1")).status == 409)
        #expect(await Self.router.respond(to: try Request(method: "GET", target: "/")).headers["X-Outer"] == nil)
    }
}

private struct Unexpected: Error { let secret: String }

private struct Teapot: ResponseError {
    func response(to request: Request) -> Response { .empty(418) }
}

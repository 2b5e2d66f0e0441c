import Alerts
import Foundation
import Graph
import Identity
import JSONTree
import Moments
import Serving
import Stores
import Testing

struct GraphSurfaceTests {
    static let samples: [JSON] = {
        let path = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Data/graph-alerts.json"
        let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
        return (try? JSON.parse(bytes))?["alerts"]?.arrayValue ?? []
    }()

    static let path = "/v1.0/security/alerts"
    static let mcas = "6254ad90467a7d7b3d69f934"
    static let change: JSON = [
        "status": "inProgress", "vendorInformation": ["provider": "MCAS", "vendor": "Microsoft"],
    ]

    let router: Router

    init() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: AlertStore.migrations))
        let alerts = AlertStore(store: store)
        _ = try await alerts.upsert(Self.samples, tenant: "t1")
        router = Router([GraphSurface(alerts: alerts).routes])
    }

    private func principal(_ roles: Set<String>) -> Principal {
        Principal(kind: .app, tenant: "t1", clientID: "app-1", objectID: "o", displayName: "Test", roles: roles)
    }

    func send(
        _ method: String,
        _ target: String,
        _ body: JSON? = nil,
        headers: Headers = [:],
        roles: Set<String> = ["SecurityEvents.ReadWrite.All"],
        anonymous: Bool = false
    ) async throws -> (status: Int, headers: Headers, json: JSON?) {
        var headers = headers
        if body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        let request = try Request(
            method: method,
            target: target,
            headers: headers,
            body: body?.bytes() ?? [],
            origin: "https://soc.example",
            principal: anonymous ? nil : principal(roles)
        )
        let response = await router.respond(to: request)
        let bytes = try await response.collected()
        return (response.status, response.headers, try? JSON.parse(bytes))
    }

    @Test func listsInGraphsShape() async throws {
        let answer = try await send(
            "GET",
            "\(Self.path)?$filter=status%20eq%20%27newAlert%27&$top=5&$count=true",
            headers: ["client-request-id": "c-1"]
        )
        #expect(answer.status == 200)
        #expect(answer.json?["@odata.context"] == "https://soc.example/v1.0/$metadata#security/alerts")
        #expect(answer.json?["@odata.count"] == 13)
        #expect(answer.json?["value"]?.arrayValue?.count == 5)
        #expect(answer.headers["client-request-id"] == "c-1")
        #expect(answer.headers["request-id"] != nil)
        #expect(answer.headers["OData-Version"] == "4.0")
        #expect(answer.headers["Content-Type"]?.hasPrefix("application/json;odata.metadata=minimal") == true)
        var ids = Set<String>()
        var next = answer
        var pages = 1
        while true {
            ids.formUnion((next.json?["value"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue })
            guard let link = next.json?["@odata.nextLink"]?.stringValue else { break }
            #expect(
                link.hasPrefix("https://soc.example/v1.0/security/alerts?$filter=status%20eq%20%27newAlert%27&$top=5&")
            )
            next = try await send("GET", String(link.dropFirst("https://soc.example".count)))
            pages += 1
        }
        #expect(ids.count == 13)
        #expect(pages == 3)
    }

    @Test func getsOne() async throws {
        for target in [
            "\(Self.path)/\(Self.mcas)", "/beta/security/alerts/\(Self.mcas)", "\(Self.path)('\(Self.mcas)')",
        ] {
            let answer = try await send("GET", target)
            #expect(answer.status == 200, "\(target)")
            #expect(answer.json?["id"] == .string(Self.mcas))
            #expect(answer.headers["ETag"] == "W/\"1\"")
            #expect(answer.json?["@odata.etag"] == "W/\"1\"")
            #expect(answer.json?["@odata.context"]?.stringValue?.hasSuffix("#security/alerts/$entity") == true)
        }
        let selected = try await send("GET", "\(Self.path)?$select=title&$top=1")
        #expect(selected.json?["value"]?[0]?.objectValue?.count == 2)
        #expect(selected.json?["@odata.context"]?.stringValue?.hasSuffix("#security/alerts(title)") == true)
    }

    @Test func counts() async throws {
        let request = try Request(
            method: "GET",
            target: "\(Self.path)/$count?$filter=severity%20eq%20%27high%27",
            principal: principal(["SecurityEvents.Read.All"])
        )
        let response = await router.respond(to: request)
        #expect(String(decoding: try await response.collected(), as: UTF8.self) == "3")
        #expect(response.headers["Content-Type"]?.hasPrefix("text/plain") == true)
    }

    @Test func changes() async throws {
        let first = try await send("PATCH", "\(Self.path)/\(Self.mcas)", Self.change)
        #expect(first.status == 204)
        #expect(first.json == nil)
        #expect(first.headers["ETag"] == "W/\"2\"")
        let shown = try await send(
            "PATCH",
            "\(Self.path)/\(Self.mcas)",
            Self.change,
            headers: ["Prefer": "return=representation", "If-Match": "W/\"2\""]
        )
        #expect(shown.status == 200)
        #expect(shown.headers["Preference-Applied"] == "return=representation")
        #expect(shown.json?["status"] == "inProgress")
        #expect(shown.json?["historyStates"]?.arrayValue?.count == 2)
        let stale = try await send("PATCH", "\(Self.path)/\(Self.mcas)", Self.change, headers: ["If-Match": "W/\"2\""])
        #expect(stale.status == 412)
        #expect(stale.json?["error"]?["code"] == "resourceModified")
    }

    @Test func aKeyMakesAChangeOnce() async throws {
        let headers: Headers = ["Idempotency-Key": "k1", "Prefer": "return=representation"]
        let first = try await send("PATCH", "\(Self.path)/\(Self.mcas)", Self.change, headers: headers)
        let second = try await send("PATCH", "\(Self.path)/\(Self.mcas)", Self.change, headers: headers)
        #expect(first.json == second.json)
        #expect(second.json?["historyStates"]?.arrayValue?.count == 1)
        var other = try #require(Self.change.objectValue)
        other["status"] = "resolved"
        let reused = try await send("PATCH", "\(Self.path)/\(Self.mcas)", .object(other), headers: headers)
        #expect(reused.status == 422)
    }

    @Test func takesAlertsIn() async throws {
        let alert: JSON = [
            "id": "new/1", "title": "t", "severity": "high", "status": "newAlert",
            "vendorInformation": ["provider": "EDR", "vendor": "Contoso"],
        ]
        let answer = try await send("POST", Self.path, alert, roles: ["Alerts.Submit"])
        #expect(answer.status == 201)
        let place = try #require(answer.headers["Location"])
        #expect(place == "https://soc.example/v1.0/security/alerts/new%2F1")
        #expect(try await send("GET", String(place.dropFirst("https://soc.example".count))).json?["title"] == "t")
        #expect(try await send("POST", Self.path, alert, roles: ["SecurityEvents.Read.All"]).status == 403)
    }

    @Test(
        arguments: [
            (
                "GET", "\(path)?$filter=status%20eq", nil, [:], 400, "BadRequest",
                "Invalid filter clause: Expression expected at position 9"
            ),
            (
                "GET", "\(path)?$filter=colour%20eq%20'x'", nil, [:], 400, "BadRequest",
                "Could not find a property named 'colour'"
            ),
            ("GET", "\(path)?$filter=a%20eq%20'", nil, [:], 400, "BadRequest", "unterminated string literal"),
            ("GET", "\(path)?$top=1001", nil, [:], 400, "BadRequest", "The limit of '1000' for Top query"),
            ("GET", "\(path)?$top=-1", nil, [:], 400, "BadRequest", "non-negative integer"),
            ("GET", "\(path)?$skip=501", nil, [:], 400, "BadRequest", "The limit of '500' for Skip query"),
            ("GET", "\(path)?$count=maybe", nil, [:], 400, "BadRequest", "Valid values are 'true' and 'false'"),
            ("GET", "\(path)?$fitler=x", nil, [:], 400, "BadRequest", "'$fitler' is not supported"),
            ("GET", "\(path)?$skiptoken=abc", nil, [:], 400, "BadRequest", "$skiptoken is not valid"),
            ("GET", "\(path)?$expand=x", nil, [:], 400, "BadRequest", "'$expand' is not supported"),
            ("GET", "\(path)/nothing", nil, [:], 404, "ResourceNotFound", "no alert with the id 'nothing'"),
            ("PATCH", "\(path)/nothing", change, [:], 404, "ResourceNotFound", "no alert with the id 'nothing'"),
            ("PATCH", "\(path)/\(mcas)", nil, [:], 400, "BadRequest", "needs a body"),
            ("PATCH", "\(path)/\(mcas)", [:], [:], 400, "BadRequest", "'vendorInformation'"),
            (
                "PATCH", "\(path)/\(mcas)", ["status": "x", "vendorInformation": ["provider": "MCAS", "vendor": "M"]],
                [:], 400, "BadRequest", "'status' must be"
            ),
            (
                "PATCH", "\(path)/\(mcas)",
                ["status": "resolved", "vendorInformation": ["provider": "IPC", "vendor": "M"]], [:], 400, "BadRequest",
                "but the alert is of 'MCAS'"
            ),
            (
                "PATCH", "\(path)/\(mcas)", change, ["Content-Type": "text/plain"], 415, "UnsupportedMediaType",
                "send application/json"
            ),
            (
                "PATCH", "\(path)/\(mcas)", change, ["If-Match": "\"9\""], 412, "resourceModified",
                "changed since it was read"
            ),
            ("PATCH", "\(path)/\(mcas)", change, ["Idempotency-Key": ""], 400, "BadRequest", "1 to 255 bytes"),
            ("DELETE", "\(path)/\(mcas)", nil, [:], 405, "MethodNotAllowed", ""),
            ("POST", path, ["id": "x"], [:], 400, "BadRequest", "needs the property 'title'"),
        ] as [(String, String, JSON?, Headers, Int, String, String)]
    )
    func refuses(
        _ method: String,
        _ target: String,
        _ body: JSON?,
        _ headers: Headers,
        _ status: Int,
        _ code: String,
        _ part: String
    ) async throws {
        let answer = try await send(method, target, body, headers: headers)
        #expect(answer.status == status)
        let error = answer.json?["error"]
        #expect(error?["code"] == .string(code))
        #expect(
            part.isEmpty || error?["message"]?.stringValue?.contains(part) == true,
            "\(error?["message"]?.text ?? "")"
        )
        #expect(error?["innerError"]?["request-id"]?.stringValue?.isEmpty == false)
    }

    @Test(
        arguments: [
            ("GET", path, ["SecurityEvents.Read.All"], 200), ("GET", path, ["SecurityEvents.ReadWrite.All"], 200),
            ("GET", path, [], 403), ("GET", path, ["SecurityAlert.ReadWrite.All"], 403),
            ("PATCH", "\(path)/\(mcas)", ["SecurityEvents.Read.All"], 403),
            ("PATCH", "\(path)/\(mcas)", ["SecurityEvents.ReadWrite.All"], 204),
        ] as [(String, String, Set<String>, Int)]
    )
    func roles(_ method: String, _ target: String, _ roles: Set<String>, _ status: Int) async throws {
        let answer = try await send(method, target, method == "PATCH" ? Self.change : nil, roles: roles)
        #expect(answer.status == status)
        if status == 403 { #expect(answer.json?["error"]?["code"] == "Forbidden") }
        #expect(try await send(method, target, anonymous: true).status == 401)
    }
}

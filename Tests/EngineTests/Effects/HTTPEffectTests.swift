import JSONTree
import Outbound
import Testing

@testable import Engine

/// Http actions over a recording transport (workflow definition language, sections 6.1, 9, 10 and 13).
@Suite(.timeLimit(.minutes(1)))
struct HTTPEffectTests {
    static let get: JSON = ["method": "GET", "uri": "https://a.example/x"]

    @Test(
        arguments: [
            (["a": 1], "application/json", "{\"a\":1}"),
            ("plain", nil, "plain"),
            (["$content-type": "image/png", "$content": "AAEC"], "image/png", "\u{0}\u{1}\u{2}"),
            (
                [
                    "$content-type": "multipart/form-data; boundary=b",
                    "$multipart": [["headers": ["Content-Disposition": "form-data; name=\"f\""], "body": "v"]],
                ],
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nv\r\n--b--\r\n"
            ),
        ] as [(JSON, String?, String)]
    )
    func `bodies go out by their kind`(_ body: JSON, _ type: String?, _ text: String) async throws {
        let world = EffectWorld()
        let inputs: JSON = ["method": "post", "uri": "https://a.example/x", "body": body, "queries": ["q": "ü"]]
        let outcome = try await world.outcome(EffectWorld.effect(EffectWorld.http(inputs)))
        #expect(outcome.brief == "answered 200")
        let request = try #require(world.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://a.example/x?q=%C3%BC")
        #expect(request.headers["Content-Type"] == type)
        #expect(request.text == text)
    }

    @Test func `the other side learns who calls, unless the author does not want it`() async throws {
        let world = EffectWorld()
        _ = try await world.outcome(EffectWorld.effect(EffectWorld.http(Self.get)))
        _ = try await world.outcome(EffectWorld.effect(EffectWorld.http(Self.get, options: "SuppressWorkflowHeaders")))
        let (loud, quiet) = (world.requests[0].headers, world.requests[1].headers)
        #expect(loud["x-ms-workflow-id"] == "W1")
        #expect(loud["x-ms-workflow-version"] == "v7")
        #expect(loud["x-ms-workflow-name"] == "fl%C3%B6w")
        #expect(loud["x-ms-workflow-run-id"] == "08586RUN")
        #expect(loud["x-ms-client-tracking-id"] == "CLIENT")
        #expect(loud["x-ms-action-tracking-id"] == "TRACK")
        #expect(loud["User-Agent"] == "azure-logic-apps/1.0 (workflow W1; version v7)")
        #expect(!quiet.contains { $0.name.lowercased().hasPrefix("x-ms-") })
    }

    @Test func `limits and options reach the transport`() async throws {
        let world = EffectWorld()
        _ = try await world.outcome(EffectWorld.effect(EffectWorld.http(Self.get)))
        _ = try await world.outcome(
            EffectWorld.effect(EffectWorld.http(Self.get, options: "DisableAutomaticDecompression"))
        )
        #expect(world.requests[0].timeout == .seconds(120))
        #expect(world.requests[0].responseLimit == 104_857_600)
        #expect(world.requests[0].decompresses)
        #expect(!world.requests[1].decompresses)
    }

    @Test func `server and workflow open networks together`() async throws {
        let world = EffectWorld(networks: NetworkPolicy(allowing: [try #require(Network("10.1.0.0/16"))]))
        _ = try await world.outcome(EffectWorld.effect(EffectWorld.http(Self.get), networks: ["192.168.7.0/24"]))
        let allowed = try #require(world.requests.first).networks.allowed.map(\.description).sorted()
        #expect(allowed == ["10.1.0.0/16", "192.168.7.0/24"])
        let outcome = try await world.outcome(EffectWorld.effect(EffectWorld.http(Self.get), networks: ["all"]))
        #expect(outcome.brief == "refused InvalidNetwork BadRequest")
        #expect(world.requests.count == 1)
    }

    @Test(
        arguments: [
            ("application/json; charset=utf-8", "{\"a\":1.0}", ["a": 1.0]),
            ("text/plain", "hi", "hi"),
            ("application/json", "no json", "no json"),
            ("image/png", "AB", ["$content-type": "image/png", "$content": "QUI="]),
            (
                "application/x-www-form-urlencoded", "a=1",
                [
                    "$content-type": "application/x-www-form-urlencoded", "$content": "YT0x",
                    "$formdata": [["key": "a", "value": "1"]],
                ]
            ),
        ] as [(String, String, JSON)]
    )
    func `answers become values by their type`(_ type: String, _ text: String, _ body: JSON) async throws {
        let world = EffectWorld { _ in
            .init(status: 404, headers: ["Content-Type": type, "A": "1", "a": "2"], body: Array(text.utf8))
        }
        let answer = try #require(try await world.outcome(EffectWorld.effect(EffectWorld.http(Self.get))).answer)
        #expect(answer.status == 404)
        #expect(answer.body == body)
        #expect(answer.headers["A"] == "1, 2")
    }

    @Test func `no content is no body, and packed content is no text`() async throws {
        let world = EffectWorld { request in
            request.url.hasSuffix("none")
                ? .init(status: 204)
                : .init(status: 200, headers: ["Content-Type": "text/plain", "Content-Encoding": "br"], body: [1, 2])
        }
        let empty: JSON = ["method": "GET", "uri": "https://a.example/none"]
        #expect(
            try await world.outcome(EffectWorld.effect(EffectWorld.http(empty))).answer?.body == Optional<JSON>.none
        )
        let packed = try await world.outcome(EffectWorld.effect(EffectWorld.http(Self.get))).answer?.body
        #expect(packed == ["$content-type": "text/plain", "$content": "AQI="])
    }

    static let failures: [(OutboundError.Code, Bool, String, String)] = [
        (.unresolvableHost, true, "POST", "unreachable UnresolvableHostName"),
        (.connectionFailed, true, "POST", "unreachable ConnectionFailed"),
        (.timedOut, true, "POST", "unreachable RequestTimeout"),
        (.timedOut, false, "POST", "unknown RequestTimeout"),
        (.lostReply, false, "PATCH", "unknown ConnectionLost"),
        (.invalidResponse, false, "POST", "unknown InvalidProtocolResponse"),
        (.tooLarge, false, "POST", "unknown ResponseTooLarge"),
        (.cancelled, false, "POST", "unknown Cancelled"),
        (.timedOut, false, "GET", "unreachable RequestTimeout"),
        (.lostReply, false, "PUT", "unreachable ConnectionLost"),
        (.lostReply, false, "DELETE", "unreachable ConnectionLost"),
        (.tooLarge, false, "GET", "refused ResponseTooLarge ResponseTooLarge"),
        (.refusedByGuard, true, "GET", "refused DestinationNotAllowed DestinationNotAllowed"),
        (.refusedByGuard, false, "POST", "refused DestinationNotAllowed DestinationNotAllowed"),
        (.invalidRequest, true, "GET", "refused InvalidRequest InvalidRequest"),
        (.tooManyRedirects, false, "GET", "refused TooManyRedirects TooManyRedirects"),
    ]

    @Test(arguments: failures)
    func `what is not answered is told by what may have happened`(
        _ code: OutboundError.Code,
        _ certainlyNotSent: Bool,
        _ method: String,
        _ expected: String
    ) async throws {
        let world = EffectWorld { _ in
            throw OutboundError(code: code, message: "It failed.", certainlyNotSent: certainlyNotSent)
        }
        let inputs: JSON = ["method": .string(method), "uri": "https://a.example/x"]
        let outcome = try await world.outcome(EffectWorld.effect(EffectWorld.http(inputs)))
        #expect(outcome.brief == expected)
        #expect(outcome.everything.contains("It failed."))
        #expect(world.requests.count == 1)
    }

    @Test(
        arguments: [
            ("GET", [:], true), ("HEAD", [:], true), ("PUT", [:], true), ("DELETE", [:], true), ("OPTIONS", [:], true),
            ("POST", [:], false), ("PATCH", [:], false), ("POST", ["Idempotency-Key": "1"], true),
            ("POST", ["x-idempotency-key": "1"], true), ("POST", ["Repeatability-Request-ID": "1"], true),
            ("POST", ["Idempotency-Key": ""], false),
        ] as [(String, JSON, Bool)]
    )
    func `after a crash only what does no harm is sent again`(
        _ method: String,
        _ headers: JSON,
        _ isSent: Bool
    ) async throws {
        let world = EffectWorld()
        let inputs: JSON = ["method": .string(method), "uri": "https://a.example/x", "headers": headers]
        let outcome = try await world.outcome(EffectWorld.effect(EffectWorld.http(inputs), isResend: true))
        #expect(outcome.brief == (isSent ? "answered 200" : "unknown OutcomeUnknown"))
        #expect(world.requests.count == (isSent ? 1 : 0))
    }

    @Test func `errors of secured inputs name no address`() async throws {
        let world = EffectWorld { _ in
            throw OutboundError(code: .connectionFailed, message: "No host 'a.example'.", certainlyNotSent: true)
        }
        let action = EffectWorld.http(Self.get, runtime: ["secureData": ["properties": ["inputs"]]])
        let outcome = try await world.outcome(EffectWorld.effect(action))
        #expect(outcome.brief == "unreachable ConnectionFailed")
        #expect(!outcome.everything.contains("a.example"))
    }

    static let withCredentials: JSON = [
        "method": "POST", "uri": "https://a.example/x", "body": ["a": 1],
        "headers": ["x-mine": "1", "Idempotency-Key": "k", "api-key": "canary"],
        "authentication": ["type": "Raw", "value": "Bearer canary"],
    ]

    @Test(
        arguments: [
            ("https://a.example/op/1", "https://a.example/op/1", true), ("/op/2", "https://a.example/op/2", true),
            ("https://b.example/op/1", "https://b.example/op/1", false),
            ("http://a.example/op/1", "http://a.example/op/1", false),
            ("https://a.example:444/op/1", "https://a.example:444/op/1", false),
        ]
    )
    func `the status of a long operation is asked with credentials at the same origin only`(
        _ location: String,
        _ url: String,
        _ hasCredentials: Bool
    ) async throws {
        let world = EffectWorld { _ in .init(status: 202, headers: ["Location": "../next"]) }
        let effect = try EffectWorld.effect(EffectWorld.http(Self.withCredentials), .poll(location), isResend: true)
        let answer = try #require(try await world.outcome(effect).answer)
        let request = try #require(world.requests.first)
        #expect(request.method == "GET")
        #expect(request.url == url)
        #expect(request.body == nil)
        #expect(!request.headers.contains("Content-Type"))
        #expect(!request.headers.contains("Idempotency-Key"))
        #expect(request.headers.contains("Authorization") == hasCredentials)
        #expect(request.headers.contains("api-key") == hasCredentials)
        #expect(request.headers.contains("x-mine") == hasCredentials)
        // What is polled next is known without this request.
        #expect(answer.headers["Location"]?.stringValue == "\(url.dropLast("op/1".count))next")
    }

    @Test func `pages of another origin are read without credentials or not at all`() async throws {
        let world = EffectWorld()
        let own = try EffectWorld.effect(EffectWorld.http(Self.withCredentials), .page("https://a.example/x?page=2"))
        #expect(try await world.outcome(own).brief == "answered 200")
        #expect(world.requests.last?.headers["Authorization"] == "Bearer canary")
        let foreign = try EffectWorld.effect(EffectWorld.http(Self.withCredentials), .page("https://b.example/2"))
        #expect(try await world.outcome(foreign).brief == "refused PageOfOtherOrigin Forbidden")
        #expect(world.requests.count == 1)
        let open = try EffectWorld.effect(EffectWorld.http(Self.get), .page("https://b.example/2"))
        #expect(try await world.outcome(open).brief == "answered 200")
        #expect(world.requests.last?.url == "https://b.example/2")
    }

    @Test func `a Function and an API of ApiManagement are called at their addresses`() async throws {
        let world = EffectWorld()
        let function: JSON = [
            "type": "Function",
            "inputs": [
                "function": ["id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/Site/functions/Fn"],
                "queries": ["code": "k"], "body": ["a": 1],
            ],
        ]
        #expect(try await world.outcome(EffectWorld.effect(function)).brief == "answered 200")
        let api: JSON = [
            "type": "ApiManagement",
            "inputs": [
                "api": ["id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/Soc/apis/x"],
                "method": "get", "subscriptionKey": "canary",
                "pathTemplate": ["template": "/hosts/{id}", "parameters": ["id": "a b"]],
            ],
        ]
        #expect(try await world.outcome(EffectWorld.effect(api)).brief == "answered 200")
        #expect(world.requests[0].method == "POST")
        #expect(world.requests[0].url == "https://Site.azurewebsites.net/api/Fn?code=k")
        #expect(world.requests[1].method == "GET")
        #expect(world.requests[1].url == "https://Soc.azure-api.net/hosts/a%20b")
        #expect(world.requests[1].headers["Ocp-Apim-Subscription-Key"] == "canary")
        let wrong: JSON = ["type": "Function", "inputs": ["function": ["id": "/sites/x"]]]
        #expect(try await world.outcome(EffectWorld.effect(wrong)).brief == "refused InvalidTemplate BadRequest")
    }

    @Test func `a type that is not run says so`() async throws {
        let world = EffectWorld()
        let action: JSON = ["type": "FlatFileDecoding", "inputs": ["content": "x"]]
        let outcome = try await world.outcome(EffectWorld.effect(action))
        #expect(outcome.brief == "refused ActionTypeNotSupported NotSupported")
        #expect(outcome.everything.contains("'FlatFileDecoding'"))
    }
}

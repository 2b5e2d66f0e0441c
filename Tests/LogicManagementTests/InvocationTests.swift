import JSONTree
import Moments
import Serving
import Testing

/// Callback addresses: calls of triggers and of webhook actions.
@Suite(.timeLimit(.minutes(2)))
struct InvocationTests {
    private static let answer: JSON = [
        "Answer": [
            "type": "Response",
            "inputs": [
                "statusCode": 201, "headers": ["X-Own": "1", "Set-Cookie": "a=b"],
                "body": ["got": "@triggerBody()", "query": "@triggerOutputs()?['queries']"],
            ],
        ]
    ]

    private static func response(_ inputs: JSON) -> JSON { ["Answer": ["type": "Response", "inputs": inputs]] }

    @Test func `a call without Response is accepted`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: [:])
            let address = try await fixture.address("w")
            let answer = try await fixture.call(
                "POST",
                address,
                ["a": 1],
                headers: ["Content-Type": "application/json", "x-ms-client-tracking-id": "mine"]
            )
            #expect(answer.status == 202 && answer.bytes.isEmpty)
            for name in [
                "x-ms-workflow-run-id", "x-ms-workflow-name", "x-ms-workflow-version", "x-ms-workflow-id",
                "x-ms-correlation-id", "x-ms-client-tracking-id", "x-ms-trigger-history-name", "x-ms-request-id",
            ] { #expect(answer.headers[name]?.isEmpty == false, "\(name)") }
            #expect(answer.headers["x-ms-client-tracking-id"] == "mine")
            let run = try #require(answer.headers["x-ms-workflow-run-id"])
            #expect(try await fixture.ended("w", run)["properties"]?["correlation"]?["clientTrackingId"] == "mine")
        }
    }

    @Test func `the trigger's own tracking id wins`() async throws {
        try await LogicFixture.running { fixture in
            let trigger: JSON = [
                "type": "Request", "correlation": ["clientTrackingId": "@concat('t-', triggerBody()?['n'])"],
                "inputs": ["schema": [:]],
            ]
            try await fixture.put("w", actions: [:], triggers: ["manual": trigger])
            let headers: Headers = ["Content-Type": "application/json", "x-ms-client-tracking-id": "given"]
            let answer = try await fixture.call("POST", try await fixture.address("w"), ["n": 7], headers: headers)
            #expect(answer.headers["x-ms-client-tracking-id"] == "t-7")
        }
    }

    @Test func `the caller gets what the Response says`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: Self.answer)
            let answer = try await fixture.call("PUT", try await fixture.address("w") + "&q=1&q=2&x=%C3%A9", ["a": 1])
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.headers["X-Own"] == "1" && answer.headers["Set-Cookie"] == nil)
            #expect(answer.headers["Content-Type"] == "application/json; charset=utf-8")
            #expect(answer.json == ["got": ["a": 1], "query": ["q": "1,2", "x": "é"]])
            #expect(answer.headers["x-ms-workflow-run-id"] != nil)
        }
    }

    @Test(arguments: [
        ("{\"statusCode\":200,\"body\":\"text\"}", 200, "text/plain; charset=utf-8", "text"),
        ("{\"statusCode\":\"404\",\"body\":[1,2]}", 404, "application/json; charset=utf-8", "[1,2]"),
        (
            "{\"statusCode\":200,\"body\":{\"$content-type\":\"image/png\",\"$content\":\"aGk=\"}}", 200, "image/png",
            "hi"
        ),
        ("{\"statusCode\":200,\"headers\":{\"Content-Type\":\"text/csv\"},\"body\":\"a,b\"}", 200, "text/csv", "a,b"),
        ("{\"statusCode\":204}", 204, "", ""),
        ("{\"statusCode\":500,\"body\":false}", 500, "application/json; charset=utf-8", "false"),
    ])
    func `bodies go out by their kind`(_ inputs: String, _ status: Int, _ type: String, _ body: String) async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: Self.response(try JSON.parse(inputs)))
            let answer = try await fixture.call("POST", try await fixture.address("w"))
            #expect(answer.status == status && answer.text == body, "\(answer.text)")
            #expect(answer.headers["Content-Type"] ?? "" == type)
        }
    }

    @Test func `addresses that are not signed for this are refused`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: [:])
            try await fixture.put("v", actions: [:])
            let address = try await fixture.address("w")
            let other = try await fixture.address("v")
            let query = address.drop { $0 != "?" }
            let ending = try await fixture.address(
                "w",
                ["notAfter": .string((Timestamp.now + .seconds(3_600)).iso8601)]
            )
            let path = String(address.prefix { $0 != "?" })
            for (changed, status) in [
                (path, 401), (path + "?api-version=2016-10-01", 401), (address.replacing("sig=", with: "sig=A"), 401),
                (address.replacing("sv=1.0", with: "sv=2.0"), 401),
                (address.replacing("%2Frun&", with: "%2Fread&"), 401),
                (String(other.prefix { $0 != "?" }) + query, 401), (ending.replacing("se=2", with: "se=3"), 401),
                (ending.replacing("&se=", with: "&sf="), 401), (address.replacing("manual", with: "other"), 401),
                (address.replacing("/workflows/", with: "/workflows/0"), 404),
                (path.replacing("/paths/invoke", with: "") + query, 404),
            ] {
                let answer = try await fixture.call("POST", changed)
                #expect(answer.status == status, "\(changed): \(answer.text)")
                if status == 401 { #expect(answer.code == "DirectApiAuthorizationRequired") }
                #expect(!answer.message.isEmpty)
            }
            #expect(try await fixture.manage("GET", "/w/runs").json["value"] == [])
            #expect(try await fixture.call("POST", ending).status == 202)
        }
    }

    @Test(arguments: [
        ("PUT", "", "", "application/json", "", 405, "MethodNotAllowed"),
        ("POST", "/customers/7", "", "application/json", "", 404, "TriggerRequestPathNotFound"),
        ("POST", "", "{\"a\":", "application/json", "", 400, "InvalidRequestContent"),
        ("POST", "", "{}", "application/json", "gzip", 415, "UnsupportedContentEncoding"),
        ("POST", "", "{\"n\":\"x\"}", "application/json", "", 400, "TriggerInputSchemaMismatch"),
    ])
    func `bad calls are refused with a reason`(
        _ method: String,
        _ path: String,
        _ body: String,
        _ type: String,
        _ encoding: String,
        _ status: Int,
        _ code: String
    ) async throws {
        try await LogicFixture.running { fixture in
            let schema: JSON = ["type": "object", "properties": ["n": ["type": "integer"]]]
            let trigger: JSON = [
                "type": "Request", "operationOptions": "EnableSchemaValidation",
                "inputs": ["method": "POST", "schema": schema],
            ]
            try await fixture.put("w", actions: [:], triggers: ["manual": trigger])
            var headers: Headers = ["Content-Type": type]
            if !encoding.isEmpty { headers["Content-Encoding"] = encoding }
            let address = try await fixture.address("w").replacing("/invoke?", with: "/invoke\(path)?")
            let answer = try await fixture.send(
                method,
                address,
                bytes: Array(body.utf8),
                headers: headers,
                principal: nil
            )
            #expect(answer.status == status && answer.code == code, "\(answer.text)")
        }
    }

    @Test func `relative paths, any method, forms and plain texts reach the workflow`() async throws {
        try await LogicFixture.running { fixture in
            let trigger: JSON = [
                "type": "Request", "inputs": ["method": "PATCH", "relativePath": "/a/{id}/b/{name}", "schema": [:]],
            ]
            try await fixture.put(
                "w",
                actions: Self.response(["statusCode": 200, "body": "@triggerOutputs()?['relativePathParameters']"]),
                triggers: ["manual": trigger]
            )
            let address = try await fixture.address("w").replacing("{id}", with: "7").replacing(
                "{name}",
                with: "x%2Fy%20z"
            )
            let answer = try await fixture.call("PATCH", address)
            #expect(answer.json == ["id": "7", "name": "x/y z"], "\(answer.text)")

            try await fixture.put("b", actions: Self.response(["statusCode": 200, "body": ["v": "@triggerBody()"]]))
            let open = try await fixture.address("b")
            for (type, body, expected) in [
                ("text/plain", "hello", "hello" as JSON),
                ("application/octet-stream", "hi", ["$content-type": "application/octet-stream", "$content": "aGk="]),
                (
                    "application/x-www-form-urlencoded", "a=1",
                    [
                        "$content-type": "application/x-www-form-urlencoded", "$content": "YT0x",
                        "$formdata": [["key": "a", "value": "1"]],
                    ]
                ), ("application/vnd.x+json", "{\"a\":1.0}", ["a": 1.0]),
            ] {
                let answer = try await fixture.send(
                    "DELETE",
                    open,
                    bytes: Array(body.utf8),
                    headers: ["Content-Type": type],
                    principal: nil
                )
                #expect(answer.json["v"] == expected, "\(type): \(answer.text)")
            }
            #expect(try await fixture.call("GET", open, headers: [:]).text == "{\"v\":null}")
        }
    }

    @Test func `a disabled workflow is not called`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: [:], ["state": "Disabled"])
            let answer = try await fixture.call("POST", try await fixture.address("w"))
            #expect(answer.status == 400 && answer.code == "WorkflowDisabled", "\(answer.text)")
            #expect(answer.message.contains("'w'"))
        }
    }

    @Test func `a run that ends without Response gives 502`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put(
                "w",
                actions: [
                    "Fail": ["type": "Compose", "inputs": "@triggerBody()['no']['way']"],
                    "Answer": ["type": "Response", "inputs": ["statusCode": 200], "runAfter": ["Fail": ["Succeeded"]]],
                ]
            )
            let answer = try await fixture.call("POST", try await fixture.address("w"), [:])
            #expect(answer.status == 502 && answer.code == "NoResponse", "\(answer.text)")
            #expect(answer.headers["x-ms-workflow-run-id"] != nil)
        }
    }

    @Test func `a caller waits only so long`() async throws {
        try await LogicFixture.running(patience: .milliseconds(400)) { fixture in
            try await fixture.put(
                "w",
                actions: [
                    "Call": ["type": "Http", "inputs": ["method": "GET", "uri": "https://a.example/hang"]],
                    "Answer": ["type": "Response", "inputs": ["statusCode": 200], "runAfter": ["Call": ["Succeeded"]]],
                ]
            )
            let answer = try await fixture.call("POST", try await fixture.address("w"))
            #expect(answer.status == 504 && answer.code == "GatewayTimeout", "\(answer.text)")
            #expect(answer.headers["x-ms-workflow-run-id"] != nil)
        }
    }

    @Test func `an asynchronous Response is asked for at its status address`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put(
                "w",
                actions: [
                    "Wait": [
                        "type": "HttpWebhook",
                        "inputs": [
                            "subscribe": [
                                "method": "POST", "uri": "https://a.example/subscribe",
                                "body": ["callback": "@{listCallbackUrl()}"],
                            ]
                        ],
                    ],
                    "Answer": [
                        "type": "Response", "operationOptions": "Asynchronous", "runAfter": ["Wait": ["Succeeded"]],
                        "inputs": ["statusCode": 203, "body": "@body('Wait')"],
                    ],
                ]
            )
            let first = try await fixture.call("POST", try await fixture.address("w"))
            #expect(first.status == 202 && first.headers["Retry-After"] != nil, "\(first.text)")
            let location = try #require(first.headers["Location"])
            let pending = try await fixture.call("GET", location)
            #expect(pending.status == 202 && pending.headers["Location"] == location, "\(pending.text)")
            #expect(try await fixture.call("GET", location + "A").status == 401)
            let name = try #require(first.headers["x-ms-workflow-run-id"])
            let callback = try await webhook(fixture, "w", name)
            let answered = try await fixture.call("POST", callback, ["answer": 42])
            #expect(answered.status == 200, "\(answered.text)")
            _ = try await fixture.ended("w", name)
            let done = try await fixture.call("GET", location)
            #expect(done.status == 203 && done.json == ["answer": 42], "\(done.text)")
        }
    }

    @Test func `a webhook action takes one call`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put(
                "w",
                actions: [
                    "Wait": [
                        "type": "HttpWebhook",
                        "inputs": [
                            "subscribe": [
                                "method": "POST", "uri": "https://a.example/subscribe",
                                "body": ["callback": "@{listCallbackUrl()}"],
                            ]
                        ],
                    ]
                ]
            )
            let called = try await fixture.call("POST", try await fixture.address("w"))
            let name = try #require(called.headers["x-ms-workflow-run-id"])
            let address = try await webhook(fixture, "w", name)
            let waiting = try await fixture.manage("GET", "/w/runs/\(name)/actions/Wait").json
            #expect(waiting["properties"]?["status"] == "Waiting")
            #expect(try await fixture.call("POST", address.replacing("sig=", with: "sig=A")).status == 401)
            #expect(try await fixture.call("POST", address.replacing("/actions/", with: "/actions/9")).status == 401)
            let first = try await fixture.call("GET", address + "&q=1", headers: ["X-From": "there"])
            #expect(first.status == 200, "\(first.text)")
            _ = try await fixture.ended("w", name)
            let second = try await fixture.call("POST", address, ["late": true])
            #expect(second.status == 404 && !second.message.isEmpty, "\(second.text)")
            let action = try await fixture.manage("GET", "/w/runs/\(name)/actions/Wait").json
            #expect(action["properties"]?["status"] == "Succeeded")
            let uri = try #require(action["properties"]?["outputsLink"]?["uri"]?.stringValue)
            let outputs = try await fixture.call("GET", uri).json
            #expect(outputs["headers"]?["X-From"] == "there" && outputs["queries"] == ["q": "1"])
        }
    }

    /// The callback address of a run's webhook action, once it waits.
    private func webhook(_ fixture: LogicFixture, _ workflow: String, _ run: String) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let action = try await fixture.manage("GET", "/\(workflow)/runs/\(run)/actions/Wait")
            if action.json["properties"]?["status"] == "Waiting", let address = fixture.outside.callbacks.last {
                return address
            }
            try #require(ContinuousClock.now < deadline, "\(action.text)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `addresses of callers are looked at`() async throws {
        try await LogicFixture.running { fixture in
            let only: JSON = ["allowedCallerIpAddresses": [["addressRange": "10.0.0.0/8"]]]
            try await fixture.put(
                "w",
                actions: ["C": ["type": "Compose", "inputs": 1]],
                ["accessControl": ["triggers": only, "contents": only, "workflowManagement": only]]
            )
            let address = try await fixture.address("w")
            let far = try await fixture.send("POST", address, principal: nil, address: "192.0.2.1")
            #expect(far.status == 403 && far.code == "AuthorizationFailed")
            let near = try await fixture.send("POST", address, principal: nil, address: "10.9.8.7")
            #expect(near.status == 202)
            let name = try #require(near.headers["x-ms-workflow-run-id"])
            _ = try await fixture.ended("w", name)
            let action = try await fixture.manage("GET", "/w/runs/\(name)/actions/C").json
            let uri = try #require(action["properties"]?["outputsLink"]?["uri"]?.stringValue)
            #expect(try await fixture.send("GET", uri, principal: nil, address: "192.0.2.1").status == 403)
            #expect(try await fixture.send("GET", uri, principal: nil, address: "10.0.0.1").json == 1)
            let path = "\(LogicFixture.base)/w?api-version=2019-05-01"
            #expect(try await fixture.send("GET", path, address: "192.0.2.1").status == 403)
            #expect(try await fixture.send("GET", path, address: "10.0.0.1").status == 200)
        }
    }

    @Test func `a full queue is told to the caller`() async throws {
        try await LogicFixture.running { fixture in
            let trigger: JSON = [
                "type": "Request", "inputs": ["schema": [:]],
                "runtimeConfiguration": ["concurrency": ["runs": 1, "maximumWaitingRuns": 1]],
            ]
            try await fixture.put(
                "w",
                actions: ["Call": ["type": "Http", "inputs": ["method": "GET", "uri": "https://a.example/hang"]]],
                triggers: ["manual": trigger]
            )
            let address = try await fixture.address("w")
            #expect(try await fixture.call("POST", address).status == 202)
            let queued = try await fixture.call("POST", address)
            let refused = try await fixture.call("POST", address)
            #expect(queued.status == 202 && refused.status == 429, "\(refused.text)")
            #expect(refused.headers["Retry-After"] != nil && !refused.message.isEmpty)
            let name = try #require(queued.headers["x-ms-workflow-run-id"])
            let waiting = try await fixture.manage("GET", "/w/runs/\(name)").json
            #expect(waiting["properties"]?["status"] == "Waiting" && waiting["properties"]?["waitEndTime"] == nil)
        }
    }

    @Test func `several runs of one call are accepted`() async throws {
        try await LogicFixture.running { fixture in
            let trigger: JSON = [
                "type": "Request", "splitOn": "@triggerBody()?['value']", "inputs": ["schema": [:]],
            ]
            try await fixture.put("w", actions: [:], triggers: ["manual": trigger])
            let address = try await fixture.address("w")
            #expect(try await fixture.call("POST", address, ["value": [1, 2, 3]]).status == 202)
            #expect(try await fixture.manage("GET", "/w/runs").json["value"]?.arrayValue?.count == 3)
            let none = try await fixture.call("POST", address, ["value": []])
            #expect(none.status == 202 && none.headers["x-ms-workflow-run-id"] == nil)
            let wrong = try await fixture.call("POST", address, ["value": "x"])
            #expect(wrong.status == 400 && !wrong.message.isEmpty, "\(wrong.text)")
        }
    }

    @Test func `headers that name the workflow can be suppressed`() async throws {
        try await LogicFixture.running { fixture in
            let trigger: JSON = [
                "type": "Request", "operationOptions": "SuppressWorkflowHeadersOnResponse", "inputs": ["schema": [:]],
            ]
            try await fixture.put("w", actions: [:], triggers: ["manual": trigger])
            let answer = try await fixture.call("POST", try await fixture.address("w"))
            #expect(answer.status == 202 && answer.headers["x-ms-client-tracking-id"] != nil)
            for name in ["x-ms-workflow-run-id", "x-ms-workflow-name", "x-ms-workflow-id", "x-ms-workflow-version"] {
                #expect(answer.headers[name] == nil)
            }
        }
    }
}

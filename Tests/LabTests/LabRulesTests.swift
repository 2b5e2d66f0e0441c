import Connectors
import JSONTree
import Moments
import Outbound
import Synchronization
import Testing

@testable import Lab

/// What stand-ins remember, and what they do wrong when they are asked to.
struct LabRulesTests {
    private static let definition: JSON = [
        "swagger": "2.0", "host": "api.desk.example", "basePath": "/v1",
        "paths": [
            "/cases": [
                "get": [
                    "operationId": "ListCases",
                    "parameters": [
                        ["name": "state", "in": "query", "type": "string"],
                        ["name": "limit", "in": "query", "type": "integer"],
                    ],
                    "x-ms-pageable": ["nextLinkName": "next"],
                    "responses": [
                        "200": [
                            "schema": [
                                "type": "object",
                                "properties": [
                                    "cases": ["type": "array", "items": ["$ref": "#/definitions/Case"]],
                                    "next": ["type": "string"],
                                ],
                            ]
                        ]
                    ],
                ],
                "post": [
                    "operationId": "CreateCase",
                    "parameters": [
                        [
                            "name": "body", "in": "body", "required": true,
                            "schema": [
                                "type": "object", "required": ["title"],
                                "properties": [
                                    "title": ["type": "string"],
                                    "state": ["type": "string", "enum": ["open", "closed"]],
                                    "tags": ["type": "array", "items": ["type": "string"]],
                                ],
                            ],
                        ]
                    ],
                    "responses": ["201": ["schema": ["$ref": "#/definitions/Case"]]],
                ],
            ],
            "/cases/{id}": [
                "parameters": [["name": "id", "in": "path", "required": true, "type": "integer"]],
                "get": [
                    "operationId": "GetCase", "responses": ["200": ["schema": ["$ref": "#/definitions/Case"]]],
                ],
                "patch": [
                    "operationId": "UpdateCase",
                    "parameters": [["name": "body", "in": "body", "schema": ["type": "object"]]],
                    "responses": ["200": ["schema": ["$ref": "#/definitions/Case"]]],
                ],
                "delete": ["operationId": "DeleteCase", "responses": ["204": ["description": "gone"]]],
            ],
            "/exports": [
                "post": [
                    "operationId": "StartExport",
                    "responses": [
                        "200": [
                            "schema": ["type": "object", "properties": ["rows": ["type": "integer", "example": 12]]]
                        ],
                        "202": ["headers": ["Location": ["type": "string"]]],
                    ],
                ]
            ],
        ],
        "definitions": [
            "Case": [
                "type": "object",
                "properties": [
                    "id": ["type": "integer"], "title": ["type": "string"],
                    "state": ["type": "string", "default": "open"],
                    "tags": ["type": "array", "items": ["type": "string"]],
                    "created_at": ["type": "string", "format": "date-time"],
                ],
            ]
        ],
    ]

    /// A lab with one connector, and calls to it over plain HTTP.
    private struct Desk {
        let lab: GeneratedLab
        let clock: VirtualClock
        let waited: Waited

        final class Waited: Sendable {
            let time = Mutex<Duration>(.zero)
        }

        init(_ options: LabOptions = LabOptions()) throws {
            let connector = try ConnectorDefinition(name: "desk", definition: LabRulesTests.definition)
            let waited = Waited()
            clock = VirtualClock(Timestamp(iso8601: "2026-03-02T09:00:00Z") ?? .unixEpoch)
            self.waited = waited
            lab = GeneratedLab(
                options,
                clock: clock,
                connectors: { [connector] },
                pause: { pause in waited.time.withLock { $0 += pause } }
            )
        }

        func call(
            _ method: String,
            _ path: String,
            _ body: JSON? = nil
        ) async throws -> (status: Int, body: JSON, response: OutboundResponse) {
            let url = path.hasPrefix("https:") ? path : "https://api.desk.example/v1\(path)"
            var request = OutboundRequest(method: method, url: url)
            if let body {
                request.body = body.bytes()
                request.headers["Content-Type"] = "application/json"
            }
            let response = try await lab.send(request)
            let isJSON = response.headers["Content-Type"]?.contains("json") == true && !response.body.isEmpty
            return (response.status, isJSON ? try JSON.parse(response.body) : .null, response)
        }
    }

    @Test func `what is created is there, changes, and is gone`() async throws {
        let desk = try Desk()
        let created = try await desk.call("POST", "/cases", ["title": "Phishing", "tags": ["a", "b"]])
        #expect(created.status == 201)
        #expect(created.body["title"] == "Phishing")
        #expect(created.body["tags"] == ["a", "b"])
        #expect(created.body["state"] == "open")
        let id = try #require(created.body["id"]?.integerValue)
        let second = try await desk.call("POST", "/cases", ["title": "Phishing", "tags": ["a", "b"]])
        #expect(second.body["id"]?.integerValue != id)
        #expect(try await desk.call("GET", "/cases/\(id)").body["title"] == "Phishing")
        #expect(try await desk.call("PATCH", "/cases/\(id)", ["state": "closed"]).body["state"] == "closed")
        let read = try await desk.call("GET", "/cases/\(id)")
        #expect(read.body["state"] == "closed")
        #expect(read.body["title"] == "Phishing")
        #expect(try await desk.call("DELETE", "/cases/\(id)").status == 204)
        #expect(try await desk.call("GET", "/cases/\(id)").status == 404)
        #expect(try await desk.call("PATCH", "/cases/\(id)", ["state": "open"]).status == 404)
    }

    @Test func `lists hold what was created, by their filters and pages`() async throws {
        let desk = try Desk()
        #expect(try await desk.call("GET", "/cases").body["cases"]?.arrayValue?.isEmpty == false)
        for number in 1...5 {
            let state: JSON = number == 4 ? "closed" : "open"
            _ = try await desk.call("POST", "/cases", ["title": .string("Case \(number)"), "state": state])
        }
        let all = try await desk.call("GET", "/cases")
        #expect(all.body["cases"]?.arrayValue?.count == 5)
        #expect(all.body["next"] == nil)
        let closed = try await desk.call("GET", "/cases?state=closed")
        #expect(closed.body["cases"]?.arrayValue?.compactMap { $0["title"]?.stringValue } == ["Case 4"])
        var titles: [String] = []
        var next: String? = "/cases?limit=2"
        var pages = 0
        while let link = next, pages < 10 {
            let page = try await desk.call("GET", link)
            titles += page.body["cases"]?.arrayValue?.compactMap { $0["title"]?.stringValue } ?? []
            next = page.body["next"]?.stringValue
            pages += 1
        }
        #expect(pages == 3)
        #expect(titles == (1...5).map { "Case \($0)" })
    }

    @Test func `what the definition refuses is refused and not remembered`() async throws {
        let desk = try Desk()
        let missing = try await desk.call("POST", "/cases", ["state": "open"])
        #expect(missing.status == 400)
        #expect(missing.body["error"]?["message"]?.stringValue?.contains("title") == true)
        #expect(try await desk.call("POST", "/cases", ["title": "A", "state": "lost"]).status == 400)
        _ = try await desk.call("POST", "/cases", ["title": "B"])
        #expect(try await desk.call("GET", "/cases").body["cases"]?.arrayValue?.count == 1)
    }

    @Test func `a long operation is done after some polls`() async throws {
        var options = LabOptions()
        options.pollsUntilDone = 2
        let desk = try Desk(options)
        let begun = try await desk.call("POST", "/exports")
        #expect(begun.status == 202)
        let location = try #require(begun.response.headers["Location"])
        #expect(begun.response.headers["Retry-After"] == "10")
        var statuses: [Int] = []
        for _ in 0..<3 { statuses.append(try await desk.call("POST", location).status) }
        #expect(statuses == [202, 202, 200])
        #expect(try await desk.call("POST", location).body["rows"] == 12)
    }

    @Test func `limits refuse with the time to wait`() async throws {
        var options = LabOptions()
        let limit = try #require(LabOptions.RateLimit("desk=2/PT1M"))
        options.rateLimits["desk"] = limit
        let desk = try Desk(options)
        #expect(try await desk.call("GET", "/cases").status == 200)
        desk.clock.advance(by: .seconds(20))
        #expect(try await desk.call("GET", "/cases").status == 200)
        let refused = try await desk.call("GET", "/cases")
        #expect(refused.status == 429)
        #expect(refused.response.headers["Retry-After"] == "40")
        desk.clock.advance(by: .seconds(41))
        #expect(try await desk.call("GET", "/cases").status == 200)
    }

    @Test func `faults befall the calls that they name, so often as they say`() async throws {
        var options = LabOptions()
        options.faults = ["desk:CreateCase:503*2", "desk:*:latency=2.5", "desk:GetCase:html"].compactMap {
            LabFault($0)
        }
        let desk = try Desk(options)
        #expect(try await desk.call("POST", "/cases", ["title": "A"]).status == 503)
        #expect(try await desk.call("POST", "/cases", ["title": "A"]).status == 503)
        #expect(try await desk.call("POST", "/cases", ["title": "A"]).status == 201)
        #expect(desk.waited.time.withLock { $0 } == .milliseconds(2_500))
        let page = try await desk.call("GET", "/cases/1")
        #expect(page.response.headers["Content-Type"]?.hasPrefix("text/html") == true)
        #expect(try await desk.call("GET", "/cases/1").body["id"] != nil)
    }

    @Test func `a cut connection says whether the work may be done`() async throws {
        var options = LabOptions()
        options.faults = ["desk:CreateCase:cut-before", "desk:CreateCase:cut-after"].compactMap { LabFault($0) }
        let desk = try Desk(options)
        for certainlyNotSent in [true, false] {
            let error = await #expect(throws: OutboundError.self) {
                _ = try await desk.call("POST", "/cases", ["title": "A"])
            }
            #expect(error?.certainlyNotSent == certainlyNotSent)
        }
        #expect(try await desk.call("GET", "/cases").body["cases"]?.arrayValue?.map { $0["title"] } == ["A"])
    }

    @Test(arguments: [
        "", "desk", "desk:Create", "desk:Create:nothing", "desk:Create:200", "desk:Create:429*0", ":x:429",
    ])
    func `what is no fault is refused`(_ text: String) { #expect(LabFault(text) == nil) }

    @Test func `hosts that nobody knows echo and say so`() async throws {
        let desk = try Desk()
        let answer = try await desk.call("POST", "https://unknown.example/x", ["a": 1])
        #expect(answer.status == 200)
        #expect(answer.body == ["a": 1])
        #expect(answer.response.headers[StagedCall.originHeader] == "unmatched")
    }
}

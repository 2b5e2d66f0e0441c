import JSONTree
import Outbound
import Serving
import Testing

/// Requests over HTTP that are broken in their body, query, headers or path: each is answered with its own clear error.
@Suite(.timeLimit(.minutes(2)))
struct BrokenRequestTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let title: String
        let method: String
        let path: String
        let body: String
        let status: Int
        let code: String
        let words: String
        var type = "application/json"
        var testDescription: String { title }

        init(
            _ title: String,
            _ method: String,
            _ path: String,
            _ body: String = "",
            _ status: Int,
            _ code: String,
            _ words: String,
            type: String = "application/json"
        ) {
            (self.title, self.method, self.path, self.body) = (title, method, path, body)
            (self.status, self.code, self.words, self.type) = (status, code, words, type)
        }
    }

    private static let empty = #""definition": {"triggers": {}, "actions": {}}"#

    private static func put(_ properties: String, _ more: String = #""location": "local""#) -> String {
        "{\(more), \"properties\": {\(properties)}}"
    }

    private static func action(_ action: String) -> String {
        put(#""definition": {"triggers": {}, "actions": {"A": \#(action)}}"#)
    }

    static let management: [Row] = [
        Row("no body", "PUT", "/n", "", 400, "InvalidRequestContent", "is empty"),
        Row("no JSON", "PUT", "/n", "{\n \"location\": }", 400, "InvalidRequestContent", "line 2, column 14"),
        Row("cut off", "PUT", "/n", #"{"properties": {"#, 400, "InvalidRequestContent", "not JSON"),
        Row("two values", "PUT", "/n", "{} {}", 400, "InvalidRequestContent", "not JSON"),
        Row("an array", "PUT", "/n", "[]", 400, "InvalidRequestContent", "must be a JSON object"),
        Row("bytes that are no UTF-8", "PUT", "/n", "{\"a\": \"\u{0}\"}", 400, "InvalidRequestContent", "not JSON"),
        Row(
            "no properties",
            "PUT",
            "/n",
            #"{"location": "x"}"#,
            400,
            "InvalidRequestContent",
            "'properties' not found"
        ),
        Row("no location", "PUT", "/n", "{\"properties\": {\(empty)}}", 400, "LocationRequired", "location"),
        Row(
            "a location of a number",
            "PUT",
            "/n",
            put(empty, #""location": 5"#),
            400,
            "InvalidRequestContent",
            "'location'"
        ),
        Row("no definition", "PUT", "/n", put(""), 400, "InvalidRequestContent", "'definition' not found"),
        Row(
            "a link to a definition",
            "PUT",
            "/n",
            put(#""definitionLink": {"uri": "https://x"}"#),
            400,
            "InvalidRequestContent",
            "is not followed"
        ),
        Row(
            "a definition of text",
            "PUT",
            "/n",
            put(#""definition": "x""#),
            400,
            "InvalidRequestContent",
            "must be an object"
        ),
        Row(
            "a strange state",
            "PUT",
            "/n",
            put(empty + #", "state": "Asleep""#),
            400,
            "InvalidWorkflowState",
            "'Asleep'"
        ),
        Row(
            "parameters in an array",
            "PUT",
            "/n",
            put(empty + #", "parameters": []"#),
            400,
            "InvalidRequestContent",
            "'parameters'"
        ),
        Row(
            "a parameter nobody declared",
            "PUT",
            "/n",
            put(empty + #", "parameters": {"p": {"value": 1}}"#),
            400,
            "InvalidTemplate",
            "not declared"
        ),
        Row(
            "tags of numbers",
            "PUT",
            "/n",
            put(empty, #""location": "x", "tags": {"a": 1}"#),
            400,
            "InvalidTags",
            "'a'"
        ),
        Row(
            "networks of text",
            "PUT",
            "/n",
            put(empty + #", "networks": "10.0.0.0/8""#),
            400,
            "InvalidRequestContent",
            "'networks'"
        ),
        Row(
            "the id of another",
            "PUT",
            "/n",
            put(
                empty,
                #""location": "x", "id": "/subscriptions/s1/resourceGroups/g1/providers/Microsoft.Logic/workflows/other""#
            ),
            400,
            "InvalidRequestContent",
            "'id'"
        ),
        Row(
            "access control of text",
            "PUT",
            "/n",
            put(
                empty + #", "accessControl": {"triggers": {"allowedCallerIpAddresses": [{"addressRange": "nowhere"}]}}"#
            ),
            400,
            "",
            "nowhere"
        ),
        Row(
            "an expression cut off",
            "PUT",
            "/n",
            action(#"{"type": "Compose", "inputs": "@concat('a'"}"#),
            400,
            "InvalidTemplate",
            "Unable to parse"
        ),
        Row(
            "an unknown function",
            "PUT",
            "/n",
            action(#"{"type": "Compose", "inputs": "@nope()"}"#),
            400,
            "InvalidTemplate",
            "'nope'"
        ),
        Row(
            "an action that is not there",
            "PUT",
            "/n",
            action(#"{"type": "Compose", "inputs": "@body('B')"}"#),
            400,
            "InvalidTemplate",
            "'B'"
        ),
        Row("an action without type", "PUT", "/n", action("{}"), 400, "InvalidTemplate", "type"),
        Row(
            "a circle",
            "PUT",
            "/n",
            action(#"{"type": "Compose", "inputs": 1, "runAfter": {"A": ["Succeeded"]}}"#),
            400,
            "InvalidTemplate",
            "A"
        ),
        Row(
            "a strange status",
            "PUT",
            "/n",
            action(#"{"type": "Compose", "inputs": 1, "runAfter": {"A": ["Happy"]}}"#),
            400,
            "InvalidTemplate",
            "Happy"
        ),
        Row("the same, only checked", "POST", "/n/validate", action("{}"), 400, "InvalidTemplate", "type"),
        Row(
            "a PATCH of the state",
            "PATCH",
            "/w",
            #"{"properties": {"state": "Disabled"}}"#,
            400,
            "PatchWorkflowNotSupported",
            "PUT"
        ),
        Row("a PATCH that is no JSON", "PATCH", "/w", "tags", 400, "", "line 1"),
        Row(
            "a key of a third kind",
            "POST",
            "/w/regenerateAccessKey",
            #"{"keyType": "Tertiary"}"#,
            400,
            "InvalidKeyType",
            "Tertiary"
        ),
        Row(
            "an address until yesterday",
            "POST",
            "/w/triggers/manual/listCallbackUrl",
            #"{"notAfter": "2001-01-01T00:00:00Z"}"#,
            400,
            "InvalidRequestContent",
            "future"
        ),
        Row(
            "an address until some time",
            "POST",
            "/w/listCallbackUrl",
            #"{"notAfter": "soon"}"#,
            400,
            "InvalidRequestContent",
            "soon"
        ),
        Row("a move to nowhere", "POST", "/w/move", #"{"id": "there"}"#, 400, "InvalidRequestContent", "new id"),
        Row("a move without body", "POST", "/w/move", "", 400, "", "JSON"),
        Row(
            "a state from nothing",
            "POST",
            "/w/triggers/manual/setState",
            "{}",
            400,
            "InvalidRequestContent",
            "source"
        ),
        Row(
            "an upgrade to a schema of old",
            "POST",
            "/w/generateUpgradedDefinition",
            #"{"targetSchemaVersion": "1999-01-01"}"#,
            400,
            "",
            "1999-01-01"
        ),
        Row("a trigger that is not there", "POST", "/w/triggers/none/run", "", 404, "WorkflowTriggerNotFound", "none"),
        Row("a run that is not there", "POST", "/w/runs/none/cancel", "", 404, "WorkflowRunNotFound", "none"),
        Row("a history that is not there", "POST", "/w/triggers/manual/histories/none/resubmit", "", 404, "", "none"),
        Row("a version that is not there", "GET", "/w/versions/none", "", 404, "WorkflowVersionNotFound", "none"),
        Row("a filter cut off", "GET", "/w/runs?$filter=status%20eq", "", 400, "InvalidFilterInQueryString", ""),
        Row(
            "a filter of something else",
            "GET",
            "/w/runs?$filter=colour%20eq%20'red'",
            "",
            400,
            "InvalidFilterInQueryString",
            "colour"
        ),
        Row("a page of minus one", "GET", "/w/runs?$top=-1", "", 400, "InvalidQueryString", ""),
        Row(
            "a name of 81 letters",
            "PUT",
            "/" + String(repeating: "n", count: 81),
            put(empty),
            400,
            "InvalidWorkflowName",
            "1 to 80"
        ),
        Row("a name with a slash in it", "PUT", "/a%2Fb", put(empty), 400, "InvalidWorkflowName", "a/b"),
    ]

    @Test(arguments: management)
    func `a broken management request`(_ row: Row) async throws {
        let fixture = try await LogicFixture()
        try await fixture.put("w", actions: ["A": ["type": "Compose", "inputs": 1]])
        let mark = row.path.contains("?") ? "&" : "?"
        let answer = try await fixture.send(
            row.method,
            "\(LogicFixture.base)\(row.path)\(mark)api-version=2019-05-01",
            bytes: Array(row.body.utf8),
            headers: ["Content-Type": row.type]
        )
        try check(answer, row)
    }

    static let calls: [Row] = [
        Row("no JSON", "POST", "/alerts/7", #"{"alert": }"#, 400, "InvalidRequestContent", "line 1, column 11"),
        Row("JSON cut off", "POST", "/alerts/7", #"{"alert": "#, 400, "InvalidRequestContent", "not valid JSON"),
        Row(
            "brackets without end",
            "POST",
            "/alerts/7",
            String(repeating: "[", count: 5_000),
            400,
            "InvalidRequestContent",
            "not valid JSON"
        ),
        Row(
            "a body against the schema",
            "POST",
            "/alerts/7",
            #"{"alert": "seven"}"#,
            400,
            "TriggerInputSchemaMismatch",
            "Integer"
        ),
        Row("without what the schema requires", "POST", "/alerts/7", "{}", 400, "TriggerInputSchemaMismatch", "alert"),
        Row("no body at all", "POST", "/alerts/7", "", 400, "TriggerInputSchemaMismatch", ""),
        Row("another method", "PUT", "/alerts/7", #"{"alert": 7}"#, 405, "MethodNotAllowed", "POST"),
        Row("another path", "POST", "/tickets/7", #"{"alert": 7}"#, 404, "TriggerRequestPathNotFound", ""),
        Row("a path too long", "POST", "/alerts/7/8", #"{"alert": 7}"#, 404, "TriggerRequestPathNotFound", ""),
        Row("a compressed body", "POST", "/alerts/7", "gzip", 415, "UnsupportedContentEncoding", "uncompressed"),
        Row("a tracking id without end", "POST", "/alerts/7", "tracking", 400, "InvalidClientTrackingId", "256"),
    ]

    @Test(arguments: calls)
    func `a broken call of a workflow`(_ row: Row) async throws {
        let fixture = try await LogicFixture()
        let schema: JSON = [
            "type": "object", "properties": ["alert": ["type": "integer"]], "required": ["alert"],
        ]
        try await fixture.put(
            "w",
            actions: ["A": ["type": "Compose", "inputs": 1]],
            triggers: [
                "manual": [
                    "type": "Request", "kind": "Http", "operationOptions": "EnableSchemaValidation",
                    "inputs": ["schema": schema, "method": "POST", "relativePath": "/alerts/{id}"],
                ]
            ]
        )
        let address = try await fixture.address("w").replacing("/alerts/{id}", with: row.path)
            .replacing("/alerts/%7Bid%7D", with: row.path)
        var headers: Headers = ["Content-Type": row.type]
        if row.body == "gzip" { headers["Content-Encoding"] = "gzip" }
        if row.body == "tracking" { headers["x-ms-client-tracking-id"] = String(repeating: "t", count: 257) }
        let body = row.body == "tracking" ? #"{"alert": 7}"# : row.body
        let answer = try await fixture.send(
            row.method,
            address,
            bytes: Array(body.utf8),
            headers: headers,
            principal: nil
        )
        try check(answer, row)
        let runs = try await fixture.manage("GET", "/w/runs").json["value"]
        #expect(runs == [], "a broken call starts nothing")
    }

    private func check(_ answer: LogicFixture.Answer, _ row: Row) throws {
        #expect(answer.status == row.status, "\(answer.text)")
        if !row.code.isEmpty { #expect(answer.code == row.code, "\(answer.text)") }
        #expect(!answer.code.isEmpty && !answer.message.isEmpty, "\(answer.text)")
        #expect(row.words.isEmpty || answer.message.contains(row.words), "\(answer.text)")
    }
}

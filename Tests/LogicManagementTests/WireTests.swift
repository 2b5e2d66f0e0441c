import Engine
import JSONTree
import Moments
import OData
import Serving
import Testing

@testable import LogicManagement

/// What needs no engine: queries, pages, names, bodies.
struct WireTests {
    private func request(_ query: String, path: String = "/list") throws -> Request {
        try Request(method: "GET", target: "\(path)?\(query)", origin: "https://server.example")
    }

    @Test(arguments: [
        ("$top=0", "InvalidTopInQueryString"), ("$top=-1", "InvalidQueryString"), ("$top=x", "InvalidQueryString"),
        ("$filter=status%20eq", "InvalidFilterInQueryString"),
        ("$filter=nothing%20eq%20'x'", "InvalidFilterInQueryString"), ("$orderby=name", "InvalidQueryString"),
        ("$skip=3", "InvalidQueryString"), ("$select=name", "InvalidQueryString"), ("$expand=x", "InvalidQueryString"),
        ("$skiptoken=zz", "InvalidSkipToken"), ("$skiptoken=a", "InvalidSkipToken"),
        ("$top=1&$top=2", "InvalidQueryString"),
        ("$unknown=1", "InvalidQueryString"), ("$skiptoken=ff", "InvalidSkipToken"),
    ])
    func `bad queries are refused with a reason`(_ query: String, _ code: String) throws {
        let request = try request(query)
        let problem = #expect(throws: Problem.self) { try ListQuery(request, fields: ["status"]) }
        #expect(problem?.status == 400)
        #expect(problem?.code == code, "\(problem?.message ?? "")")
    }

    @Test func `pages are cut and linked`() throws {
        let names = ["a", "b", "c", "d", "e"]
        var seen: [String] = []
        var link: String? = "https://server.example/list?api-version=1&$top=2&$filter=name%20ne%20'c'"
        while let address = link {
            let request = try Request(
                method: "GET",
                target: String(address.dropFirst("https://server.example".count)),
                origin: "https://server.example"
            )
            let query = try ListQuery(request, fields: ["name"])
            let page = try Page.cut(names, query, name: { $0 }, facts: { ["name": .string($0)] })
            #expect(page.items.count <= 2)
            seen += page.items
            link = page.nextLink(request)
        }
        #expect(seen == ["a", "b", "d", "e"])
    }

    @Test func `a gathered page looks beyond entries that do not fit`() async throws {
        let all = (0..<1_000).map { String(1_000 + $0) }
        let request = try request("$top=3&$filter=endswith(name,'77')")
        let query = try ListQuery(request, fields: ["name"])
        let page = try await Page<String>.gather(
            query,
            fetch: { after, limit in
                let rest = all.filter { $0 > after ?? "" }
                return (Array(rest.prefix(limit)), rest.count > limit ? rest[limit - 1] : nil)
            },
            name: { $0 },
            facts: { ["name": .string($0)] }
        )
        #expect(page.items == ["1077", "1177", "1277"])
        #expect(page.last == "1277")
    }

    @Test func `a page without filter knows whether another one follows`() async throws {
        for (count, hasNext) in [(2, false), (3, false), (4, true)] {
            let all = (0..<count).map(String.init)
            let query = try ListQuery(try request("$top=3"), fields: [])
            let page = try await Page<String>.gather(
                query,
                fetch: { after, limit in
                    let rest = all.filter { $0 > after ?? "" }
                    return (Array(rest.prefix(limit)), rest.count > limit ? rest[limit - 1] : nil)
                },
                name: { $0 },
                facts: { _ in .null }
            )
            #expect(page.items.count == min(count, 3))
            #expect((page.last != nil) == hasNext)
        }
    }

    @Test(arguments: [
        "", "a.", "a/b", "a b", "a%", "ü\u{0}", String(repeating: "a", count: 81), "a:b", "a#b",
    ])
    func `bad workflow names`(_ name: String) {
        #expect(throws: Problem.self) {
            try WorkflowNames.check(.init(subscription: "s", resourceGroup: "g", name: name))
        }
    }

    @Test(arguments: ["a", "Ünï-code_1.2(3)", String(repeating: "a", count: 80)])
    func `good workflow names`(_ name: String) throws {
        try WorkflowNames.check(.init(subscription: "s-1", resourceGroup: "g_1", name: name))
    }

    @Test(arguments: [
        ("", "InvalidRequestContent", "empty"), ("{", "InvalidRequestContent", "line 1"),
        ("[]", "InvalidRequestContent", "object"), ("{}", "InvalidRequestContent", "properties"),
        ("{\"properties\":1}", "InvalidRequestContent", "properties"),
        ("{\"properties\":{\"definition\":{}}}", "LocationRequired", "location"),
        ("{\"location\":\"x\",\"properties\":{}}", "InvalidRequestContent", "definition"),
        ("{\"location\":\"x\",\"properties\":{\"definition\":null}}", "InvalidRequestContent", "definition"),
        ("{\"location\":\"x\",\"properties\":{\"definition\":\"a\"}}", "InvalidRequestContent", "must be an object"),
        ("{\"location\":7,\"properties\":{\"definition\":{}}}", "InvalidRequestContent", "location"),
        ("{\"location\":\"x\",\"properties\":{\"definition\":{},\"state\":\"On\"}}", "InvalidWorkflowState", "On"),
        (
            "{\"location\":\"x\",\"properties\":{\"definition\":{},\"parameters\":[]}}", "InvalidRequestContent",
            "parameters"
        ),
        ("{\"location\":\"x\",\"tags\":{\"a\":1},\"properties\":{\"definition\":{}}}", "InvalidTags", "'a'"),
        ("{\"location\":\"x\",\"tags\":[],\"properties\":{\"definition\":{}}}", "InvalidRequestContent", "tags"),
        (
            "{\"location\":\"x\",\"properties\":{\"definition\":{},\"networks\":[1]}}", "InvalidRequestContent",
            "networks"
        ),
    ])
    func `bad bodies`(_ text: String, _ code: String, _ part: String) throws {
        let request = try Request(method: "PUT", target: "/", body: Array(text.utf8))
        let problem = #expect(throws: Problem.self) { try WorkflowBody(request, needsLocation: true) }
        #expect(problem?.code == code)
        #expect(problem?.message.contains(part) == true, "\(problem?.message ?? "")")
    }

    @Test func `the definition is taken out of the text as it stands there`() throws {
        let definition = "{ \"a\" : 1.50E+2,\r\n\t\"b\":\"\\u00e9 }\" , \"a\": 1 }"
        let text =
            "\u{FEFF}{\"Location\":\"x\",\"Properties\": {\"accessControl\":{},\"Definition\" :\(definition), \"State\":\"disabled\"} }"
        let body = try WorkflowBody(Request(method: "PUT", target: "/", body: Array(text.utf8)), needsLocation: true)
        #expect(String(decoding: body.draft.definition, as: UTF8.self) == definition)
        #expect(body.draft.state == .disabled)
        #expect(body.draft.properties == ["accessControl": [:]])
    }

    @Test func `a text is spliced between members`() {
        let text = SplicedBody.resource(
            ["id": "i"],
            before: ["state": "Enabled"],
            definition: Array("{ \"x\":1.0 }".utf8),
            after: ["parameters": [:]]
        )
        #expect(
            String(decoding: text, as: UTF8.self)
                == "{\"id\":\"i\",\"properties\":{\"state\":\"Enabled\",\"definition\":{ \"x\":1.0 },\"parameters\":{}}}"
        )
        let list = SplicedBody.list([text, text], nextLink: "https://a/?b=\"")
        #expect((try? JSON.parse(list))?["nextLink"] == "https://a/?b=\"")
        #expect((try? JSON.parse(list))?["value"]?.arrayValue?.count == 2)
    }

    @Test(arguments: [
        "TriggerInputs", "TriggerOutputs", "actions/A b/ActionInputs", "actions/a/b/ActionOutputs",
        "actions/A/repetitions/000001-000002/ActionOutputs",
    ])
    func `content paths are read back`(_ text: String) throws {
        let path = try #require(ContentPath(segments: text.split(separator: "/").map(String.init)))
        #expect(path.text == text)
    }

    @Test(arguments: ["", "Trigger", "triggerinputs", "actions/a", "actions/ActionInputs", "x/a/ActionInputs"])
    func `what is no content path`(_ text: String) {
        #expect(ContentPath(segments: text.split(separator: "/").map(String.init)) == nil)
    }

    @Test func `expressions are traced with their values`() {
        let traces = ExpressionTraces.traces(
            template: [
                "uri": "https://x/@{variables('v')}", "body": ["n": "@add(1,2)", "plain": "a@b", "esc": "@@x"],
                "list": ["@item()"], "@{dynamic()}": "@nothing()",
            ],
            inputs: ["uri": "https://x/7", "body": ["n": 3, "plain": "a@b", "esc": "@x"], "list": ["i"], "d": 1]
        )
        #expect(
            traces == [
                ["text": "https://x/@{variables('v')}", "value": "https://x/7", "path": "uri", "subexpressions": []],
                ["text": "@add(1,2)", "value": 3, "path": "body.n", "subexpressions": []],
                ["text": "@item()", "value": "i", "path": "list[0]", "subexpressions": []],
            ]
        )
    }

    @Test func `a definition is brought under the newest schema`() throws {
        let old = " {\"$schema\" : \"https://s/2015-08-01-preview/workflowdefinition.json#\", \"x\":1.0} "
        let new = try DefinitionUpgrade.upgraded(Array(old.utf8), to: "2016-06-01")
        #expect(
            String(decoding: new, as: UTF8.self)
                == "{\"$schema\" : \"https://s/2016-06-01/workflowdefinition.json#\", \"x\":1.0}"
        )
        #expect(throws: Problem.self) { try DefinitionUpgrade.upgraded(Array(old.utf8), to: "2099-01-01") }
        let ancient = old.replacing("2015-08-01-preview", with: "2014-12-01-preview")
        #expect(throws: Problem.self) { try DefinitionUpgrade.upgraded(Array(ancient.utf8), to: "2016-06-01") }
    }

    @Test func `what the store can look for is taken out of a filter`() throws {
        let filter = try ODataFilter(
            "status eq 'Failed' and startTime ge 2026-01-01T00:00:00Z and clientTrackingId eq 'x'"
        )
        let runs = RunFilters.runs(filter)
        #expect(runs.statuses == [.failed])
        #expect(runs.startsFrom == Timestamp(iso8601: "2026-01-01T00:00:00Z"))
        let either = try ODataFilter("status eq 'Failed' or startTime ge 2026-01-01T00:00:00Z")
        #expect(RunFilters.runs(either).statuses == nil)
        #expect(RunFilters.runs(either).startsFrom == nil)
        #expect(RunFilters.histories(try ODataFilter("status eq 'Skipped'")).status == .skipped)
    }

    @Test(arguments: [
        ("{\"keyType\":\"third\"}", true), ("{\"notAfter\":\"yesterday\"}", true),
        ("{\"notAfter\":\"2001-01-01T00:00:00Z\"}", true), ("{\"notAfter\":5}", true), ("{}", false),
        ("{\"keyType\":\"secondary\",\"notAfter\":null}", false), ("{\"notAfter\":\"2126-01-01T00:00:00Z\"}", false),
    ])
    func `keys and ends of addresses`(_ text: String, _ isRefused: Bool) throws {
        let body = try JSON.parse(text)
        let attempt = Result {
            _ = try KeyChoice.slot(body)
            _ = try KeyChoice.notAfter(body, now: .now)
        }
        #expect((try? attempt.get()) == nil ? isRefused : !isRefused)
    }
}

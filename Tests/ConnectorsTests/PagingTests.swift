import Connectors
import JSONTree
import Outbound
import Testing

/// Where the next page of a list is.
struct PagingTests {
    private static let origin = "https://contoso.okta.com"

    private func next(
        _ method: String,
        _ path: String,
        _ connector: String,
        headers: JSONObject = [:],
        body: JSON?
    ) async throws -> String? {
        let connection = Connection(
            tenant: "t1",
            name: "c",
            connector: connector,
            baseURL: Self.origin,
            authentication: ["type": "None"]
        )
        let registry = Fixtures.registry([connection])
        let call = ConnectorCall(tenant: "t1", connection: "c", method: method, path: path, executionKey: "k")
        let outputs = ConnectorOutputs(statusCode: 200, headers: headers, body: body)
        return try await registry.prepare(call).nextPage(after: outputs)?.url
    }

    @Test(
        arguments: [
            (
                "<https://contoso.okta.com/api/v1/users?after=2>; rel=\"next\"",
                "https://contoso.okta.com/api/v1/users?after=2"
            ),
            (
                "<https://contoso.okta.com/a>; rel=\"self\", <https://contoso.okta.com/b?x=1,2>; title=\"t\"; rel=next",
                "https://contoso.okta.com/b?x=1,2"
            ),
            ("<https://contoso.okta.com/a>; rel=\"prev next\"", "https://contoso.okta.com/a"),
            ("<https://contoso.okta.com/a>; rel=\"last\"", nil),
            ("<https://elsewhere.example/a>; rel=\"next\"", nil),
            ("<>", nil), ("", nil), ("next", nil),
        ] as [(String, String?)]
    )
    func `a Link header names the next page`(_ header: String, _ expected: String?) async throws {
        #expect(
            try await next("GET", "/api/v1/users", "okta", headers: ["link": .string(header)], body: []) == expected
        )
    }

    @Test func `a property inside the answer names the next page`() async throws {
        let body: JSON = ["data": [], "links": ["next": "https://contoso.okta.com/api/v3/x?cursor=a"]]
        let connector = try #require(try Fixtures.registry().connector("virustotal"))
        let paged = try #require(connector.operations.first { $0.nextLinkName == "links.next" && $0.method == "GET" })
        let path = paged.path.text.replacing("{", with: "").replacing("}", with: "")
        #expect(try await next("GET", path, "virustotal", body: body) == "https://contoso.okta.com/api/v3/x?cursor=a")
        #expect(try await next("GET", path, "virustotal", body: ["data": []]) == nil)
    }
}

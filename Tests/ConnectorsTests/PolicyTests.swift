import JSONTree
import Testing

@testable import Connectors

/// Every policy template by a table of cases; parameters as `apiProperties.json` writes them.
struct PolicyTests {
    static let connection = PolicyConnection(
        name: "c",
        values: [
            "host": "h.example", "token:customHost": "t.example", "url": "https://u.example/base/", "region": "eu",
        ],
        optional: ["absent"]
    )

    static func policy(_ template: String, _ parameters: [String: JSON], section: String? = nil) -> ConnectorPolicy {
        var object = JSONObject()
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            object["x-ms-apimTemplateParameter.\(name)"] = value
        }
        if let section { object["x-ms-apimTemplate-policySection"] = .string(section) }
        return ConnectorPolicy(["templateId": .string(template), "parameters": .object(object)])
    }

    static func scope(_ body: JSON? = nil) -> PolicyScope {
        PolicyScope(
            connection: connection,
            method: "PATCH",
            pathValues: ["id": "a%2Fb"],
            queries: [("kind", "ip"), ("Value", "1 2")],
            headers: [("Authorization", "K1"), ("X", "y")],
            body: body
        )
    }

    // MARK: Expressions

    @Test(
        arguments: [
            ("https://@connectionParameters('host')/api", "https://h.example/api"),
            ("https://@ConnectionParameters('HOST').sub.example/", "https://h.example.sub.example/"),
            ("@connectionParameters('token:customHost')", "t.example"),
            ("@connectionParameters('nothing', 'd.example')/x", "d.example/x"),
            ("@connectionParameters('absent','')", ""), ("@connectionParameters(\"region\").example", "eu.example"),
            ("x@connectionParameters('absent')y", "xy"), ("Bearer @headers('authorization')", "Bearer K1"),
            ("@header('x')-@queryParamters('kind')", "y-ip"), ("@queryParameters('value')", "1 2"),
            ("@queryParameters('absent')", ""), ("/x/{id}/y", "/x/a%2Fb/y"), ("/x/{other}", "/x/{other}"),
            ("@Request.OriginalHTTPMethod", "PATCH"), ("{@body().a.b}!", "1!"),
            ("@{body().list[1]['@odata.id']}", "two"),
            ("@odata.nextLink", "@odata.nextLink"), ("a@b.example", "a@b.example"), ("@", "@"),
            ("@nothing('x')", "@nothing('x')"), ("@body()?.a?['b']", "1"),
            ("@connectionParameters('host'", "@connectionParameters('host'"),
        ]
    )
    func `a text is filled with the values of its calls`(_ template: String, _ expected: String) throws {
        let body: JSON = ["a": ["b": 1], "list": [["@odata.id": "one"], ["@odata.id": "two"]]]
        #expect(try Self.scope(body).text(PolicyTemplate(template)) == expected)
    }

    @Test func `a parameter that the connection must have is named when it lacks`() {
        let error = #expect(throws: ConnectorError.self) {
            try Self.scope().text(PolicyTemplate("https://@connectionParameters('siteUrl')"))
        }
        #expect(error?.code == .incompleteConnection)
        #expect(error?.message.contains("siteUrl") == true)
    }

    // MARK: Fields

    @Test(
        arguments: [
            (["name": "x", "value": "n"], ["Authorization=K1", "x=n"]),
            (["name": "X", "value": "n", "existsAction": "skip"], ["Authorization=K1", "X=y"]),
            (["name": "New", "value": "n", "existsAction": "skip"], ["Authorization=K1", "X=y", "New=n"]),
            (["name": "X", "value": "n", "existsAction": "append"], ["Authorization=K1", "X=y", "X=n"]),
            (
                ["name": "Authorization", "value": "Token @headers('Authorization')"],
                ["X=y", "Authorization=Token K1"]
            ),
            (["name": "X", "value": ""], ["Authorization=K1", "X="]), (["value": "n"], ["Authorization=K1", "X=y"]),
        ] as [([String: JSON], [String])]
    )
    func `setheader overrides, appends or skips`(_ parameters: [String: JSON], _ expected: [String]) throws {
        let scope = Self.scope()
        let result = try FieldPolicies.set(
            Self.policy("setheader", parameters),
            in: scope.headers,
            ignoringCase: true,
            scope: scope
        )
        #expect(result.map { "\($0.name)=\($0.value)" } == expected)
    }

    @Test(
        arguments: [
            (["name": "kind", "value": "@connectionParameters('region')"], ["Value=1 2", "kind=eu"]),
            (["name": "Kind", "value": "n"], ["kind=ip", "Value=1 2", "Kind=n"]),
            (["name": "kind", "value": "n", "existsAction": "append"], ["kind=ip", "Value=1 2", "kind=n"]),
            (["name": "kind", "value": "n", "existsAction": "Skip"], ["kind=ip", "Value=1 2"]),
        ] as [([String: JSON], [String])]
    )
    func `setqueryparameter overrides, appends or skips`(_ parameters: [String: JSON], _ expected: [String]) throws {
        let scope = Self.scope()
        let result = try FieldPolicies.set(
            Self.policy("setqueryparameter", parameters),
            in: scope.queries,
            ignoringCase: false,
            scope: scope
        )
        #expect(result.map { "\($0.name)=\($0.value)" } == expected)
    }

    // MARK: Addresses

    @Test(
        arguments: [
            ("https://@connectionParameters('host')/v1", "https://h.example/v1"),
            ("@connectionParameters('host')", "https://h.example"),
            ("https://@connectionParameters('url')", "https://u.example/base/"),
            ("http://@connectionParameters('host')", "http://h.example"), ("@connectionParameters('absent','')", nil),
        ] as [(String, String?)]
    )
    func `dynamichosturl gives the base`(_ template: String, _ expected: String?) throws {
        for id in ["dynamichosturl", "dynamicsubdomain"] {
            let policy = Self.policy(id, ["urlTemplate": .string(template)])
            #expect(try AddressPolicies.base(policy, scope: Self.scope()) == expected)
        }
    }

    @Test(
        arguments: [
            (["newPath": "/v1/{id}", "httpMethod": "@Request.OriginalHTTPMethod"], "PATCH", "/v1/a%2Fb"),
            (["newPath": "v1", "httpMethod": "post"], "POST", "v1"), (["newPath": "/v1"], "PATCH", "/v1"),
            (
                ["newPath": "/s?@queryParameters('kind')=@queryParameters('value')"], "PATCH", "/s?ip=1%202"
            ),
        ] as [([String: JSON], String, String)]
    )
    func `routerequesttoendpoint gives method and path`(
        _ parameters: [String: JSON],
        _ method: String,
        _ path: String
    ) throws {
        let policy = Self.policy("routerequesttoendpoint", parameters)
        let route = try #require(try AddressPolicies.route(policy, method: "PATCH", scope: Self.scope()))
        #expect(route.method == method && route.path == path)
    }

    // MARK: Bodies

    @Test(
        arguments: [
            // A constant, at the top, in an object below, in each item of an array.
            (
                "setproperty",
                [
                    "newPropertyParentPathTemplate": "@body()", "newPropertySubPathTemplate": "v",
                    "propertyValuePathTemplate": "POST",
                ], ["a": 1], ["a": 1, "v": "POST"]
            ),
            (
                "SetProperty",
                [
                    "newPropertyParentPathTemplate": "@body().a", "newPropertySubPathTemplate": "['@odata.type']",
                    "propertyValuePathTemplate": " !",
                ], ["a": [["x": 1], ["x": 2]]],
                ["a": [["x": 1, "@odata.type": " !"], ["x": 2, "@odata.type": " !"]]]
            ),
            (
                "setproperty",
                [
                    "newPropertyParentPathTemplate": "@body().a", "newPropertySubPathTemplate": "v",
                    "propertyValuePathTemplate": "1",
                ], ["b": 1], ["b": 1]
            ),
            // A value of the body: alone it keeps its type, in a text it is text, in JSON it is JSON.
            (
                "setproperty",
                [
                    "newPropertyParentPathTemplate": "@body()", "newPropertySubPathTemplate": "nextLink",
                    "propertyValuePathTemplate": "{@body().next}",
                ], ["next": ["x": 1]],
                ["next": ["x": 1], "nextLink": ["x": 1]]
            ),
            (
                "setproperty",
                [
                    "newPropertyParentPathTemplate": "@body()", "newPropertySubPathTemplate": "['@odata.id']",
                    "propertyValuePathTemplate": "https://g.example/{@body()['@odata.id']}",
                ], ["@odata.id": "7"],
                ["@odata.id": "https://g.example/7"]
            ),
            (
                "setproperty",
                [
                    "newPropertyParentPathTemplate": "@body()", "newPropertySubPathTemplate": "f",
                    "propertyValuePathTemplate": "[{\"rules\": [{\"values\": {@body().f} }] }]",
                ], ["f": ["a", "b"]],
                ["f": [["rules": [["values": ["a", "b"]]]]]]
            ),
            (
                "setproperty",
                [
                    "newPropertyParentPathTemplate": "@body()", "newPropertySubPathTemplate": "p",
                    "propertyValuePathTemplate": "[{@body().p}]",
                ], ["p": ["x": 1]], ["p": [["x": 1]]]
            ),
            (
                "setproperty",
                [
                    "newPropertyParentPathTemplate": "@body().a", "newPropertySubPathTemplate": "n",
                    "propertyValuePathTemplate": "@item().x",
                ], ["a": [["x": 1], ["y": 2]]],
                ["a": [["x": 1, "n": 1], ["y": 2]]]
            ),
            (
                "stringreplace",
                [
                    "propertyParentPath": "@body().a", "propertySubPath": "x", "sourceString": ".",
                    "replacementString": "%2E", "newPropertyPath": "@item().x",
                ], ["a": [["x": "u.v.w"], ["x": 1]]],
                ["a": [["x": "u%2Ev%2Ew"], ["x": 1]]]
            ),
            (
                "stringreplace",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "x", "sourceString": "a",
                    "replacementString": "b", "newPropertyPath": "@body().y",
                ], ["x": "aXa"], ["x": "aXa", "y": "bXb"]
            ),
            (
                "encodepropertyvalue",
                [
                    "propertyParentPath": "@body().a", "propertySubPath": "x",
                    "newPropertyPath": "@item().x",
                ], ["a": [["x": "ü/ b"]]], ["a": [["x": "%C3%BC%2F%20b"]]]
            ),
            (
                "convertobjecttoarray",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "m",
                    "newPropertyPath": "@body().m", "keyName": "id", "valueName": "v",
                ], ["m": ["k1": 1, "k2": ["x": 2]]],
                ["m": [["id": "k1", "v": 1], ["id": "k2", "v": ["x": 2]]]]
            ),
            (
                "convertobjecttoarray",
                [
                    "propertyParentPath": "@body().value", "propertySubPath": "m",
                    "newPropertyPath": "@item()._m", "keyName": "id", "valueName": "value",
                ],
                ["value": [["m": ["k": 1]], ["m": [:]], ["n": 1]]],
                ["value": [["m": ["k": 1], "_m": [["id": "k", "value": 1]]], ["m": [:], "_m": []], ["n": 1]]]
            ),
            (
                "convertarraytoobject",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "m",
                    "newPropertyPath": "@body().m", "keyWithinCollectionPath": "id", "retainKey": "false",
                ],
                ["m": [["id": "k1", "x": 1], ["x": 2], ["id": 3]]], ["m": ["k1": ["x": 1], "3": [:]]]
            ),
            (
                "convertarraytoobject",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "m",
                    "newPropertyPath": "@body().n", "keyWithinCollectionPath": "id", "retainKey": true,
                ],
                ["m": [["id": "k"]]], ["m": [["id": "k"]], "n": ["k": ["id": "k"]]]
            ),
            (
                "stringtoarray",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "m", "delimiterList": ";,",
                    "childPropertyName": "id", "newPropertyPath": "@body().m",
                ], ["m": "a; b,;c"],
                ["m": [["id": "a"], ["id": "b"], ["id": "c"]]]
            ),
            (
                "stringtoarray",
                [
                    "propertyParentPath": "@body()", "propertySubPath": "m", "delimiterList": ";",
                    "newPropertyPath": "@body().m",
                ], ["m": "a;b"], ["m": ["a", "b"]]
            ),
            (
                "moveproperties",
                [
                    "srcParentPath": "@body()", "srcSubPath": "c", "dstParentPath": "@body()",
                    "dstSubPath": "null", "copyOnlySubProperties": "true",
                ], ["a": 1, "c": ["x": 1, "y": 2]],
                ["a": 1, "x": 1, "y": 2]
            ),
            (
                "moveproperties",
                [
                    "srcParentPath": "@body().a", "srcSubPath": "c", "dstParentPath": "@body()",
                    "dstSubPath": "d.e", "copyOnlySubProperties": "false",
                ], ["a": ["c": 1, "b": 2]],
                ["a": ["b": 2], "d": ["e": 1]]
            ),
            (
                "moveproperties",
                [
                    "srcParentPath": "@body()", "srcSubPath": "none", "dstParentPath": "@body()",
                    "dstSubPath": "d",
                ], ["a": 1], ["a": 1]
            ),
        ] as [(String, [String: JSON], JSON, JSON)]
    )
    func `policies of bodies`(_ id: String, _ parameters: [String: JSON], _ body: JSON, _ expected: JSON) throws {
        let policy = Self.policy(id, parameters)
        let result = try #require(try BodyPolicies.apply(policy, to: body, scope: Self.scope(body)))
        #expect(result == expected)
    }

    @Test(arguments: ["a text", ["$content-type": "text/plain", "$content": "eA=="]] as [JSON])
    func `what has no properties stays as it is`(_ body: JSON) throws {
        for id in ["setproperty", "stringreplace", "moveproperties", "convertobjecttoarray", "stringtoarray"] {
            let parameters: [String: JSON] = [
                "newPropertyParentPathTemplate": "@body()", "newPropertySubPathTemplate": "v",
                "propertyValuePathTemplate": "1",
            ]
            #expect(
                try BodyPolicies.apply(Self.policy(id, parameters), to: body, scope: Self.scope(body)) == .some(body)
            )
        }
    }
}

import JSONTree
import Moments
import Testing

@testable import Connectors

/// What a definition refuses before anything is sent, and what it lets pass because real playbooks send it.
struct RequestCheckTests {
    static let definition: JSON = [
        "swagger": "2.0", "info": ["title": "T"], "host": "h.example",
        "definitions": [
            "Ticket": [
                "type": "object", "required": ["title", "id", "kind"],
                "properties": [
                    "id": ["type": "string", "readOnly": true],
                    "title": ["type": "string", "minLength": 2, "maxLength": 5],
                    "kind": ["type": "string", "enum": ["bug", "Wish"]],
                    "count": ["type": "integer", "minimum": 1, "maximum": 9],
                    "ratio": ["type": "number", "multipleOf": 0.25], "open": ["type": "boolean"],
                    "due": ["type": "string", "format": "date-time"], "key": ["type": "string", "format": "uuid"],
                    "small": ["type": "integer", "format": "int32"],
                    "code": ["type": "string", "pattern": "^[A-Z]{3}-\\d+$"],
                    "tags": ["type": "array", "maxItems": 2, "uniqueItems": true, "items": ["type": "string"]],
                    "none": ["type": "string", "x-nullable": true], "child": ["$ref": "#/definitions/Ticket"],
                    "strict": [
                        "type": "object", "additionalProperties": false, "properties": ["a": ["type": "string"]],
                    ],
                    "map": ["type": "object", "additionalProperties": ["type": "integer"]],
                    "both": ["allOf": [["$ref": "#/definitions/A"], ["type": "object", "required": ["b"]]]],
                    "animal": ["$ref": "#/definitions/Animal"],
                    "free": ["type": "object", "x-ms-dynamic-schema": ["operationId": "X"], "required": ["q"]],
                    "data": ["type": "string", "format": "byte"], "strange": ["type": "wonder", "format": "odd"],
                    "number": ["type": "string", "format": "int32"],
                    "part": [
                        "required": ["id", "b"],
                        "allOf": [
                            ["type": "object", "properties": ["id": ["type": "string", "readOnly": true]]],
                            ["type": "object", "properties": ["b": ["type": "string"]]],
                        ],
                    ],
                    "mapped": [
                        "type": "object", "additionalProperties": false,
                        "patternProperties": ["^x-": ["type": "integer"]],
                    ],
                    "literal": ["type": "string", "pattern": "/^[a-z]+$/"],
                    "java": ["type": "string", "pattern": "[a-z&&[^x]]"],
                ],
            ],
            "A": [
                "type": "object", "additionalProperties": false, "properties": ["a": ["type": "string"]],
                "required": ["a"],
            ],
            "Animal": [
                "type": "object", "discriminator": "type", "required": ["type"],
                "properties": ["type": ["type": "string"]],
            ],
            "Cat": [
                "allOf": [
                    ["$ref": "#/definitions/Animal"],
                    ["type": "object", "required": ["lives"], "properties": ["lives": ["type": "integer"]]],
                ]
            ],
        ],
        "paths": [
            "/tickets/{id}": [
                "post": [
                    "operationId": "Set",
                    "parameters": [
                        ["name": "id", "in": "path", "required": true, "type": "string", "minLength": 32],
                        ["name": "page", "in": "query", "type": "integer", "minimum": 1],
                        ["name": "sort", "in": "query", "type": "string", "enum": ["asc", "desc"]],
                        ["name": "ids", "in": "query", "type": "array", "items": ["type": "integer"]],
                        ["name": "all", "in": "query", "type": "boolean"],
                        ["name": "version", "in": "query", "type": "string", "enum": ["2"], "default": "1"],
                        [
                            "name": "dynamic", "in": "query", "type": "string", "enum": ["a"],
                            "x-ms-dynamic-values": [:],
                        ],
                        ["name": "X-Mode", "in": "header", "required": true, "type": "string"],
                        ["name": "Content-Type", "in": "header", "required": true, "type": "string"],
                        ["name": "ticket", "in": "body", "required": true, "schema": ["$ref": "#/definitions/Ticket"]],
                    ],
                ]
            ],
            "/form": [
                "post": [
                    "operationId": "Form", "consumes": ["multipart/form-data"],
                    "parameters": [
                        ["name": "name", "in": "formData", "required": true, "type": "string"],
                        ["name": "n", "in": "formData", "type": "integer"],
                        ["name": "file", "in": "formData", "type": "file"],
                    ],
                ]
            ],
        ],
    ]

    static let guid = "1f0c3c2e-7a44-4e9c-9d57-3f7a0c0f2b11"

    static func check(
        _ id: String = "Set",
        path: [String: String] = ["id": guid],
        queries: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [("X-Mode", "m")],
        body: JSON? = ["title": "abc", "kind": "bug"]
    ) throws {
        let connector = try ConnectorDefinition(name: "c", definition: definition)
        let operation = try #require(connector.operation(id: id))
        try connector.requestChecks.check(of: operation, in: connector.document)
            .check(RequestValues(path: path, queries: queries, headers: headers, body: body))
    }

    static func ticket(_ more: JSONObject) -> JSON {
        var object: JSONObject = ["title": "abc", "kind": "bug"]
        object.merge(more)
        return .object(object)
    }

    @Test(
        arguments: [
            [:], ["count": 3], ["count": "3"], ["count": " 7 "], ["ratio": 0.5], ["ratio": "0.75"], ["ratio": 2],
            ["open": true],
            ["open": "True"], ["due": "2026-03-01T10:00:00.1234567Z"], ["due": "2026-03-01 10:00"],
            ["due": "2026-03-01"],
            ["due": ""], ["due": nil], ["key": .string(guid)], ["key": .string(guid.uppercased())], ["code": "ABC-12"],
            ["tags": ["a", 1]], ["tags": []], ["tags": "[\"a\"]"], ["none": nil], ["title": 1234], ["extra": ["x": 1]],
            ["kind": "BUG"], ["kind": "wish"], ["id": "mine"], ["child": ["title": "abc", "kind": "bug"]],
            ["child": ["title": "abc", "kind": "bug", "child": ["title": "abc", "kind": "bug"]]], ["child": nil],
            ["strict": ["a": "x"]], ["map": ["x": 1, "y": "2"]], ["both": ["a": "x", "b": 1, "c": 2]],
            ["animal": ["type": "Cat", "lives": 7]], ["animal": ["type": "Dog"]], ["free": ["anything": 1]],
            // A format is a hint: services take more than it says.
            ["due": "tomorrow"], ["due": "4h"], ["key": "x"], ["data": "a b!"], ["number": "4"], ["number": "EN"],
            // What is read-only is required of answers alone, whichever part of the schema says so.
            ["part": ["b": "x"]], ["mapped": ["x-1": 1]], ["literal": "ab"], ["java": "A"],
            ["data": "aGk="], ["data": "aGk"], ["strange": [1]], ["small": 2_147_483_647],
        ] as [JSONObject]
    )
    func `a body that services understand is sent`(_ members: JSONObject) throws {
        try Self.check(body: Self.ticket(members))
    }

    @Test(
        arguments: [
            (["title": "a"], "/title must have at least 2 characters"),
            (["title": "abcdef"], "/title must have at most 5"),
            (["title": nil], "/title must be a text, not null"),
            (["title": ["x"]], "/title must be a text; it is an array"),
            (["kind": "other"], #"/kind must be one of "bug", "Wish""#), (["kind": ""], "/kind must be one of"),
            (["count": 0], "/count must be at least 1"), (["count": "12"], "/count must be at most 9"),
            (["count": "x"], "/count must be a whole number; it is a text"),
            (["count": 1.5], "/count must be a whole number"),
            (["ratio": 0.3], "/ratio must be a multiple of 0.25"), (["open": "maybe"], "/open must be true or false"),
            (["open": 1], "/open must be true or false"),
            (["code": "abc-1"], "/code must match the pattern"),
            (["tags": ["a", "b", "c"]], "/tags must have at most 2 items"),
            (["tags": ["a", "a"]], "/tags must not have two equal"), (["tags": [["x": 1]]], "/tags/0 must be a text"),
            (["tags": "a"], "/tags must be an array"), (["child": ["kind": "bug"]], "/child/title is required"),
            (["child": ["title": "abc", "kind": "bug", "child": ["title": "abc"]]], "/child/child/kind is required"),
            (["strict": ["b": 1]], "/strict/b is not among the members"),
            (["map": ["x": "y"]], "/map/x must be a whole number"),
            (["both": ["a": "x"]], "/both/b is required"), (["both": ["b": 1]], "/both/a is required"),
            (["animal": ["type": "Cat"]], "/animal/lives is required"), (["animal": [:]], "/animal/type is required"),
            (["id": "mine", "mapped": ["y-1": 1]], "/mapped/y-1 is not among the members"),
            (["mapped": ["x-1": "n"]], "/mapped/x-1 must be a whole number"),
            (["literal": "AB"], "/literal must match the pattern"),
            (["small": 2_147_483_648], "/small must fit 32 bits"),
        ] as [(JSONObject, String)]
    )
    func `a body that the definition does not allow is named with its place`(_ members: JSONObject, _ part: String) {
        let error = #expect(throws: ConnectorError.self) { try Self.check(body: Self.ticket(members)) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("'Set' (POST /tickets/{id})") == true)
    }

    @Test func `what is missing is told as such`() {
        for body in [nil, .null, ["title": "abc"]] as [JSON?] {
            let error = #expect(throws: ConnectorError.self) { try Self.check(body: body) }
            #expect(error?.code == .missingParameter, "\(error?.message ?? "")")
        }
        let empty = #expect(throws: ConnectorError.self) { try Self.check(path: ["id": ""]) }
        #expect(empty?.code == .missingParameter && empty?.message.contains("path parameter 'id'") == true)
        let error = #expect(throws: ConnectorError.self) { try Self.check(headers: []) }
        #expect(error?.code == .missingParameter)
        #expect(error?.message.contains("header parameter 'X-Mode'") == true)
    }

    @Test(
        arguments: [
            "a text", "{\"title\": \"abc\", \"kind\": \"bug\"}", ["$content-type": "text/plain", "$content": ""],
        ] as [JSON]
    )
    func `bodies in other forms`(_ body: JSON) throws {
        if body == "a text" {
            #expect(throws: ConnectorError.self) { try Self.check(body: body) }
            try Self.check(headers: [("X-Mode", "m"), ("Content-Type", "text/plain")], body: body)
        } else {
            try Self.check(body: body)
        }
    }

    @Test(
        arguments: [
            ("page", "1", nil), ("page", "0", "'page' must be at least 1"),
            ("page", "x", "'page' must be a whole number"),
            ("page", "", nil), ("sort", "ASC", nil), ("sort", "up", "'sort' must be one of"), ("ids", "1,2", nil),
            ("ids", "1,x", "'ids' must be a whole number"), ("all", "true", nil),
            ("all", "yes", "'all' must be true or false"),
            ("dynamic", "b", nil), ("unknown", "x", nil), ("version", "1", nil), ("version", "2", nil),
            ("version", "3", "'version' must be one of"),
        ] as [(String, String, String?)]
    )
    func `query parameters are checked as texts`(_ name: String, _ value: String, _ part: String?) {
        guard let part else {
            #expect(throws: Never.self) { try Self.check(queries: [(name, value)]) }
            return
        }
        let error = #expect(throws: ConnectorError.self) { try Self.check(queries: [(name, value)]) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `parameters of the path are decoded before they are checked`() throws {
        try Self.check(path: ["id": "%7B\(Self.guid)%7D"])
        let error = #expect(throws: ConnectorError.self) { try Self.check(path: ["id": "7"]) }
        #expect(error?.message.contains("path parameter 'id' must have at least 32 characters") == true)
    }

    @Test(
        arguments: [
            (["name": "x", "n": "3"], nil), (["n": 3], "formData parameter 'name'"),
            (["name": "x", "n": "y"], "'n' must be a whole number"),
            (
                [
                    "$content-type": "multipart/form-data",
                    "$multipart": [["headers": ["Content-Disposition": "form-data; name=\"name\""], "body": "x"]],
                ], nil
            ),
            (["$content-type": "multipart/form-data", "$multipart": []], "formData parameter 'name'"),
            (["$content-type": "multipart/form-data; boundary=x", "$content": "eA=="], nil),
            (nil, "formData parameter 'name'"),
        ] as [(JSON?, String?)]
    )
    func `fields of forms are checked in whatever way they are given`(_ body: JSON?, _ part: String?) {
        guard let part else {
            #expect(throws: Never.self) { try Self.check("Form", path: [:], headers: [], body: body) }
            return
        }
        let error = #expect(throws: ConnectorError.self) { try Self.check("Form", path: [:], headers: [], body: body) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `messages never hold values`() {
        let secret = "S3cr3t-Value"
        let error = #expect(throws: ConnectorError.self) {
            try Self.check(
                body: Self.ticket(["kind": .string(secret), "count": .string(secret), "due": .string(secret)])
            )
        }
        #expect(error?.message.contains(secret) == false)
    }

    @Test(
        arguments: [
            ("^[A-Z]{3}-\\d+$", "ABC-12", true), ("^[A-Z]{3}-\\d+$", "AB-12", false), ("[a-zA-Z0-9_]", "--x--", true),
            ("[a-zA-Z0-9_]", "--", false), ("^(.*)$", "", true), ("^(a|b)*c?$", "ababc", true),
            ("^(a|b)*c?$", "abx", false),
            ("^a{2,3}$", "aaaa", false), ("^a{2,3}$", "aaa", true), ("^a{2,}$", "a", false), ("^[^x-z]+$", "abc", true),
            ("^[^x-z]+$", "aby", false), ("^\\w+@\\w+\\.example$", "a@b.example", true), ("^(?:ab)+?$", "abab", true),
            ("^[\\d\\-]+$", "1-2", true),
            ("^(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\\.){3}(?:25[0-5]|[01]?[0-9][0-9]?)$", "10.0.0.1", true),
            ("^\\u0041\\x42$", "AB", true), ("", "anything", true), ("a.c", "a\nc", false), ("^{x}$", "{x}", true),
        ]
    )
    func `patterns match as in a browser`(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try #require(LinearPattern(pattern)).matches(text) == expected)
    }

    @Test(arguments: ["(?=a)b", "(a)\\1", "[z-a]", "(a", "a)", "*a", "\\p{L}", "a{5000}"])
    func `patterns that are not known are not checked`(_ pattern: String) {
        #expect(LinearPattern(pattern) == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `no pattern takes longer than its text is long`() throws {
        let pattern = try #require(LinearPattern("^(a+)+$"))
        #expect(!pattern.matches(String(repeating: "a", count: 9_000) + "!"))
    }

    // MARK: Defaults

    static let defaults: JSON = [
        "type": "object", "required": ["kind", "meta", "given"],
        "properties": [
            "kind": ["type": "string", "default": "k"],
            "hidden": ["type": "string", "default": "h", "x-ms-visibility": "internal"],
            "seen": ["type": "string", "default": "s"], "given": ["type": "string", "default": "d"],
            "meta": [
                "type": "object", "required": ["version"],
                "properties": [
                    "version": ["type": "integer", "default": 2, "x-ms-visibility": "internal"],
                    "year": [
                        "type": "string", "default": "@{formatDateTime(utcNow(), 'yyyy')}",
                        "x-ms-visibility": "internal",
                    ],
                ],
            ],
            "list": [
                "type": "array",
                "items": [
                    "type": "object",
                    "properties": ["t": ["type": "string", "default": "x", "x-ms-visibility": "internal"]],
                ],
            ],
        ],
    ]

    @Test(
        arguments: [
            (
                ["given": "g", "list": [["a": 1], ["t": "mine"]]], DefaultFilling.Form.byName,
                [
                    "given": "g", "list": [["a": 1, "t": "x"], ["t": "mine"]], "kind": "k", "hidden": "h",
                    "meta": ["version": 2, "year": "2026"],
                ]
            ),
            (nil, .byName, ["kind": "k", "hidden": "h", "given": "d", "meta": ["version": 2, "year": "2026"]]),
            (["given": "g", "meta": [:]], .byPath, ["given": "g", "kind": "k", "meta": ["version": 2]]),
            ("a text", .byName, "a text"),
        ] as [(JSON?, DefaultFilling.Form, JSON)]
    )
    func `members that users do not see are filled in`(
        _ body: JSON?,
        _ form: DefaultFilling.Form,
        _ expected: JSON
    ) throws {
        let schema = ValueSchema(Self.defaults, in: OpenAPIDocument(json: [:]))
        #expect(try DefaultFilling(schema: schema, form: form, now: Fixtures.noon).filled(body) == expected)
    }
}

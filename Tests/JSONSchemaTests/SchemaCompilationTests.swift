import JSONSchema
import JSONTree
import Testing

struct SchemaCompilationTests {
    @Test(arguments: [
        (#"[]"#, "malformed"), (#"{"type":"text"}"#, "malformed"), (#"{"type":5}"#, "malformed"),
        (#"{"properties":[]}"#, "malformed"), (#"{"properties":{"a":1}}"#, "malformed"),
        (#"{"anyOf":[]}"#, "malformed"), (#"{"minimum":"1"}"#, "malformed"), (#"{"maxLength":-1}"#, "malformed"),
        (#"{"enum":1}"#, "malformed"), (#"{"multipleOf":0}"#, "malformed"), (#"{"items":3}"#, "malformed"),
        (##"{"$ref":"#/definitions/none"}"##, "unresolvedReference"),
        (#"{"items":{"$ref":"https://contoso.example/s.json"}}"#, "unresolvedReference"),
        (##"{"$ref":"#"}"##, "endlessReference"),
        (##"{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}}"##, "endlessReference"),
        (##"{"anyOf":[{"$ref":"#"}]}"##, "endlessReference"),
        (##"{"definitions":{"a":{"allOf":[{"not":{"$ref":"#/definitions/a"}}]}}}"##, "endlessReference"),
        (##"{"dependencies":{"x":{"$ref":"#"}}}"##, "endlessReference"),
    ])
    func refusesWhatIsNoSchema(_ text: String, _ code: String) throws {
        let error = try #require(throws: SchemaError.self) { try CompiledSchema(JSON.parse(text)) }
        #expect(error.code.description == code)
    }

    @Test
    func namesKeywordsThatAreNotEvaluated() throws {
        let schema: JSON = [
            "properties": ["pattern": ["type": "string"], "zip": ["pattern": "^[0-9]+$"], "t": ["pattern": "x"]],
            "definitions": ["unused": ["patternProperties": ["^x": [:]], "additionalProperties": false]],
        ]
        #expect(try CompiledSchema(schema).unsupportedKeywords == ["pattern", "patternProperties"])
        #expect(try CompiledSchema(["properties": ["pattern": [:]]]).unsupportedKeywords.isEmpty)
        let loose = try CompiledSchema(["patternProperties": ["^x": [:]], "additionalProperties": false])
        #expect(loose.isValid(["y": 1]))
    }

    @Test
    func sizeIsBounded() {
        var properties = JSONObject()
        for number in 0..<200 { properties["p\(number)"] = [:] }
        let error = #expect(throws: SchemaError.self) {
            try CompiledSchema(["properties": .object(properties)], limits: SchemaLimits(subschemas: 100))
        }
        #expect(error?.code == .tooLarge)
    }

    /// Alternatives inside alternatives multiply with the depth of the value; the check must end and refuse.
    @Test
    func multiplyingChecksEnd() throws {
        let schema = try CompiledSchema(
            JSON.parse(
                ##"{"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["z"]},{"properties":{"a":{"$ref":"#"}},"required":["y"]}]}"##
            ),
            limits: SchemaLimits(steps: 50_000)
        )
        var value: JSON = [:]
        for _ in 0..<60 { value = ["a": value] }
        #expect(!schema.isValid(value))
        let issues = schema.validate(value)
        #expect(issues.last?.kind == SchemaIssue.Kind.none)
        #expect(issues.last?.message.contains("50000 steps") == true)
    }

    /// A bound that is hit inside `not` must not turn into a match.
    @Test
    func anExhaustedCheckIsNeverValid() throws {
        let schema = try CompiledSchema(
            ["not": ["items": ["type": "integer"]]],
            limits: SchemaLimits(steps: 10)
        )
        let value = JSON.array(Array(repeating: 1, count: 100))
        #expect(!schema.isValid(value))
        #expect(!schema.validate(value).isEmpty)
    }

    @Test
    func longChainsAndDeepValuesDoNotOverflow() throws {
        var definitions = JSONObject()
        for number in 0..<5_000 {
            definitions["d\(number)"] = ["allOf": [["$ref": .string("#/definitions/d\(number + 1)")]]]
        }
        definitions["d5000"] = ["type": "null"]
        let chain = try CompiledSchema([
            "definitions": .object(definitions), "$comment": "", "allOf": [["$ref": "#/definitions/d0"]],
        ])
        #expect(!chain.isValid(nil), "too long a chain is refused, not followed without bound")
        let tree = try CompiledSchema(["items": ["$ref": "#"]])
        let deep = try JSON.parse(String(repeating: "[", count: 500) + String(repeating: "]", count: 500))
        #expect(tree.isValid(deep))
    }

    @Test
    func theNumberOfIssuesIsBoundedButNeverZero() throws {
        let limits = SchemaLimits(issues: 10)
        let plain = try CompiledSchema(["items": ["type": "null"]], limits: limits)
        #expect(plain.validate(.array(Array(repeating: 1, count: 100))).count == 10)
        // Dropped findings of alternatives that match do not use up the bound.
        let loose = try CompiledSchema(
            ["items": ["anyOf": [["type": "null"], ["type": "integer"]]]],
            limits: limits
        )
        #expect(loose.validate(.array(Array(repeating: 1, count: 100))).isEmpty)
        #expect(loose.validate(.array(Array(repeating: 1, count: 100) + ["x"])).count == 1)
        let nested = try CompiledSchema(["anyOf": [["items": ["type": "null"]]]], limits: limits)
        #expect(nested.validate(.array(Array(repeating: 1, count: 100))).count == 1)
    }

    @Test
    func theCacheIsBoundedAndKeepsTheNewest() throws {
        let cache = SchemaCache(capacity: 8)
        for number in 0..<100 {
            let schema: JSON = ["minimum": .integer(Int64(number))]
            #expect(try cache.schema(schema).isValid(.integer(Int64(number))))
            #expect(try !cache.schema(schema).isValid(.integer(Int64(number) - 1)))
            #expect(cache.count <= 8)
        }
        #expect(throws: SchemaError.self) { try cache.schema(5) }
    }
}

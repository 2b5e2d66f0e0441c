import JSONSchema
import JSONTree
import Testing

/// The messages, paths and records of issues.
struct SchemaIssueTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var schema: String
        var value: String
        /// `path|schemaId|errorType|message` of each issue in order.
        var issues: [String]

        init(_ schema: String, _ value: String, _ issues: String...) {
            self.schema = schema
            self.value = value
            self.issues = issues
        }

        var testDescription: String { "\(schema) \(value)" }
    }

    static let rows: [Row] = [
        Row("{}", "1"), Row("{}", "null"), Row(#"{"type":"any"}"#, "{}"), Row(#"{"unknown":{"type":5}}"#, "1"),
        // types
        Row(#"{"type":"string"}"#, "null", "|#|type|Invalid type. Expected String but got Null."),
        Row(#"{"type":"string"}"#, "1", "|#|type|Invalid type. Expected String but got Integer."),
        Row(#"{"type":"integer"}"#, "1.0", "|#|type|Invalid type. Expected Integer but got Number."),
        Row(#"{"type":"integer"}"#, "123456789012345678901234567890"),
        Row(#"{"type":"integer"}"#, "1e400", "|#|type|Invalid type. Expected Integer but got Number."),
        Row(#"{"type":"number"}"#, "1"), Row(#"{"type":"number"}"#, "1.5"),
        Row(#"{"type":"number"}"#, "true", "|#|type|Invalid type. Expected Number but got Boolean."),
        Row(#"{"type":["null","string"]}"#, "null"),
        Row(#"{"type":["null","string"]}"#, "[]", "|#|type|Invalid type. Expected String, Null but got Array."),
        Row(#"{"type":"object"}"#, "[]", "|#|type|Invalid type. Expected Object but got Array."),
        Row(#"{"type":"array"}"#, "{}", "|#|type|Invalid type. Expected Array but got Object."),
        Row(#"{"type":"boolean"}"#, #""x""#, "|#|type|Invalid type. Expected Boolean but got String."),
        // members and elements
        Row(
            #"{"properties":{"a":{"type":"string"},"b c":{"type":"null"}}}"#,
            #"{"b c":1,"a":2}"#,
            "['b c']|#/properties/b c|type|Invalid type. Expected Null but got Integer.",
            "a|#/properties/a|type|Invalid type. Expected String but got Integer."
        ),
        Row(
            #"{"properties":{"rows":{"items":{"properties":{"n":{"type":"integer"}}}}}}"#,
            #"{"rows":[{"n":1},{"n":"x"}]}"#,
            "rows[1].n|#/properties/rows/items/properties/n|type|Invalid type. Expected Integer but got String."
        ),
        Row(
            #"{"properties":{"a/b":{"properties":{"c%~":{"type":"null"}}}}}"#,
            #"{"a/b":{"c%~":1}}"#,
            "['a/b'].c%~|#/properties/a~1b/properties/c%25~0|type|Invalid type. Expected Null but got Integer."
        ),
        Row(
            #"{"required":["x","y","z"],"properties":{"q":{"type":"null"}}}"#,
            #"{"y":1,"q":2}"#,
            "q|#/properties/q|type|Invalid type. Expected Null but got Integer.",
            "|#|required|Required properties are missing from object: x, z."
        ),
        Row(
            #"{"properties":{"x":{"required":true}}}"#,
            "{}",
            "|#|required|Required properties are missing from object: x."
        ),
        Row(#"{"required":["x"]}"#, "5"),
        Row(
            #"{"properties":{"a":{}},"additionalProperties":false}"#,
            #"{"a":1,"x":2}"#,
            "x|#|additionalProperties|Property 'x' has not been defined and the schema does not allow additional "
                + "properties."
        ),
        Row(
            #"{"additionalProperties":{"type":"null"}}"#,
            #"{"x":2}"#,
            "x|#/additionalProperties|type|Invalid type. Expected Null but got Integer."
        ),
        Row(
            #"{"minProperties":1}"#,
            "{}",
            "|#|minimumProperties|Object property count 0 is less than minimum count of 1."
        ),
        Row(
            #"{"maxProperties":1}"#,
            #"{"a":1,"b":2}"#,
            "|#|maximumProperties|Object property count 2 exceeds maximum count of 1."
        ),
        Row(
            #"{"dependencies":{"a":["b","c"]}}"#,
            #"{"a":1,"c":2}"#,
            "|#|dependencies|Dependencies for property 'a' failed. Missing required keys: b."
        ),
        Row(
            #"{"dependencies":{"a":{"required":["z"]}}}"#,
            #"{"a":1}"#,
            "|#|dependencies|Dependencies for property 'a' failed."
        ),
        Row(#"{"dependencies":{"a":{"required":["z"]}}}"#, #"{"b":1}"#),
        Row(
            #"{"items":[{"type":"null"},{"type":"string"}],"additionalItems":false}"#,
            #"[null,1,2]"#,
            "[1]|#/items/1|type|Invalid type. Expected String but got Integer.",
            "[2]|#|additionalItems|Index 3 has not been defined and the schema does not allow additional items."
        ),
        Row(
            #"{"items":[{}],"additionalItems":{"type":"null"}}"#,
            "[1,2]",
            "[1]|#/additionalItems|type|Invalid type. Expected Null but got Integer."
        ),
        Row(#"{"minItems":1}"#, "[]", "|#|minimumItems|Array item count 0 is less than minimum count of 1."),
        Row(#"{"maxItems":1}"#, "[1,2]", "|#|maximumItems|Array item count 2 exceeds maximum count of 1."),
        Row(#"{"uniqueItems":true}"#, "[1,1.0,{},{}]", "[3]|#|uniqueItems|Non-unique array item at index 3."),
        // scalars
        Row(#"{"enum":["a",1]}"#, #""z""#, #"|#|enum|Value "z" is not defined in enum."#),
        Row(#"{"enum":["a",1]}"#, "1"), Row(#"{"enum":["a",1]}"#, "1.0", "|#|enum|Value 1.0 is not defined in enum."),
        Row(#"{"enum":[1,2,3,4,5,6,7,8,9,{"a":[1]}]}"#, #"{"a":[1]}"#),
        Row(#"{"maxLength":3}"#, #""abcd""#, "|#|maximumLength|String 'abcd' exceeds maximum length of 3."),
        Row(#"{"minLength":3}"#, #""s""#, "|#|minimumLength|String 's' is less than minimum length of 3."),
        Row(#"{"maxLength":2}"#, #""😀é""#),
        Row(#"{"minimum":0}"#, "-1", "|#|minimum|Integer -1 is less than minimum value of 0."),
        Row(#"{"minimum":0.5}"#, "0.25", "|#|minimum|Float 0.25 is less than minimum value of 0.5."),
        Row(#"{"maximum":10}"#, "11", "|#|maximum|Integer 11 exceeds maximum value of 10."),
        Row(
            #"{"maximum":9223372036854775806}"#,
            "9223372036854775807",
            "|#|maximum|Integer 9223372036854775807 exceeds maximum value of 9223372036854775806."
        ),
        Row(
            #"{"maximum":10,"exclusiveMaximum":true}"#,
            "10",
            "|#|maximum|Integer 10 equals maximum value of 10 and exclusive maximum is true."
        ),
        Row(
            #"{"exclusiveMinimum":10.0}"#,
            "10",
            "|#|minimum|Integer 10 equals minimum value of 10 and exclusive minimum is true."
        ),
        Row(#"{"multipleOf":3}"#, "7", "|#|multipleOf|Integer 7 is not a multiple of 3."),
        Row(#"{"multipleOf":3}"#, "-9"),
        Row(#"{"multipleOf":0.0001}"#, "0.0075"),
        Row(#"{"multipleOf":0.0001}"#, "0.00751", "|#|multipleOf|Float 0.00751 is not a multiple of 0.0001."),
        Row(#"{"format":"date-time"}"#, #""2026-03-02T09:00:00Z""#),
        Row(#"{"format":"date-time"}"#, #""2024-02-29T09:00:00.1234567+02:00""#),
        Row(
            #"{"format":"date-time"}"#,
            #""2026-02-29T09:00:00Z""#,
            "|#|format|String '2026-02-29T09:00:00Z' does not validate against format 'date-time'."
        ),
        // of all formats only that of a date with its time is held to
        Row(#"{"format":"email"}"#, #""not one""#), Row(#"{"format":"date"}"#, #""not one""#),
        Row(#"{"format":"time"}"#, #""not one""#), Row(#"{"format":"ipv4"}"#, #""not one""#),
        Row(#"{"format":"ipv6"}"#, #""not one""#), Row(#"{"format":"hostname"}"#, #""not one""#),
        Row(#"{"format":"uri"}"#, #""not one""#), Row(#"{"format":"date-time"}"#, "5"),
        // combinators
        Row(
            #"{"anyOf":[{"type":"null"},{"type":"string"}]}"#,
            "1",
            "|#|anyOf|JSON does not match any schemas from 'anyOf'."
        ),
        Row(#"{"anyOf":[{"type":"null"},{"type":"string"}]}"#, "null"),
        Row(
            #"{"oneOf":[{"type":"null"},{"type":"string"}]}"#,
            "1",
            "|#|oneOf|JSON is valid against no schemas from 'oneOf'."
        ),
        Row(
            #"{"oneOf":[{},{"type":"string"},{"type":"integer"}]}"#,
            "1",
            "|#|oneOf|JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: 0, 2."
        ),
        Row(
            #"{"allOf":[{"type":"integer"},{"minimum":3}]}"#,
            "1",
            "|#|allOf|JSON does not match all schemas from 'allOf'. Invalid schema indexes: 1."
        ),
        Row(#"{"not":{"type":"integer"}}"#, "1", "|#|not|JSON is valid against schema from 'not'."),
        Row(
            #"{"anyOf":[{"type":"null"}],"required":["r"],"minProperties":1,"properties":{"a":{}}}"#,
            "{}",
            "|#|anyOf|JSON does not match any schemas from 'anyOf'.",
            "|#|required|Required properties are missing from object: r.",
            "|#|minimumProperties|Object property count 0 is less than minimum count of 1."
        ),
        // references
        Row(
            ##"{"definitions":{"t":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/t"}}}"##,
            #"{"a":1}"#,
            "a|#/definitions/t|type|Invalid type. Expected String but got Integer."
        ),
        Row(
            ##"{"properties":{"next":{"$ref":"#"},"v":{"type":"null"}}}"##,
            #"{"next":{"next":{"v":1}}}"#,
            "next.next.v|#/properties/v|type|Invalid type. Expected Null but got Integer."
        ),
        Row(
            ##"{"definitions":{"x":{"id":"#named","type":"null"}},"items":{"$ref":"#named"}}"##,
            "[1]",
            "[0]|#/definitions/x|type|Invalid type. Expected Null but got Integer."
        ),
        Row(
            ##"{"definitions":{"a b":{"type":"null"}},"items":{"$ref":"#/definitions/a%20b"}}"##,
            "[1]",
            "[0]|#/definitions/a b|type|Invalid type. Expected Null but got Integer."
        ),
    ]

    @Test(arguments: rows)
    func tellsWhatDoesNotMatch(_ row: Row) throws {
        let schema = try CompiledSchema(JSON.parse(row.schema))
        let value = try JSON.parse(row.value)
        let issues = schema.validate(value)
        #expect(issues.map { "\($0.path)|\($0.schemaID)|\($0.kind)|\($0.message)" } == row.issues)
        #expect(schema.isValid(value) == row.issues.isEmpty)
        #expect(schema.firstMessage(for: value) == issues.first?.message)
    }

    @Test
    func recordsHaveTheirMembersInOrder() throws {
        let schema = try CompiledSchema(["properties": ["name": ["type": "string"]], "required": ["id", "x"]])
        let issues = schema.validate(["name": nil])
        let records = [
            """
            {"message":"Invalid type. Expected String but got Null.","lineNumber":0,"linePosition":0,"path":"name",\
            "value":null,"schemaId":"#/properties/name","errorType":"type","childErrors":[]}
            """,
            """
            {"message":"Required properties are missing from object: id, x.","lineNumber":0,"linePosition":0,"path":"",\
            "value":["id","x"],"schemaId":"#","errorType":"required","childErrors":[]}
            """,
        ]
        #expect(issues.map(\.json.text) == records)
    }

    @Test
    func combinatorsCarryWhatTheirSchemasFound() throws {
        let schema = try CompiledSchema(["anyOf": [["type": "null"], ["properties": ["a": ["type": "string"]]]]])
        let issue = try #require(schema.validate(["a": 1]).first)
        #expect(issue.childIssues.map(\.schemaID) == ["#/anyOf/0", "#/anyOf/1/properties/a"])
        #expect(issue.json["childErrors"]?[1]?["path"] == "a")
    }

    @Test
    func documentsGivePlaces() throws {
        let schema = try CompiledSchema(["properties": ["a": ["items": ["type": "null"]]]])
        let document = try JSONDocument.parse("{\n  \"a\": [null,\n    1]\n}")
        let issue = try #require(schema.validate(document).first)
        #expect((issue.lineNumber, issue.linePosition) == (3, 5))
        #expect(issue.pointer.description == "/a/1")
    }
}

import Expressions
import JSONTree
import Testing

/// The template rule: what of a string is text and what is expression.
struct TemplateTests {
    @Test(arguments: [
        Row("", ""), Row("@", "@"), Row("@@", "@"), Row("@@@", "@@"), Row("a", "a"), Row("@@x()", "@x()"),
        Row("a@b.c", "a@b.c"), Row(" @concat('x')", " @concat('x')"), Row("x@@y", "x@@y"), Row("x @ y", "x @ y"),
        Row("@{1}", "1"), Row("@{1}@{2}", "12"), Row("a@{'}'}b", "a}b"), Row("a@{'it''s }'}b", "ait's }b"),
        Row("a@@{1}b", "a@{1}b"), Row("a@@{1}b@{2}", "a@{1}b2"), Row("@{1}@@{2}", "1@{2}"), Row("a@@@{1}", "a@@{1}"),
        Row("@{'@'}@{2}", "@2"), Row("}@{1}{", "}1{"), Row("@{null}", ""), Row("@{true}x", "Truex"),
        Row("@{1.0}", "1"), Row("@{createArray(1,'a',true,null)}", "[1,\"a\",true,null]"),
        Row("@{json('{\"a\": {\"ä\": 1.0}}')}", "{\"a\":{\"ä\":1.0}}"), Row("@{base64ToBinary('aGk=')}", "hi"),
        Row("@{xml('<a>1</a>')}", "<a>1</a>"), Row("@@{1} @{2}", "@{1} @{2}"),
    ])
    func strings(_ row: Row) throws { try row.check() }

    @Test func namesAreTemplates() throws {
        let template = try Template.compile(["@@odata.type": "@@x", "a@@{b": 1, "n@{item()}": ["@{item()}": "@item()"]])
        let value = try template.evaluate(in: PureContext(), item: 7)
        #expect(value == .object(["@odata.type": "@x", "a@{b": 1, "n7": ["7": 7]]))
        #expect(throws: ExpressionError.self) { try Template.compile(["@odata.id": 1]) }
        #expect(throws: ExpressionError.self) {
            try Template.compile(["@item()": 1]).evaluate(in: PureContext(), item: 7)
        }
    }

    @Test func computedNamesThatCollideKeepTheLast() throws {
        let value = try Template.compile(["@item()": 1, "@{item()}": 2]).evaluate(in: PureContext(), item: "n")
        #expect(value == ["n": 2])
    }

    @Test func constantsAreFolded() throws {
        let constant = try Template.compile(["a": "@concat('x', string(add(1, 2)))", "b": ["@createArray(1)[0]"]])
        #expect(constant.constant == ["a": "x3", "b": [1]])
        #expect(constant.calls.map(\.name) == ["concat", "string", "add", "createArray"])
        #expect(try Template.compile("@utcNow()").constant == nil)
        #expect(try Template.compile("@guid()").constant == nil)
        #expect(try Template.compile("@rand(1, 5)").isConstant == false)
        // What fails is left for the run; what would be large too.
        #expect(try Template.compile("@div(1, 0)").isConstant == false)
        #expect(try Template.compile("@range(1, 100000)").isConstant == false)
        #expect(try Template.compile("@if(true, 'a', div(1, 0))").isConstant == false)
    }

    @Test func otherValuesPass() throws {
        let json: JSON = ["n": nil, "t": true, "i": 1, "d": 1.0, "x": .digits("123456789012345678901234567890")]
        #expect(try Template.compile(json).constant == json)
    }

    @Test func itemsCanBeGiven() throws {
        let template = try Template.compile("@add(item()?['n'], 1)")
        #expect(try template.evaluate(in: RecordedContext(["item": ["n": 1]])) == 2)
        #expect(try template.evaluate(in: RecordedContext(["item": ["n": 1]]), item: ["n": 41]) == 42)
    }

    @Test func callsAreListedForAnalysis() throws {
        let template = try Template.compile([
            "uri": "https://x/@{outputs('Get_user')?['body'][0].name}/@{body(variables('which'))}",
            "@{parameters('p')}": [1, "@items('Loop')[triggerBody()?['a/b']]"],
        ])
        let calls = template.calls
        #expect(calls.map(\.function.name) == ["outputs", "body", "variables", "parameters", "items", "triggerBody"])
        #expect(calls[0].path == [.name("body", isSafe: true), .index(0, isSafe: false), .name("name", isSafe: false)])
        #expect(calls[0].pointer == "/uri" && calls[0].offset == 12 && !calls[0].isName)
        #expect(calls[0].reference?.kind == .action && calls[0].reference?.name == "Get_user")
        #expect(calls[1].reference?.kind == .action && calls[1].reference?.name == nil)
        #expect(calls[2].reference?.kind == .variable && calls[2].reference?.name == "which")
        #expect(calls[3].isName && calls[3].pointer == "/@{parameters('p')}")
        #expect(calls[4].pointer == "/@{parameters('p')}/1" && calls[4].path == [.computed(isSafe: false)])
        #expect(calls[5].reference?.kind == .trigger && calls[5].reference?.name == nil)
    }

    @Test func namesOfConstantTextCountAsLiteral() throws {
        let call = try #require(try Template.compile("@body(concat('Get', '_', 'user'))").calls.first)
        #expect(call.reference?.name == "Get_user")
    }
}

import Expressions
import JSONTree
import Testing

/// Syntax: what is an expression, and what is said of what is none.
struct ParserTests {
    @Test(arguments: [
        Row("@42", 42), Row("@-0", 0), Row("@+7", 7), Row("@1.50", 1.5), Row("@1E2", 100.0), Row("@1e+2", 100.0),
        Row("@-9223372036854775808", .integer(.min)), Row("@9223372036854775807", .integer(.max)),
        Row("@'a''b'", "a'b"), Row("@''", ""), Row("@'\\n'", "\\n"), Row("@True", true), Row("@nULL", nil),
        Row("@ \u{A0}\u{3000}concat( 'a'\u{2028},\t'b' ) \r\n", "ab"), Row("@concat('äöü😀')", "äöü😀"),
        Row("@json('{\"a\":[{\"b\":7}]}').a[0]['b']", 7), Row("@json('{\"a-b\":1}').a-b", 1),
        Row("@json('{\"ä\":1}').ä", 1), Row("@json('[[1,2],[3]]')[1][0]", 3),
        Row("@json('[10,20]')[length(createArray('x'))]", 20), Row("@json('{}')? .a ? ['b']", nil),
    ])
    func literalsAndCalls(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        Failing("@ ", "expected token 'Identifier' and actual 'EndOfData'", phase: .parse),
        Failing("@concat('a'", "expected token 'RightParenthesis' and actual 'EndOfData'", phase: .parse),
        Failing("@concat('a' 'b')", "expected token 'RightParenthesis' and actual 'StringLiteral'", phase: .parse),
        Failing("@concat('a',)", "expected token 'Identifier' and actual 'RightParenthesis'", phase: .parse),
        Failing("@odata.id", "expected token 'LeftParenthesis' and actual 'Dot'", phase: .parse),
        Failing("@concat", "expected token 'LeftParenthesis' and actual 'EndOfData'", phase: .parse),
        Failing("@body('x').", "expected token 'Identifier' and actual 'EndOfData'", phase: .parse),
        Failing("@body('x')?", "expected token 'Dot' and actual 'EndOfData'", phase: .parse),
        Failing("@body('x')[", "expected token 'Identifier' and actual 'EndOfData'", phase: .parse),
        Failing("@body('x')['a'", "expected token 'RightSquareBracket' and actual 'EndOfData'", phase: .parse),
        Failing("@'a'['b']", "expected token 'EndOfData' and actual 'LeftSquareBracket'", phase: .parse),
        Failing("@1 + 2", "the string character '+' at position '2' is not expected", phase: .parse),
        Failing("@concat(\"a\")", "the string character '\"' at position '7' is not expected", phase: .parse),
        Failing("@concat('ä', \"a\")", "the string character '\"' at position '12' is not expected", phase: .parse),
        Failing("@concat('😀', {})", "the string character '{' at position '13' is not expected", phase: .parse),
        Failing("@concat(@body('x'))", "the string character '@' at position '7' is not expected", phase: .parse),
        Failing("@12ab", "the string character 'a' at position '2' is not expected", phase: .parse),
        Failing("@1e", "is not expected", phase: .parse), Failing("@-", "is not expected", phase: .parse),
        Failing("@.5", "expected token 'Identifier' and actual 'Dot'", phase: .parse),
        Failing("@'abc", "is not terminated", phase: .parse),
        Failing("@concat('abc''", "is not terminated", phase: .parse),
        Failing("@9223372036854775808", "is too large", phase: .parse),
        Failing("@1e400", "is too large", phase: .parse),
        Failing("@round(1.5)", "The template function 'round' is not defined or not valid.", phase: .parse),
        Failing("@concat(ge(1))", "The template function 'ge' is not defined or not valid.", phase: .parse),
        Failing("a @{concat('x'}", "expected token 'RightParenthesis' and actual 'EndOfData'", phase: .parse),
        Failing("a @{concat('x')", "is not closed", phase: .parse), Failing("@{'a}", "is not closed", phase: .parse),
        Failing("@{}", "expected token 'Identifier' and actual 'EndOfData'", phase: .parse),
        Failing("@variables()", "must have at least one parameter.", phase: .parse),
        Failing(
            "@items(null)",
            "The provided parameters for template language function 'items' are not valid.",
            phase: .parse
        ),
        Failing("@outputs('a','b')", "must have only one parameter.", phase: .parse),
        Failing("@trigger(1)", "must not have any parameters.", phase: .parse),
    ])
    func refusals(_ row: Failing) { row.check() }

    @Test func errorsSayWhereTheyAre() {
        let inText = failure("ä😀 @{concat(\"x\")}")
        #expect(inText?.offset == 6 + 7)
        #expect(failure("@concat('a') b")?.offset == 13)
        #expect(failure("ä @{concat('a', div(1, 0))}")?.offset == 16)
        #expect(failure("@concat('a', variables('n')['x'])", ["variables": ["n": nil]])?.offset == 13)
        #expect(failure("@concat('a', add(1))")?.offset == 13)
        do throws(ExpressionError) {
            _ = try Template.compile(["a/b": ["x", ["@@name": "@concat('"]]])
            Issue.record("compiled")
        } catch {
            #expect(error.pointer == "/a~1b/1/@@name")
        }
        do throws(ExpressionError) {
            _ = try Template.compile(["a": ["@variables('gone')", 1]]).evaluate(in: PureContext())
            Issue.record("evaluated")
        } catch {
            #expect(error.pointer == "/a/0")
            #expect(error.function == "variables")
        }
    }

    @Test func textsAndNestingAreBounded() {
        let longest = "@'" + String(repeating: "x", count: 8_190) + "'"
        #expect(failure(longest) == nil)
        #expect(failure(longest + " ")?.message.contains("8192") == true)
        func nested(_ depth: Int) -> String {
            "@" + String(repeating: "not(", count: depth) + "true" + String(repeating: ")", count: depth)
        }
        #expect(failure(nested(199)) == nil)
        #expect(failure(nested(200))?.phase == .parse)
        #expect(failure("@" + String(repeating: "a(", count: 4_000))?.message.contains("nests deeper") == true)
        #expect(failure("@a()" + String(repeating: "[a()", count: 2_000))?.message.contains("nests deeper") == true)
        #expect(failure("@" + String(repeating: "'", count: 8_001))?.phase == .parse)
    }
}

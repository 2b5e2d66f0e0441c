import Expressions
import JSONTree
import Testing

struct LogicAndMathTests {
    @Test(arguments: [
        Row("@equals(1, 1.0)", true), Row("@equals(101, '101')", false), Row("@equals(true, 1)", false),
        Row("@equals(null, null)", true),
        Row("@equals(null, false)", false), Row("@equals('é', 'e\u{301}')", false), Row("@equals(1, 1, 1)", true),
        Row("@equals(1, 1, 2)", false),
        Row("@equals(decimal('1.0'), 1)", true), Row("@equals(createArray(1), createArray(1.0))", true),
        Row("@equals(9007199254740993, 9007199254740992.0)", false), Row("@and(false, 1)", false),
        Row("@or(true, 1)", true),
        Row("@and(false, div(1, 0))", false), Row("@or(true, div(1, 0))", true), Row("@if(false, div(1, 0), 'b')", "b"),
        Row("@greater('B', 'a')", true), Row("@less('a', 'B')", true), Row("@greaterOrEquals('A', 'a')", true),
        Row("@less('Z', 'ä')", true), Row("@greater(2, 1.5)", true),
        Row("@lessOrEquals(9007199254740993, 9007199254740992.0)", false),
        Row("@greater(decimal('0.3'), 0.29)", true), Row("@less(-9223372036854775808, -9.3e18)", false),
        Row("@add(1, 2.0)", 3.0), Row("@sub(-9223372036854775808, -1)", .integer(.min + 1)), Row("@mul(0, 1.5)", 0.0),
        Row("@div(-7, 2)", -3), Row("@div(7, -2.0)", -3.5), Row("@mod(-7, 3)", -1), Row("@mod(7, -3)", 1),
        Row("@mod(5.5, 2)", 1.5),
        Row("@mod(-9223372036854775808, -1)", 0), Row("@min(2, 1.5, 3)", 1.5), Row("@max(createArray(1, 2.5))", 2.5),
        Row("@max(1)", 1),
        Row("@string(add(decimal('0.1'), decimal('0.2')))", "0.3"),
        Row("@string(div(decimal('1'), 3))", "0.3333333333333333333333333333"),
        Row("@string(div(decimal('2'), 3))", "0.6666666666666666666666666667"),
        Row("@string(mul(decimal('1.10'), 2))", "2.20"),
        Row("@string(sub(decimal('1.0'), decimal('1.00')))", "0.00"), Row("@string(div(decimal('1.00'), 2))", "0.50"),
        Row("@string(div(decimal('10'), 4))", "2.5"), Row("@string(mod(decimal('-5.5'), decimal('2')))", "-1.5"),
        Row("@string(mul(decimal('7922816251426433759354395033.5'), 10))", "79228162514264337593543950335"),
        Row("@string(add(decimal('79228162514264337593543950334'), decimal('0.5')))", "79228162514264337593543950334"),
        Row("@add(decimal('1.5'), 1)", 2.5), Row("@rand(5, 6)", 5),
        Row("@rand(-9223372036854775808, -9223372036854775807)", .integer(.min)),
    ])
    func values(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        Failing(
            "@and(true, 1)",
            "'and' expects all of its parameters to be booleans. Found invalid parameter types: 'Integer'."
        ),
        Failing("@not('true')", "'not' expects its parameter to be a boolean. The provided value is of type 'String'."),
        Failing(
            "@if(null, 1, 2)",
            "'if' expects its first parameter to be of type boolean. The provided value is of type 'Null'."
        ),
        Failing(
            "@greater('10', 9)",
            "expects two parameter of matching types. The function was invoked with values of type 'String' and 'Integer' that do not match."
        ),
        Failing("@less(null, 1)", "expects two parameter of matching types"),
        Failing(
            "@greater(true, false)",
            "to be either integer or decimal numbers. Found invalid parameter types: 'Boolean', 'Boolean'."
        ),
        Failing(
            "@add(1, '2')",
            "expects its second parameter to be an integer, a float or a decimal number. The provided value is of type 'String'."
        ),
        Failing("@add(9223372036854775807, 1)", "too large"), Failing("@mul(9223372036854775807, 2)", "too large"),
        Failing("@sub(-9223372036854775808, 1)", "too large"), Failing("@div(-9223372036854775808, -1)", "too large"),
        Failing("@mul(1e308, 10)", "too large"),
        Failing("@mul(decimal('79228162514264337593543950335'), 2)", "too large"),
        Failing("@div(1.5, 0)", "Attempt to divide an integral or decimal value by zero in function 'div'."),
        Failing("@mod(1, 0.0)", "by zero in function 'mod'."),
        Failing("@div(decimal('1'), decimal('0.00'))", "by zero"),
        Failing("@max(createArray(1, '2'))", "Found invalid parameter types: 'String'"),
        Failing("@min(json('[]'))", "is empty"),
        Failing("@rand(2, 2)", "less than"), Failing("@add(1)", "expects two numeric parameters"),
        Failing("@coalesce()", "expects at least one parameter: the value to coalesce."),
    ])
    func failures(_ row: Failing) { row.check() }

    @Test func randomNumbersStayInTheirRange() throws {
        for _ in 0..<200 {
            let value = try #require(try evaluated("@rand(-3, 3)").integerValue)
            #expect(value >= -3 && value < 3)
        }
    }
}

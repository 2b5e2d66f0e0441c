import Expressions
import JSONTree
import Testing

struct CollectionFunctionTests {
    @Test(arguments: [
        Row("@contains(createArray(1, '1'), 1.0)", true), Row("@contains(createArray('a'), 'A')", false),
        Row("@contains(createArray(json('{\"a\":1}')), json('{\"a\":1}'))", true), Row("@contains('abc', '')", true),
        Row("@contains('abc', 'bc')", true), Row("@contains(createArray(null), null)", true),
        Row("@contains(json('{\"a\":null}'), 'a')", true), Row("@contains('a1b', 1)", true),
        Row("@empty(null)", true), Row("@empty('')", true), Row("@empty(json('{}'))", true),
        Row("@empty(createArray(null))", false),
        Row("@first('😀')", "\u{FFFD}"), Row("@last('abc')", "c"), Row("@first(createArray(null))", nil),
        Row("@skip('hello', 2)", "llo"), Row("@skip('hello', 99)", ""), Row("@take('äöü', 2)", "äö"),
        Row("@take(createArray(1), 0)", []),
        Row("@take(createArray(1, 2), 9223372036854775807)", [1, 2]),
        Row("@join(createArray('a', createArray(1, true), 1.0), ', ')", "a, [1,true], 1"),
        Row("@join(createArray('a', 'b'), '')", "ab"),
        Row("@union(createArray(1, 1.0, '1', 1), createArray(null, null))", [1, "1", nil]),
        Row(
            "@union(createArray(json('{\"a\":1,\"b\":2}')), createArray(json('{\"b\":2,\"a\":1}')))",
            [["a": 1, "b": 2]]
        ),
        Row("@intersection(createArray(3, 1, 1, 2), createArray(1, 3), createArray(1, 3, 3))", [3, 1]),
        Row("@intersection(json('{\"a\":1,\"b\":2}'), json('{\"a\":1,\"b\":3}'))", ["a": 1]),
        Row("@reverse(createArray(1, 'b', null))", [nil, "b", 1]),
        Row("@sort(createArray('b', 'B', 'a'))", ["B", "a", "b"]),
        Row("@sort(createArray(10, 9.5, 1))", [1, 9.5, 10]),
        Row("@sort(createArray('b', 2, null, true))", [nil, true, 2, "b"]),
        Row(
            "@sort(json('[{\"k\":2,\"i\":1},{\"k\":1},{\"k\":2,\"i\":0},{}]'), 'K')",
            [[:], ["k": 1], ["k": 2, "i": 1], ["k": 2, "i": 0]]
        ),
        Row("@array(null)", [nil]), Row("@createArray(json('[]'))", [[]]),
        Row("@range(-2147483648, 2)", [-2_147_483_648, -2_147_483_647]),
        Row("@range(5, 0)", []), Row("@coalesce(null, false)", false), Row("@coalesce(1, div(1, 0))", 1),
        Row("@addProperty(json('{}'), '', 1)", ["": 1]),
        Row("@setProperty(json('{\"A\":1,\"b\":2}'), 'a', 3)", ["A": 3, "b": 2]),
        Row("@string(setProperty(json('{\"a\":1,\"b\":2}'), 'a', 3))", "{\"a\":3,\"b\":2}"),
        Row("@removeProperty(json('{\"a\":1}'), 'A')", [:]),
        Row("@mergeObjects(json('{\"a\":1}'), json('{\"a\":2,\"b\":3}'))", ["a": 2, "b": 3]),
    ])
    func values(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        Failing(
            "@contains(null, 'a')",
            "expects its first argument 'collection' to be a dictionary (object), an array or a string. The provided value is of type 'Null'."
        ),
        Failing("@empty(5)", "'empty' expects its parameter to be an object, an array or a string"),
        Failing("@first(null)", "The provided value is of type 'Null'"),
        Failing("@skip(createArray(1), -1)", "'count' must be a positive integer. The provided value is '-1'."),
        Failing("@take(createArray(1), 'a')", "expects its second parameter 'count' to be an integer"),
        Failing("@take(json('{}'), 1)", "expects its first parameter 'collection' to be an array or a string"),
        Failing("@join(createArray(1), 1)", "expects its second parameter to be of type string"),
        Failing(
            "@union(createArray(1), json('{}'), 1)",
            "expects parameters of same type, but found 'Array,Object,Integer' distinct types."
        ),
        Failing("@union(createArray(1))", "The function was invoked with '1' parameter(s)."),
        Failing("@sort(createArray(json('[]')))", "can only compare"),
        Failing("@sort(createArray(1), 'a')", "array of objects"),
        Failing(
            "@createArray()",
            "expects a comma separated list of parameters. The function was invoked with no parameters."
        ),
        Failing("@range(1, -1)", "out of range"), Failing("@range(9223372036854775807, 1)", "out of range"),
        Failing("@range(2147483647, 1)", "out of range"),
        Failing("@addProperty(json('{\"Ab\":1}'), 'aB', 2)", "already exists"),
        Failing(
            "@setProperty(null, 'a', 1)",
            "expects its first parameter to be an object. The provided value is of type 'Null'."
        ),
        Failing("@removeProperty(json('{}'), 1)", "expects its second parameter to be a string"),
    ])
    func failures(_ row: Failing) { row.check() }

    @Test func valuesAreNotChangedInPlace() throws {
        let context: JSON = ["variables": ["o": ["a": 1], "l": [2, 1]]]
        let value = try evaluated(
            "@createArray(setProperty(variables('o'),'a',2), variables('o'), sort(variables('l')), variables('l'))",
            context
        )
        #expect(value == [["a": 2], ["a": 1], [1, 2], [2, 1]])
    }
}

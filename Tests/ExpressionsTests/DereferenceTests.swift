import Expressions
import JSONTree
import Testing

/// Selecting members and elements, with and without `?`.
struct DereferenceTests {
    static let context: JSON = [
        "variables": [
            "o": ["a": ["b": 1, "List": [["name": "x"], ["name": "y"]]], "A": 2, "x/y": 3, "n": nil], "l": [10, 20],
            "n": nil,
            "s": "text", "i": 5, "b": true, "e": [:], "el": [],
        ]
    ]

    @Test(arguments: [
        Row("@variables('o').a.b", 1), Row("@variables('o')['A']", 2), Row("@variables('O')?['A']", 2),
        Row("@variables('o').a.LIST[1].NAME", "y"), Row("@variables('o')['x/y']", 3), Row("@variables('o')['a/b']", 1),
        Row("@variables('o')['a/list/1/name']", "y"), Row("@variables('o')?['a/c/d']", nil),
        Row("@variables('o')?['a/b/d']", nil), Row("@variables('n')?[null]", nil),
        Row("@variables('o')?['q']", nil),
        Row("@variables('o')?['n']?['x']", nil), Row("@variables('o')['n']", nil), Row("@variables('l')[1]", 20),
        Row("@variables('l')?[5]", nil), Row("@variables('l')?[-1]", nil), Row("@variables('n')?['x']", nil),
        Row("@variables('n')?[0]", nil), Row("@variables('o')[concat('a')]['b']", 1), Row("@variables('el')?[0]", nil),
    ])
    func values(_ row: Row) throws {
        #expect(try evaluated(row.expression, Self.context) == row.expected)
    }

    @Test(arguments: [
        Failing(
            "@variables('o')['q']",
            "'variables('o')['q']' cannot be evaluated because property 'q' doesn't exist, available properties are 'a, A, x/y, n'. Please see https://aka.ms/logicexpressions for usage details."
        ),
        Failing("@variables('e').q", "property 'q' doesn't exist, available properties are ''."),
        Failing("@variables('n')['x']", "because property 'x' cannot be selected. Please see"),
        Failing(
            "@variables('o')?['q']['r']",
            "'variables('o')?['q']['r']' cannot be evaluated because property 'r' cannot be selected."
        ),
        Failing("@variables('l')[2]", "array index '2' is outside bounds (0, 1) of array."),
        Failing("@variables('el')[0]", "array index '0' cannot be selected from empty array."),
        Failing("@variables('l')[-1]", "array index '-1' is outside bounds (0, 1) of array."),
        Failing(
            "@variables('l')?['x']",
            "property 'x' cannot be selected. Array elements can only be selected using an integer index."
        ),
        Failing("@variables('s')?['x']", "Property selection is not supported on values of type 'String'."),
        Failing("@variables('i')?['x']", "Property selection is not supported on values of type 'Integer'."),
        Failing("@variables('b').x", "Property selection is not supported on values of type 'Boolean'."),
        Failing("@variables('s')[0]", "Property selection is not supported on values of type 'String'."),
        Failing("@concat(variables('o')['q'], 'x')", "expression 'concat(variables('o')['q'], 'x')' cannot"),
        Failing("@variables('o')[1.5]", "the value of type 'Float' cannot be used"),
        Failing("@variables('l')[1.5]", "property '1.5' cannot be selected. Array elements can only be selected using"),
        Failing("@variables('n')[null]", "property 'null' cannot be selected. Please see"),
        Failing(
            "@variables('o')['a/c']",
            "property 'a/c' doesn't exist, available properties are 'a, A, x/y, n'."
        ),
    ])
    func failures(_ row: Failing) {
        guard let error = failure(row.expression, Self.context) else {
            Issue.record("\(row.expression) did not fail")
            return
        }
        #expect(error.message.contains(row.part), "\(error.message)")
    }
}

import Expressions
import JSONTree
import Testing

struct StringFunctionTests {
    @Test(arguments: [
        Row("@concat(null, true, 1.50, 'x', json('[]'))", "True1.5x[]"),
        Row("@substring('hello', 5)", ""), Row("@substring('hello', 5, 0)", ""), Row("@substring('äöü', 1, 1)", "ö"),
        Row("@substring('a😀b', 3)", "b"), Row("@slice('hello', -100, 2)", "he"), Row("@slice('hello', 1, -1)", "ell"),
        Row("@slice('hello', 9)", ""), Row("@slice('hello', 0, -9223372036854775808)", ""),
        Row("@slice('äöü', -2)", "öü"),
        Row("@replace('aaa', 'aa', 'b')", "ba"), Row("@replace('ääö', 'ä', '')", "ö"),
        Row("@replace('', 'a', 'b')", ""),
        Row("@split('a,,b,', ',')", ["a", "", "b", ""]), Row("@split('', ',')", [""]),
        Row("@split('abc', '')", ["abc"]),
        Row("@split('äXö', 'X')", ["ä", "ö"]), Row("@split('aXbx', 'x')", ["aXb", ""]),
        Row("@toUpper('straße ı ÿ')", "STRAßE ı Ÿ"), Row("@toLower('ÄÖÜ İ Σ')", "äöü İ σ"),
        Row("@trim('\t \u{A0}\u{2003} a b \u{3000}\n')", "a b"), Row("@trim('\u{200B}a')", "\u{200B}a"),
        Row("@indexOf('Hello', '')", 0), Row("@indexOf('', '')", 0), Row("@indexOf('abc', 'abcd')", -1),
        Row("@indexOf('x😀Y', 'y')", 3), Row("@lastIndexOf('aXax', 'AX')", 2), Row("@lastIndexOf('aaa', 'aa')", 1),
        Row("@nthIndexOf('aaaa', 'aa', 2)", 1), Row("@nthIndexOf('abAB', 'ab', -2)", 0),
        Row("@nthIndexOf('ab', 'ab', 0)", -1),
        Row("@nthIndexOf('ab', 'a', -9223372036854775808)", -1), Row("@nthIndexOf('', 'a', 1)", -1),
        Row("@startsWith('Ärger', 'äRG')", true), Row("@startsWith('a', '')", true),
        Row("@startsWith('a', 'ab')", false),
        Row("@endsWith('Hello', 'LO')", true), Row("@endsWith('lo', 'hello')", false), Row("@endsWith('é', 'É')", true),
        Row("@length('')", 0), Row("@length('ä😀')", 3), Row("@length(createArray(null, null))", 2),
        Row("@chunk('abc', 9223372036854775807)", ["abc"]), Row("@chunk('', 2)", []),
        Row("@chunk(createArray(1,2,3), 2)", [[1, 2], [3]]),
        Row("@isInt('9223372036854775807')", true), Row("@isInt('9223372036854775808')", false),
        Row("@isInt(' -5 ')", true),
        Row("@isInt('')", false), Row("@isInt('+')", false), Row("@isInt('１')", false), Row("@isFloat('1e5')", true),
        Row("@isFloat('')", false), Row("@isFloat('1,5')", true), Row("@isFloat('1.5.5')", false),
        Row("@isFloat('1,5', 'de-DE')", true),
        Row("@utf8Length('ä😀')", 6), Row("@utf16Length('ä😀')", 3), Row("@trimByteOrderMark('\u{FEFF}x')", "x"),
        Row("@encodeXmlValue('<a b=\"c\">&</a>')", "&lt;a b=&quot;c&quot;&gt;&amp;&lt;/a&gt;"),
        Row("@decodeXmlValue('&lt;&#228;&gt;')", "<ä>"), Row("@decodeXmlName(encodeXmlName('a b:1'))", "a b:1"),
        Row("@length(guid('x'))", 68),
    ])
    func values(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        Failing(
            "@substring('abc', 4)",
            "'start index' must be non-negative integer and should be less than the length of the string."
        ),
        Failing("@substring('abc', 0, 4)", "their sum must be no larger than the length of the string."),
        Failing("@substring('abc', 1, 9223372036854775807)", "parameters are out of range"),
        Failing(
            "@substring(null, 0)",
            "expects its first parameter to be of type string. The provided value is of type 'Null'."
        ),
        Failing("@replace('a', '', 'b')", "expects its second parameter"),
        Failing("@split(5, ',')", "of type 'Integer'"),
        Failing(
            "@toLower(5)",
            "'toLower' expects its parameter to be a string. The provided value is of type 'Integer'. Please see https://aka.ms/logicexpressions#toLower for usage details."
        ),
        Failing(
            "@length(null)",
            "'length' expects its parameter to be an array or a string. The provided value is of type 'Null'."
        ),
        Failing("@length(json('{}'))", "of type 'Object'"),
        Failing(
            "@chunk(createArray(1), 0)",
            "expects chunk size to be a positive integer. The provided value is less than 1."
        ),
        Failing("@chunk(createArray(1), -5)", "positive integer"),
        Failing("@chunk(5, 1)", "to be an array or a string"),
        Failing("@guid('Q')", "'D', 'N', 'B', 'P' or 'X'"), Failing("@trim(createArray(1))", "of type 'Array'"),
        Failing(
            "@substring('abc', 1.0)",
            "expects its second parameter to be an integer. The provided value is of type 'Float'."
        ),
        Failing("@startsWith('a', null)", "expects its second parameter to be of type string"),
        Failing("@nthIndexOf('a', 'a', 'x')", "expects its third parameter to be an integer"),
    ])
    func failures(_ row: Failing) { row.check() }
}

import Expressions
import JSONTree
import Testing

/// Numbers as text, from text, and in formats, by the rules of .NET.
struct NumberTests {
    @Test(arguments: [
        Row("@string(1.0)", "1"), Row("@string(-0.0)", "-0"), Row("@string(0.1)", "0.1"),
        Row("@string(1e14)", "100000000000000"),
        Row("@string(1e15)", "1E+15"), Row("@string(123456789012345.6)", "123456789012345.6"),
        Row("@string(1234567890123456.0)", "1234567890123456"),
        Row("@string(123456789012345680.0)", "1.2345678901234568E+17"),
        Row("@string(1e21)", "1E+21"), Row("@string(-1.5e-7)", "-1.5E-07"), Row("@string(0.0001)", "0.0001"),
        Row("@string(0.00001)", "1E-05"),
        Row("@string(5e-324)", "5E-324"), Row("@string(1.7976931348623157e308)", "1.7976931348623157E+308"),
        Row("@string(json('12345678901234567890'))", "12345678901234567890"),
        Row("@string(621355968000000000)", "621355968000000000"),
    ])
    func texts(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        Row("@float('1,5')", 15.0), Row("@float(' -1.5 ')", -1.5), Row("@float('1.5-')", -1.5),
        Row("@float('1.5 -')", -1.5),
        Row("@float('+.5')", 0.5), Row("@float('5.')", 5.0), Row("@float('1e3')", 1000.0), Row("@float('1E-3')", 0.001),
        Row("@float('1.234,5', 'de-DE')", 1234.5), Row("@float('1 234,5', 'fr-FR')", 1234.5),
        Row("@float('1\u{A0}234,5', 'FR-fr')", 1234.5),
        Row("@float(5)", 5.0), Row("@float(decimal('1.25'))", 1.25), Row("@int('007')", 7), Row("@int('-5')", -5),
        Row("@int(true)", 1),
        Row("@int(3.0)", 3), Row("@int(' 7 ')", 7), Row("@string(decimal('1.10'))", "1.10"),
        Row("@string(decimal(0.1))", "0.1"),
        Row("@string(decimal('1.23456789012345678901234567895'))", "1.2345678901234567890123456790"),
        Row("@string(decimal('1,234.5'))", "1234.5"),
        Row("@string(decimal('-0.0'))", "0.0"), Row("@string(decimal('1e3'))", "1000"),
        Row("@string(decimal(1e20))", "100000000000000000000"),
        Row("@bool('TRUE')", true), Row("@bool(' false ')", false), Row("@bool(0)", false), Row("@bool(0.5)", true),
        Row("@bool(-0.0)", false),
    ])
    func parsing(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        "@float('')", "@float('.')", "@float('-')", "@float('1-2')", "@float('--1')", "@float('-1-')",
        "@float('1.5.5')", "@float('1e')",
        "@float('(1)')", "@float('$1')", "@float(',1')", "@float('NaN')", "@float('Infinity')", "@float('1e999')",
        "@float(null)", "@float(true)",
        "@float('1.5', 'xx-XX')", "@int('')", "@int('1.0')", "@int('1,000')", "@int('9223372036854775808')",
        "@int(null)", "@int('0x10')",
        "@int(1e300)", "@decimal('x')", "@decimal('79228162514264337593543950336')", "@decimal(1e30)", "@decimal(null)",
        "@decimal(true)",
        "@bool('yes')", "@bool('1')", "@bool(null)", "@bool(createArray(1))",
    ])
    func refused(_ expression: String) { #expect(failure(expression)?.phase == .run) }

    @Test(arguments: [
        Row("@formatNumber(1234.5, 'N2')", "1,234.50"), Row("@formatNumber(-1234.5, 'N0')", "-1,234"),
        Row("@formatNumber(0.125, 'F2')", "0.12"),
        Row("@formatNumber(0.375, 'F2')", "0.38"), Row("@formatNumber(2.5, 'F0')", "2"),
        Row("@formatNumber(1.005, 'F2')", "1.00"),
        Row("@formatNumber(25, 'F2')", "25.00"), Row("@formatNumber(decimal('0.125'), 'F2')", "0.13"),
        Row("@formatNumber(0.1, 'F20')", "0.10000000000000000555"),
        Row("@formatNumber(1e22, 'N0')", "10,000,000,000,000,000,000,000"),
        Row("@formatNumber(1234.5, 'C')", "$1,234.50"),
        Row("@formatNumber(-1, 'C0')", "-$1"), Row("@formatNumber(1234.5, 'C', 'de-DE')", "1.234,50 €"),
        Row("@formatNumber(1234.5, 'C', 'ja-JP')", "￥1,234"),
        Row("@formatNumber(0.12345, 'P')", "12.35%"), Row("@formatNumber(-0.5, 'P0', 'de-DE')", "-50 %"),
        Row("@formatNumber(42, 'D6')", "000042"),
        Row("@formatNumber(-42, 'D6')", "-000042"), Row("@formatNumber(255, 'X')", "FF"),
        Row("@formatNumber(255, 'x4')", "00ff"),
        Row("@formatNumber(-1, 'X')", "FFFFFFFFFFFFFFFF"), Row("@formatNumber(5, 'B8')", "00000101"),
        Row("@formatNumber(1234.5678, 'E')", "1.234568E+003"),
        Row("@formatNumber(0.00012, 'e1')", "1.2e-004"), Row("@formatNumber(0, 'E0')", "0E+000"),
        Row("@formatNumber(123456789, 'G')", "123456789"),
        Row("@formatNumber(123456789, 'G3')", "1.23E+08"), Row("@formatNumber(0.00001234, 'G')", "1.234E-05"),
        Row("@formatNumber(1.0, 'R')", "1"),
        Row("@formatNumber(1234567, 'N0', 'hi-IN')", "12,34,567"),
        Row("@formatNumber(1234.5, 'N1', 'fr-FR')", "1\u{A0}234,5"),
        Row("@formatNumber(7, '')", "7"), Row("@formatNumber(12.5, '#')", "13"), Row("@formatNumber(0, '#')", ""),
        Row("@formatNumber(0.5, '#.0')", ".5"),
        Row("@formatNumber(0.125, '0.00')", "0.13"), Row("@formatNumber(1.005, '0.00')", "1.01"),
        Row("@formatNumber(1234567.891, '#,##0.##')", "1,234,567.89"),
        Row("@formatNumber(5, '#,##0.##')", "5"), Row("@formatNumber(12345, '0,0')", "12,345"),
        Row("@formatNumber(5, '0,0')", "05"),
        Row("@formatNumber(1234567, '0,')", "1235"), Row("@formatNumber(1234567, '0.0,,M')", "1234567.0M"),
        Row("@formatNumber(1234567, '0,,.0')", "1.2"),
        Row("@formatNumber(0.256, '0.0%')", "25.6%"), Row("@formatNumber(0.0256, '0.0‰')", "25.6‰"),
        Row("@formatNumber(1500, '0.0E+0')", "1.5E+3"),
        Row("@formatNumber(1500, '00.00e-000')", "15.00e002"), Row("@formatNumber(0.0015, '0.0E0')", "1.5E-3"),
        Row("@formatNumber(5, '0 \\a\\b')", "5 ab"),
        Row("@formatNumber(5, '''n: ''0')", "n: 5"), Row("@formatNumber(-5, '0;(0)')", "(5)"),
        Row("@formatNumber(0, '0;(0);nil')", "nil"),
        Row("@formatNumber(-0.2, '0;(0);nil')", "nil"), Row("@formatNumber(5, ';neg;')", ""),
        Row("@formatNumber(-5, '0;;zero')", "-5"),
        Row("@formatNumber(8005551212, '(###) ###-####')", "(800) 555-1212"),
        Row("@formatNumber(1, '0000000000000000000000000000000000')", "0000000000000000000000000000000001"),
        Row("@formatNumber(9223372036854775807, '#,#')", "9,223,372,036,854,775,807"),
        Row("@formatNumber(-9223372036854775808, 'N0')", "-9,223,372,036,854,775,808"),
        Row("@formatNumber(123, 'abc')", "abc"), Row("@formatNumber(1.5, '0.0.0')", "1.50"),
        Row("@formatNumber(1234.56, '0.0', 'de-DE')", "1234,6"),
    ])
    func formats(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        Failing("@formatNumber(1.5, 'D2')", "'D2' is not valid"),
        Failing("@formatNumber(1.5, 'X')", "'X' is not valid"), Failing("@formatNumber(5, 'R')", "'R' is not valid"),
        Failing("@formatNumber(5, 'Z')", "'Z' is not valid"), Failing("@formatNumber(5, 'q5')", "'q5' is not valid"),
        Failing("@formatNumber('5', 'N')", "expects its first parameter to be an integer, a float or a decimal number"),
        Failing("@formatNumber(5, 'N', 'tlh')", "'tlh' is not a known locale"),
        Failing("@formatNumber(5, 'F999999999')", "too long"),
        Failing("@formatNumber(5, 'D999999999')", "too long"),
        Failing("@formatNumber(5, 5)", "second parameter to be of type string"),
    ])
    func formatFailures(_ row: Failing) { row.check() }

    @Test func decimalsAgreeWithIntegers() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let a = Int64.random(in: -1_000_000_000...1_000_000_000, using: &generator)
            let b = Int64.random(in: -1_000_000_000...1_000_000_000, using: &generator)
            let text =
                "@createArray(int(add(decimal(\(a)),\(b))),int(sub(decimal(\(a)),\(b))),int(mul(decimal(\(a)),\(b))))"
            #expect(try evaluated(text) == [.integer(a + b), .integer(a - b), .integer(a * b)])
            if b != 0 { #expect(try evaluated("@int(mod(decimal(\(a)),\(b)))") == .integer(a % b)) }
        }
    }

    @Test func doublesRoundTripThroughTheirText() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            let context: JSON = ["variables": ["v": .double(value)]]
            let text = try #require(try evaluated("@string(variables('v'))", context).stringValue)
            #expect(Double(text) == value, "\(text)")
            #expect(try evaluated("@float(string(variables('v')))", context).doubleValue == value)
        }
    }
}

import Expressions
import Foundation
import JSONTree
import Testing

/// Hostile input: everything that can grow has a bound, and reaching it is an error, never a crash or a wait.
struct LimitTests {
    private static func timed(_ work: () throws -> Void) throws -> Duration {
        try ContinuousClock().measure(work)
    }

    @Test func textsThatGrowAreStopped() throws {
        let long = String(repeating: "a", count: 3_900)
        let context: JSON = ["variables": ["s": .string(String(repeating: "a", count: 1_000_000))]]
        let duration = try Self.timed {
            // 4,000 × 4,000 × 4,000 characters.
            let bomb = "@replace(replace('\(long)','a','\(String(repeating: "b", count: 3_000))'),'b',variables('s'))"
            #expect(failure(bomb, context)?.message.contains("too long") == true)
            let many = "@concat(" + Array(repeating: "variables('s')", count: 200).joined(separator: ",") + ")"
            #expect(failure(many, context)?.message.contains("too long") == true)
            let interpolated = String(repeating: "@{variables('s')}", count: 200)
            #expect(failure(interpolated, context)?.message.contains("too long") == true)
            #expect(failure("@join(range(1,100000),variables('s'))", context)?.message.contains("too long") == true)
        }
        #expect(duration < .seconds(20))
    }

    @Test func workIsCounted() throws {
        let context: JSON = ["variables": ["s": .string(String(repeating: "a", count: 2_000_000))]]
        let limits = ExpressionLimits(evaluationSteps: 20_000_000)
        let many =
            "@and(" + Array(repeating: "equals(indexOf(variables('s'),'b'),-1)", count: 150).joined(separator: ",")
            + ")"
        let duration = try Self.timed {
            #expect(failure(many, context, limits: limits)?.message.contains("steps") == true)
        }
        #expect(duration < .seconds(5))
    }

    @Test func patternsThatAlmostMatchCostNoMore() throws {
        let text = String(repeating: "a", count: 2_000_000)
        let context: JSON = [
            "variables": ["s": .string(text), "p": .string(String(repeating: "a", count: 100_000) + "b")]
        ]
        var values: [JSON] = []
        let duration = try Self.timed {
            values = [
                try evaluated("@indexOf(variables('s'), variables('p'))", context),
                try evaluated("@length(split(variables('s'), variables('p')))", context),
                try evaluated("@contains(variables('s'), variables('p'))", context),
            ]
        }
        #expect(values == [-1, 1, false])
        #expect(duration < .seconds(5))
    }

    @Test func arraysThatGrowAreStopped() throws {
        #expect(failure("@range(1,100001)")?.message.contains("100000") == true)
        let doubled = (0..<60).reduce("range(1,1000)") { inner, _ in inner }
        #expect(failure("@length(\(doubled))") == nil)
        // A value that holds itself twice at each level is 2^40 large, though its memory is shared.
        var value: JSON = "x"
        for _ in 0..<40 { value = [value, value] }
        let context: JSON = ["variables": ["v": value]]
        let duration = try Self.timed {
            for expression in [
                "@string(variables('v'))", "@createArray(variables('v'))", "@equals(variables('v'),variables('v'))",
                "@union(variables('v'),variables('v'))", "@contains(variables('v'),1)", "@{variables('v')}",
                "@base64(variables('v'))",
            ] { #expect(failure(expression, context) != nil, "\(expression)") }
            #expect(throws: ExpressionError.self) {
                try Template.compile(["a": "@variables('v')"]).evaluate(in: RecordedContext(context))
            }
        }
        #expect(duration < .seconds(10))
    }

    @Test func textsAreNotCutIntoTooManyPieces() {
        let context: JSON = ["variables": ["s": .string(String(repeating: ",", count: 2_000_000))]]
        let limits = ExpressionLimits(valueCount: 100_000)
        #expect(failure("@split(variables('s'),',')", context, limits: limits)?.message.contains("100000") == true)
        #expect(failure("@chunk(variables('s'),1)", context, limits: limits)?.message.contains("100000") == true)
        #expect(failure("@length(replace(variables('s'),',',';'))", context, limits: limits) == nil)
        #expect(failure("@nthIndexOf(variables('s'),',',-2000000)", context, limits: limits) == nil)
    }

    @Test func manyInterpolationsTakeNoLongerEach() throws {
        let duration = try Self.timed {
            let constants = try evaluated(String(repeating: "@{1}é", count: 100_000))
            #expect(constants.stringValue?.utf8.count == 300_000)
            let variables = try evaluated(
                String(repeating: "@{variables('s')}é", count: 20_000),
                ["variables": ["s": "x"]]
            )
            #expect(variables.stringValue?.utf8.count == 60_000)
        }
        #expect(duration < .seconds(8))
    }

    @Test func wideFormatsAreWritten() throws {
        let wide = String(repeating: "y", count: 4_000)
        #expect(try evaluated("@length(formatDateTime('2020-01-01','\(wide)'))") == 4_000)
        #expect(try evaluated("@formatDateTime('2020-01-01','yyyyyyyyyyyyyyyyyyyyyyyy')") == "000000000000000000002020")
    }

    @Test func depthIsBounded() {
        var value: JSON = "x"
        for _ in 0..<600 { value = [value] }
        let context: JSON = ["variables": ["v": value]]
        #expect(failure("@string(variables('v'))", context)?.message.contains("nests deeper") == true)
        #expect(failure("@createArray(variables('v'))", context)?.message.contains("nests deeper") == true)
        #expect(throws: ExpressionError.self) { try Template.compile(value) }
        #expect(failure("@json('\(String(repeating: "[", count: 4_000))')")?.phase == .run)
        #expect(failure("@xml('\(String(repeating: "<a>", count: 2_000))')")?.phase == .run)
    }

    @Test func hostileNumbersAreHarmless() {
        for number in [
            "9223372036854775807", "-9223372036854775808", "1e308", "-1e308", "5e-324", "0", "-1", "2147483648",
        ] {
            for call in [
                "substring('abc',N)", "substring('abc',1,N)", "substring('abc',N,N)", "slice('abc',N,N)",
                "chunk('abc',N)", "chunk(createArray(1),N)",
                "skip('abc',N)", "take(createArray(1),N)", "range(N,N)", "range(1,N)", "range(N,1)",
                "nthIndexOf('abc','b',N)", "add(N,N)", "sub(0,N)",
                "mul(N,N)", "div(N,-1)", "mod(N,-1)", "rand(N,N)", "rand(-9223372036854775808,9223372036854775807)",
                "addDays('2024-01-01',N)",
                "addToTime('2024-01-01',N,'Year')", "subtractFromTime('2024-01-01',N,'Month')",
                "getPastTime(N,'Second')", "formatNumber(N,'N30')",
                "formatNumber(N,'E99')", "formatNumber(N,'0.0E+0000000000000')", "formatNumber(N,'G99')",
                "formatNumber(N,'P')", "formatNumber(N,'X')", "int(N)", "decimal(N)",
                "div(decimal(1),N)", "mul(decimal('79228162514264337593543950335'),N)", "string(N)", "bool(N)",
                "createArray(1)?[N]", "createArray(1)[N]",
            ] {
                _ = failure("@" + call.replacingOccurrences(of: "N", with: number))
            }
        }
    }

    @Test func deepestExpressionsFitASmallStack() async {
        let nested =
            "@" + String(repeating: "coalesce(null,concat(", count: 99) + "'x'" + String(repeating: "))", count: 99)
        let ands =
            "@" + String(repeating: "if(true,and(true,", count: 66) + "true" + String(repeating: "),false)", count: 66)
        let indexes = "@" + String(repeating: "variables('l')[", count: 190) + "0" + String(repeating: "]", count: 190)
        let context: JSON = ["variables": ["l": [0]]]
        // Half a megabyte, as threads of a pool have.
        let values: [JSON?] = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(returning: [nested, ands, indexes].map { try? evaluated($0, context) })
            }
            thread.stackSize = 512 * 1_024
            thread.start()
        }
        #expect(values == ["x", true, 0])
    }

    @Test func messagesStayShort() {
        var object = JSONObject()
        for index in 0..<100_000 { object["property\(index)"] = .integer(Int64(index)) }
        let error = failure("@variables('o')['q']", ["variables": ["o": .object(object)]])
        #expect((error?.message.utf8.count ?? .max) < 8_192)
        let text = JSON.string("{" + String(repeating: "x", count: 1_000_000))
        #expect((failure("@json(variables('t'))", ["variables": ["t": text]])?.message.utf8.count ?? .max) < 8_192)
    }
}

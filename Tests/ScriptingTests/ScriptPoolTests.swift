import JSONTree
import Scripting
import Testing

extension ScriptingTests {
    @Suite(.enabled(if: Confining.isUsable, Confining.skipReason), .timeLimit(.minutes(2)))
    struct ScriptPoolTests {
        /// One pool for the tests that leave its workers alive.
        private static let pool = ScriptPool()

        private func run(_ code: String, _ context: JSON = [:], _ limits: ScriptLimits = .default) async throws -> JSON
        {
            try await ScriptPoolTests.pool.run(code: code, context: context, limits: limits)
        }

        private func failure(
            _ code: String,
            _ context: JSON = [:],
            _ limits: ScriptLimits = .default
        ) async throws -> ScriptError {
            do {
                let value = try await run(code, context, limits)
                Issue.record("the script returned \(value.text)")
                throw CancellationError()
            } catch let error as ScriptError {
                return error
            }
        }

        @Test(arguments: [
            ("return null", "null"),
            ("", "null"),
            ("return undefined", "null"),
            ("return () => 1", "null"),
            ("return true", "true"),
            ("return 42", "42"),
            ("return 0.5", "0.5"),
            ("return NaN", "null"),
            ("return 'grüße 日本 😀 \\u0000'", "\"grüße 日本 😀 \\u0000\""),
            ("return [1, 'a', null, [true]]", "[1,\"a\",null,[true]]"),
            ("return { b: 1, a: { c: [] } }", "{\"b\":1,\"a\":{\"c\":[]}}"),
            ("return new Date(0)", "\"1970-01-01T00:00:00.000Z\""),
            ("return workflowContext.actions.A.outputs.body.n + 1", "3"),
        ])
        func valuesOfAllKindsComeBack(code: String, expected: String) async throws {
            let context: JSON = ["actions": ["A": ["outputs": ["body": ["n": 2]]]]]
            let value = try await run(code, context)
            #expect(value.text == expected)
        }

        @Test(arguments: [
            ("class A { #x = 1; static y = 2; get x() { return this.#x } } return [new A().x, A.y]", "[1,2]"),
            ("return workflowContext?.trigger?.outputs?.body ?? 'none'", "\"none\""),
            (
                "const { a, ...rest } = { a: 1, b: 2, c: 3 }; return { ...rest, d: [...'xy'] }",
                "{\"b\":2,\"c\":3,\"d\":[\"x\",\"y\"]}"
            ),
            ("return (2n ** 70n).toString()", "\"1180591620717411303424\""),
            ("return new Intl.NumberFormat('de-DE').format(1234567.5)", "\"1.234.567,5\""),
            ("return [...'2026-03-02'.matchAll(/(?<n>\\d+)/g)].map(m => m.groups.n)", "[\"2026\",\"03\",\"02\"]"),
            ("return [3, 1, 2].toSorted().at(-1)", "3"),
            ("function* g() { yield 1; yield* [2, 3] } return Array.from(g())", "[1,2,3]"),
            ("return `a${1 + 1}`.padStart(4, '_')", "\"__a2\""),
            ("return Object.fromEntries(new Map([['k', 1]]))", "{\"k\":1}"),
            (
                "console.log('x'); console.table([]); return typeof require + typeof fetch + typeof setTimeout",
                "\"undefinedundefinedundefined\""
            ),
            ("return new Date(2026, 0, 1).getTimezoneOffset()", "0"),
        ])
        func theLanguageIsModern(code: String, expected: String) async throws {
            let value = try await run(code)
            #expect(value.text == expected)
        }

        @Test(arguments: [
            ("return 1 +", "SyntaxError", "", 1),
            ("const a = 1;\n\nnothing.here;", "ReferenceError", "Can't find variable: nothing", 3),
            ("let x = null;\nreturn x.y", "TypeError", "null is not an object", 2),
            ("throw new RangeError('too far')", "RangeError", "too far", 1),
            ("throw 'just text'", "Error", "just text", nil),
            ("class E extends Error { name = 'MyError' }\nthrow new E('mine')", "MyError", "mine", nil),
            ("return 1n", "TypeError", "BigInt", nil),
            ("const a = {}; a.a = a; return a", "TypeError", "", nil),
            ("return require('fs')", "ReferenceError", "require", 1),
            ("return Promise.resolve(1)", "TypeError", "promise", nil),
            ("return (function f() { return f() + 1 })()", "RangeError", "", nil),
            ("} return 1; {", "SyntaxError", "", nil),
        ])
        func exceptionsAreNamedWithTheirLine(code: String, name: String, message: String, line: Int?) async throws {
            let error = try await failure(code)
            #expect(error.code == .exception)
            #expect(error.name == name)
            #expect(error.message.contains(message) || message.isEmpty, "\(error.message)")
            if let line { #expect(error.line == line) }
        }

        @Test func scriptsLeaveNothingBehind() async throws {
            for _ in 0..<6 {
                let value = try await run(
                    "const seen = globalThis.left; globalThis.left = 1; Array.prototype.at = null; return seen ?? 'clean'"
                )
                #expect(value == "clean")
            }
        }

        @Test(arguments: [
            "while (true) {}", "for (;;) { try { while (true) {} } catch { } }",
            "return JSON.stringify({ toJSON() { for (;;); } })",
            "return { toJSON() { for (;;); } }",
            "return /^(a+)+$/.test('a'.repeat(40) + 'b') ? 1 : (() => { for (;;); })()",
            "return { get x() { for (;;); } }",
        ])
        func endlessScriptsEnd(code: String) async throws {
            let start = ContinuousClock.now
            let error = try await failure(code, [:], ScriptLimits(time: .milliseconds(300)))
            #expect(error.code == .timedOut, "\(error)")
            #expect(error.message.contains("300 ms"))
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(try await run("return 1") == 1)
        }

        @Test(arguments: [
            "const a = []; for (;;) a.push(new Array(1000).fill(Math.random()))",
            "let s = 'x'.repeat(1000); const a = []; for (;;) a.push((s + a.length).repeat(100).split('').join('-'))",
            "const a = []; for (;;) a.push(new Uint8Array(1 << 20).fill(1))",
        ])
        func memoryIsBounded(code: String) async throws {
            let pool = ScriptPool(configuration: .init(workers: 1))
            let limits = ScriptLimits(time: .seconds(20), memoryBytes: 67_108_864)
            await #expect {
                try await pool.run(code: code, context: [:], limits: limits)
            } throws: { error in
                let error = error as? ScriptError
                return error?.code == .outOfMemory && error?.message.contains("64 MB") == true
            }
            #expect(try await pool.run(code: "return 'replaced'", context: [:]) == "replaced")
        }

        @Test func sizesAreBounded() async throws {
            let limits = ScriptLimits(codeCharacters: 100, valueBytes: 1_000)
            #expect(try await failure(String(repeating: " ", count: 101), [:], limits).code == .tooLarge)
            let result = try await failure("return 'x'.repeat(2000)", [:], limits)
            #expect(result.code == .tooLarge)
            #expect(result.message.contains("2002 bytes"))
            #expect(try await failure("", .string(String(repeating: "x", count: 1_000)), limits).code == .tooLarge)
            #expect(try await run("return 'x'.repeat(998)", [:], limits).stringValue?.count == 998)
        }

        @Test func largeValuesGoThrough() async throws {
            let text = String(repeating: "0123456789", count: 300_000)
            let value = try await run(
                "return [workflowContext.text.length, workflowContext.text]",
                ["text": .string(text)]
            )
            #expect(value[0] == 3_000_000)
            #expect(value[1]?.stringValue == text)
        }

        @Test func manyRunAtOnce() async throws {
            try await withThrowingTaskGroup(of: Int64?.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        try await ScriptPoolTests.pool.run(
                            code: "return workflowContext.n * 2",
                            context: ["n": .integer(Int64(number))]
                        )
                        .integerValue
                    }
                }
                var sum: Int64 = 0
                for try await value in group { sum += value ?? -1_000_000 }
                #expect(sum == 60 * 59)
            }
        }
    }
}

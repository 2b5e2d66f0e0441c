import Expressions
import Foundation
import JSONTree
import Testing

/// A seeded fuzzer: random bytes, random sentences of the grammar, and mutations of both and of the corpus.
///
/// Nothing may crash or hang; whatever compiles is evaluated, and errors must be of the language. `FuzzCorpus` keeps inputs that
/// once mattered, one a file; they are replayed first and mutated afterwards. To look longer, set `TOCSIN_FUZZ_ROUNDS`
/// (20,000 a few seconds) and `TOCSIN_FUZZ_SEED`; a failure prints the seed and the input.
struct Fuzz {
    static let seed = ProcessInfo.processInfo.environment["TOCSIN_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_261_122
    static let rounds = ProcessInfo.processInfo.environment["TOCSIN_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 6_000

    static let corpus: [String] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("FuzzCorpus")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        return names.compactMap { try? String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
    }()

    static let context = RecordedContext([
        "now": "2026-01-15T10:30:00Z", "parameters": ["p": 1], "item": ["a": [1, 2, 3]],
        "variables": [
            "n": nil, "t": true, "i": 42, "f": 1.5, "big": .digits("12345678901234567890123"),
            "s": "Some Text, with 'quotes' and ä😀",
            "l": [3, 1, 2], "o": ["a": ["b": nil], "B": [1], "x/y": 2], "x": "<r><a k=\"v\">1</a><a/></r>",
            "d": "2024-02-29T23:59:59.9999999Z",
            "c": ["$content-type": "text/plain", "$content": "aGk="],
            "bad": ["$content-type": "text/plain", "$content": "%%%"],
        ],
        "trigger": [
            "outputs": ["headers": ["Content-Type": "multipart/mixed"], "body": ["$multipart": [["body": 1]]]]
        ],
        "actions": ["A": ["outputs": ["body": ["v": [1, 2]]]]],
    ])
    static let limits = ExpressionLimits(evaluationSteps: 2_000_000, producedCharacters: 1_000_000, valueCount: 100_000)

    /// Compiles and evaluates; the value or the error is of no interest, only that there is one.
    private static func run(_ text: String, as json: JSON? = nil) {
        do throws(ExpressionError) {
            let template = try Template.compile(json ?? .string(text), limits: limits)
            _ = try template.evaluate(in: context, item: ["a": 1])
        } catch {
            if error.message.isEmpty || error.code != "InvalidTemplate" { Issue.record("seed \(seed): \(text)") }
        }
    }

    @Test func theCorpusIsReplayed() {
        #expect(Self.corpus.count >= 20)
        for text in Self.corpus { Self.run(text) }
    }

    @Test(.timeLimit(.minutes(2))) func randomBytes() {
        var generator = SeededGenerator(seed: Self.seed)
        let alphabet = Array("@@{{}}''()[]??..,,+-0123456789eE \t\n\"abctrueflsn_\\/$äß\u{A0}😀".unicodeScalars)
        for _ in 0..<Self.rounds {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...60, using: &generator) {
                if UInt8.random(in: 0...19, using: &generator) == 0 {
                    text.append(Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &generator)) ?? "?")
                } else if let scalar = alphabet.randomElement(using: &generator) {
                    text.append(scalar)
                }
            }
            Self.run(String(text))
        }
    }

    @Test(.timeLimit(.minutes(2))) func randomSentences() {
        var generator = SeededGenerator(seed: Self.seed &+ 1)
        for round in 0..<Self.rounds {
            let sentence = Self.expression(depth: 0, &generator)
            Self.run(round % 3 == 0 ? "x @{\(sentence)} y@{1}" : "@" + sentence)
        }
    }

    @Test(.timeLimit(.minutes(2))) func mutations() {
        var generator = SeededGenerator(seed: Self.seed &+ 2)
        var pool = Self.corpus
        for _ in 0..<100 { pool.append("@" + Self.expression(depth: 0, &generator)) }
        for _ in 0..<Self.rounds {
            var bytes = Array((pool.randomElement(using: &generator) ?? "").utf8)
            let other = Array((pool.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&bytes, with: other, &generator) }
            Self.run(String(decoding: bytes.prefix(10_000), as: UTF8.self))
        }
    }

    @Test func wholeValuesWithHostileNames() {
        var generator = SeededGenerator(seed: Self.seed &+ 3)
        for _ in 0..<500 {
            var object = JSONObject()
            for _ in 0..<4 {
                let name = "@{" + Self.expression(depth: 2, &generator) + "}"
                object[name] = [
                    .string("@" + Self.expression(depth: 2, &generator)), .object(["@@x~/": .string("@@" + name)]),
                ]
            }
            Self.run("(object)", as: .object(object))
        }
    }

    // MARK: - Making input

    private static let literals = [
        "null", "true", "false", "0", "1", "-1", "2", "1.5", "-0.0", "1e300", "9223372036854775807",
        "-9223372036854775808", "''", "'a'", "'ä😀'", "'1,5'",
        "'{\"a\":1}'", "'<a>1</a>'", "'//a'", "'yyyy-MM-dd'", "'N2'", "'#,##0.00;(0)'", "'de-DE'", "'UTC'", "'Day'",
        "'2024-01-31'", "'aGk='", "'data:,x'",
        "'https://u@h:1/p?q#f'", "item()", "variables('n')", "variables('t')", "variables('i')", "variables('f')",
        "variables('big')", "variables('s')", "variables('l')",
        "variables('o')", "variables('x')", "variables('d')", "variables('c')", "variables('bad')", "triggerBody()",
        "body('A')", "parameters('p')",
    ]
    private static let keys = [
        "?['a']", "['a']", ".a", "?.b", "[0]", "?[1]", "?[-1]", "['a/b']", "?['x/y']", "[add(0,1)]", "?[null]",
    ]

    private static func expression(depth: Int, _ generator: inout SeededGenerator) -> String {
        if depth > 4 || Int.random(in: 0...2, using: &generator) == 0 {
            let literal = literals.randomElement(using: &generator) ?? "1"
            guard literal.hasSuffix(")"), Bool.random(using: &generator) else { return literal }
            return literal + (keys.randomElement(using: &generator) ?? "")
        }
        guard let function = FunctionLibrary.all.randomElement(using: &generator) else { return "1" }
        let most = min(function.arity.upperBound, function.arity.lowerBound + 3)
        var count = Int.random(in: function.arity.lowerBound...most, using: &generator)
        if Int.random(in: 0...30, using: &generator) == 0 { count += 1 }
        let arguments = (0..<count).map { _ in expression(depth: depth + 1, &generator) }
        var text = function.name + "(" + arguments.joined(separator: ",") + ")"
        while Int.random(in: 0...3, using: &generator) == 0 { text += keys.randomElement(using: &generator) ?? "" }
        return text
    }

    private static func mutate(_ bytes: inout [UInt8], with other: [UInt8], _ generator: inout SeededGenerator) {
        func place(_ count: Int) -> Int { Int.random(in: 0...count, using: &generator) }
        switch Int.random(in: 0...5, using: &generator) {
        case 0 where !bytes.isEmpty: bytes[place(bytes.count - 1)] = UInt8.random(in: 0...255, using: &generator)
        case 1 where !bytes.isEmpty: bytes.remove(at: place(bytes.count - 1))
        case 2: bytes.insert("@{}'()[]?.,\"1e-".utf8.randomElement(using: &generator) ?? 0, at: place(bytes.count))
        case 3:
            let start = place(bytes.count)
            bytes.removeSubrange(start..<min(bytes.count, start + place(8)))
        case 4:
            let start = place(other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + 40)], at: place(bytes.count))
        default:
            let start = place(bytes.count)
            let copy = bytes[start..<min(bytes.count, start + 20)]
            bytes.insert(contentsOf: copy, at: place(bytes.count))
        }
    }
}

import JSONTree
import Playbooks
import Testing

/// Definitions and files with something in them replaced at random: they may be refused, but never crash the compiler.
struct MutationTests {
    /// A generator that gives the same numbers for the same seed.
    struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let mixed = (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
            return mixed ^ (mixed >> 33)
        }
    }

    static let replacements: [JSON] = [
        nil, true, 0, -1, 1.5, "", "@", "@x(", "@{", "@body('A')", "@items('L')", "[parameters('x')]", "[[", [], [nil],
        [:], ["actions": [:]],
        ["type": "Foreach"], ["A": ["Succeeded"]], .string(String(repeating: "@", count: 9_000)), .integer(.max),
        .digits("1e999"),
    ]

    /// The value with one of its values replaced, a name doubled or something taken away.
    static func mutated(_ json: JSON, _ generator: inout Seeded) -> JSON {
        let choice = Int.random(in: 0..<10, using: &generator)
        switch json {
        case .object(var object) where !object.isEmpty && choice > 0:
            let name = object.names[Int.random(in: 0..<object.count, using: &generator)]
            switch choice {
            case 1: object[name] = nil
            case 2: object[name.uppercased()] = object[name]
            default: object[name] = mutated(object[name] ?? nil, &generator)
            }
            return .object(object)
        case .array(var array) where !array.isEmpty && choice > 0:
            let index = Int.random(in: 0..<array.count, using: &generator)
            array[index] = mutated(array[index], &generator)
            return .array(array)
        default: return replacements[Int.random(in: 0..<replacements.count, using: &generator)]
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: 1...8)
    func definitions(_ seed: UInt64) throws {
        var generator = Seeded(state: seed)
        var refused = 0
        for example in ConformanceTests.cases {
            var definition = try #require(example.json["definition"])
            for _ in 0..<2 {
                definition = Self.mutated(definition, &generator)
            }
            let compilation = Definition.compile(definition)
            #expect((compilation.definition == nil) == (compilation.error != nil))
            refused += compilation.definition == nil ? 1 : 0
            if let plan = compilation.definition {
                #expect(plan.actions.indices.allSatisfy { plan.actions[$0].id.index == $0 })
            }
        }
        #expect(refused > 50)
    }

    @Test(.timeLimit(.minutes(2)), arguments: 1...8)
    func files(_ seed: UInt64) throws {
        var generator = Seeded(state: seed)
        let template = try JSON.parse(FileFormTests.template)
        for _ in 0..<200 {
            let bytes = Self.mutated(Self.mutated(template, &generator), &generator).bytes()
            let report = Validator().check(bytes: bytes, name: "f")
            #expect(report.isValid != report.diagnostics.contains { $0.isError })
            var broken = bytes
            broken[Int.random(in: 0..<broken.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            _ = Validator().check(bytes: broken, name: "f")
        }
    }
}

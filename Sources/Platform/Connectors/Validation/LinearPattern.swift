/// A regular expression that is matched in time proportional to the text, whatever the pattern.
///
/// It knows what definitions use: literals, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `* + ?`, `{m,n}`,
/// `^` and `$`. Patterns with look-around, back references or intersections of classes are not checked: the
/// initialiser gives nil.
struct LinearPattern: Sendable {
    /// The greatest number of states: 5,000.
    static let stateLimit = 5_000

    enum State: Sendable {
        case match(CharacterSetRule, next: Int)
        case split(Int, Int)
        case start(next: Int)
        case end(next: Int)
        case accept
    }

    /// The pattern as it was written.
    let source: String
    private let states: [State]
    private let first: Int

    init?(_ source: String) {
        // Java's intersections of classes.
        guard !source.contains("&&[") else { return nil }
        var parser = LinearPatternParser(source)
        guard let tree = parser.parse() else { return nil }
        var builder = LinearPatternBuilder()
        guard let first = builder.build(tree) else { return nil }
        self.source = source
        states = builder.states
        self.first = first
    }

    /// Whether the pattern is found anywhere in the text.
    func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current = Threads(count: states.count)
        for index in 0...scalars.count {
            if add(first, index, scalars.count, &current) { return true }
            guard index < scalars.count else { return false }
            var next = Threads(count: states.count)
            for number in current.list {
                guard case .match(let rule, let target) = states[number], rule.contains(scalars[index]) else {
                    continue
                }
                if add(target, index + 1, scalars.count, &next) { return true }
            }
            current = next
        }
        return false
    }

    private struct Threads {
        var list: [Int] = []
        var seen: [Bool]

        init(count: Int) { seen = [Bool](repeating: false, count: count) }
    }

    /// Adds a state and what it leads to without a character; true when the pattern is fulfilled.
    private func add(_ number: Int, _ index: Int, _ count: Int, _ threads: inout Threads) -> Bool {
        var open = [number]
        while let number = open.popLast() {
            guard !threads.seen[number] else { continue }
            threads.seen[number] = true
            switch states[number] {
            case .accept: return true
            case .match: threads.list.append(number)
            case .split(let left, let right): open += [right, left]
            case .start(let next): if index == 0 { open.append(next) }
            case .end(let next): if index == count { open.append(next) }
            }
        }
        return false
    }
}

/// Which characters one place of a pattern takes.
struct CharacterSetRule: Sendable, Hashable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    static let any = CharacterSetRule(ranges: [10...10, 13...13], isNegated: true)

    static func one(_ scalar: Unicode.Scalar) -> CharacterSetRule {
        CharacterSetRule(ranges: [scalar.value...scalar.value])
    }

    /// The class of a letter behind a backslash; nil when it is none.
    static func escaped(_ letter: Unicode.Scalar) -> CharacterSetRule? {
        switch letter {
        case "d", "D": CharacterSetRule(ranges: [0x30...0x39], isNegated: letter == "D")
        case "w", "W":
            CharacterSetRule(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A], isNegated: letter == "W")
        case "s", "S":
            CharacterSetRule(ranges: [9...13, 0x20...0x20, 0xA0...0xA0, 0x2028...0x2029], isNegated: letter == "S")
        default: nil
        }
    }
}

/// The parts of a pattern.
indirect enum LinearPatternTree {
    case empty
    case set(CharacterSetRule)
    case start
    case end
    case sequence([LinearPatternTree])
    case choice([LinearPatternTree])
    case repeated(LinearPatternTree, least: Int, most: Int?)
}

/// Reads a pattern; gives nil for what it does not know.
struct LinearPatternParser {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var depth = 0

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    mutating func parse() -> LinearPatternTree? {
        guard let tree = choice(), at == scalars.count else { return nil }
        return tree
    }

    private var current: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    private mutating func choice() -> LinearPatternTree? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { return nil }
        var branches: [LinearPatternTree] = []
        repeat {
            if !branches.isEmpty { at += 1 }
            guard let branch = sequence() else { return nil }
            branches.append(branch)
        } while current == "|"
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() -> LinearPatternTree? {
        var parts: [LinearPatternTree] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            guard let atom = atom(), let part = repetition(atom) else { return nil }
            parts.append(part)
        }
        return .sequence(parts)
    }

    private mutating func atom() -> LinearPatternTree? {
        guard let scalar = current else { return nil }
        at += 1
        switch scalar {
        case "^": return .start
        case "$": return .end
        case ".": return .set(.any)
        case "(":
            if current == "?" {
                guard at + 1 < scalars.count, scalars[at + 1] == ":" else { return nil }
                at += 2
            }
            guard let inner = choice(), current == ")" else { return nil }
            at += 1
            return inner
        case "[": return characterClass().map { .set($0) }
        case "\\": return escape().map { .set($0) }
        case "*", "+", "?": return nil
        default: return .set(.one(scalar))
        }
    }

    private mutating func escape() -> CharacterSetRule? {
        guard let letter = current else { return nil }
        at += 1
        if let rule = CharacterSetRule.escaped(letter) { return rule }
        switch letter {
        case "n": return .one("\n")
        case "r": return .one("\r")
        case "t": return .one("\t")
        case "f": return .one("\u{0C}")
        case "v": return .one("\u{0B}")
        case "x": return hexadecimal(2)
        case "u": return hexadecimal(4)
        default:
            // Digits are back references, other letters mean what is not known here.
            let isPlain = !letter.properties.isAlphabetic && !("0"..."9").contains(letter)
            return isPlain ? .one(letter) : nil
        }
    }

    private mutating func hexadecimal(_ count: Int) -> CharacterSetRule? {
        guard at + count <= scalars.count else { return nil }
        var text = ""
        for scalar in scalars[at..<(at + count)] { text.unicodeScalars.append(scalar) }
        at += count
        return UInt32(text, radix: 16).flatMap(Unicode.Scalar.init).map { .one($0) }
    }

    private mutating func characterClass() -> CharacterSetRule? {
        var rule = CharacterSetRule()
        if current == "^" {
            rule.isNegated = true
            at += 1
        }
        while let scalar = current, scalar != "]" {
            at += 1
            var low: CharacterSetRule = .one(scalar)
            if scalar == "\\" {
                if current == "b" {
                    at += 1
                    low = .one("\u{08}")
                } else {
                    guard let escaped = escape() else { return nil }
                    low = escaped
                }
            }
            guard !low.isNegated else { return nil }
            let isRange = current == "-" && at + 1 < scalars.count && scalars[at + 1] != "]"
            guard isRange, low.ranges.count == 1, low.ranges[0].count == 1 else {
                rule.ranges += low.ranges
                continue
            }
            at += 1
            guard let end = current else { return nil }
            at += 1
            var high = end.value
            if end == "\\" {
                guard let escaped = escape(), escaped.ranges.count == 1 else { return nil }
                high = escaped.ranges[0].lowerBound
            }
            guard low.ranges[0].lowerBound <= high else { return nil }
            rule.ranges.append(low.ranges[0].lowerBound...high)
        }
        guard current == "]" else { return nil }
        at += 1
        return rule
    }

    private mutating func repetition(_ atom: LinearPatternTree) -> LinearPatternTree? {
        var result = atom
        while let scalar = current {
            switch scalar {
            case "*": result = .repeated(result, least: 0, most: nil)
            case "+": result = .repeated(result, least: 1, most: nil)
            case "?": result = .repeated(result, least: 0, most: 1)
            case "{":
                guard let (least, most, end) = bounds() else { return result }
                guard least <= 1_000, most ?? 0 <= 1_000 else { return nil }
                result = .repeated(result, least: least, most: most)
                at = end - 1
            default: return result
            }
            at += 1
            // Lazy or greedy, the same texts match.
            if current == "?" { at += 1 }
        }
        return result
    }

    /// The bounds in braces; nil when they are none and the brace is a character.
    private func bounds() -> (least: Int, most: Int?, end: Int)? {
        guard let close = scalars[at...].firstIndex(of: "}") else { return nil }
        var text = ""
        for scalar in scalars[(at + 1)..<close] { text.unicodeScalars.append(scalar) }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let least = Int(parts[0]), parts.count <= 2 else { return nil }
        if parts.count == 1 { return (least, least, close + 1) }
        if parts[1].isEmpty { return (least, nil, close + 1) }
        guard let most = Int(parts[1]), most >= least else { return nil }
        return (least, most, close + 1)
    }
}

/// Turns a pattern's parts into states.
struct LinearPatternBuilder {
    private(set) var states: [LinearPattern.State] = []
    private var isTooLarge = false

    mutating func build(_ tree: LinearPatternTree) -> Int? {
        let accept = add(.accept)
        let first = add(tree, before: accept)
        return isTooLarge ? nil : first
    }

    private mutating func add(_ state: LinearPattern.State) -> Int {
        guard states.count < LinearPattern.stateLimit else {
            isTooLarge = true
            return 0
        }
        states.append(state)
        return states.count - 1
    }

    private mutating func add(_ tree: LinearPatternTree, before next: Int) -> Int {
        guard !isTooLarge else { return next }
        switch tree {
        case .empty: return next
        case .set(let rule): return add(.match(rule, next: next))
        case .start: return add(.start(next: next))
        case .end: return add(.end(next: next))
        case .sequence(let parts): return parts.reversed().reduce(next) { add($1, before: $0) }
        case .choice(let branches):
            var first = add(branches[branches.count - 1], before: next)
            for branch in branches.dropLast().reversed() { first = add(.split(add(branch, before: next), first)) }
            return first
        case .repeated(let part, let least, let most):
            var first = next
            if let most {
                for _ in 0..<max(0, most - least) { first = add(.split(add(part, before: first), next)) }
            } else {
                let loop = add(.split(next, next))
                let body = add(part, before: loop)
                if !isTooLarge { states[loop] = .split(body, next) }
                first = loop
            }
            for _ in 0..<least { first = add(part, before: first) }
            return first
        }
    }
}

import JSONTree
import XMLTree

/// Equality and order of values (sections 4.2 and 4.3).
enum Ordering {
    /// Deep equality: numbers by value, strings by their characters, no conversion between types.
    static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.json(let a), .json(let b)): equal(a, b)
        case (.decimal, _), (_, .decimal):
            Number(left).flatMap { a in Number(right).map { a.compare($0) == 0 } } ?? false
        case (.xml(let a), .xml(let b)): a.outerXML == b.outerXML
        default: equal(left.json, right.json)
        }
    }

    static func equal(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.string(let a), .string(let b)): return same(a, b)
        case (.integer(let a), .integer(let b)): return a == b
        case (.array(let a), .array(let b)):
            guard a.count == b.count else { return false }
            for index in a.indices where !equal(a[index], b[index]) { return false }
            return true
        case (.object(let a), .object(let b)):
            guard a.count == b.count else { return false }
            for (name, value) in a {
                guard let other = b[name], equal(value, other) else { return false }
            }
            return true
        default:
            guard let a = Number(.json(left)), let b = Number(.json(right)) else { return false }
            return a.compare(b) == 0
        }
    }

    /// Equality of the characters themselves, without Unicode equivalence.
    static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }

    /// The order of two strings by UTF-16 units: below zero when the first comes first.
    static func compareOrdinal(_ left: String, _ right: String) -> Int {
        var a = left.utf16.makeIterator()
        var b = right.utf16.makeIterator()
        while true {
            switch (a.next(), b.next()) {
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let x?, let y?): if x != y { return x < y ? -1 : 1 }
            }
        }
    }

    /// The order of two strings without regard to case.
    static func compareIgnoringCase(_ left: String, _ right: String) -> Int {
        if TextUnits.isASCII(left), TextUnits.isASCII(right) {
            var a = left.utf8.makeIterator()
            var b = right.utf8.makeIterator()
            while true {
                switch (a.next(), b.next()) {
                case (nil, nil): return 0
                case (nil, _): return -1
                case (_, nil): return 1
                case (let x?, let y?):
                    let upperX = CaseMapping.upperASCII(x)
                    let upperY = CaseMapping.upperASCII(y)
                    if upperX != upperY { return upperX < upperY ? -1 : 1 }
                }
            }
        }
        return compareOrdinal(CaseMapping.upper(left), CaseMapping.upper(right))
    }

    /// A value as a key of sets, equal where the language says so.
    struct Key: Hashable {
        let json: JSON

        static func == (left: Key, right: Key) -> Bool { Ordering.equal(left.json, right.json) }

        func hash(into hasher: inout Hasher) { Self.hash(json, into: &hasher) }

        private static func hash(_ json: JSON, into hasher: inout Hasher) {
            switch json {
            case .null: hasher.combine(0)
            case .bool(let value): hasher.combine(value)
            case .integer(let value): hasher.combine(Double(value))
            case .double(let value): hasher.combine(value)
            case .digits(let digits): hasher.combine(Double(digits) ?? 0)
            case .string(let text): hasher.combine(text)
            case .array(let elements):
                hasher.combine(elements.count)
                for element in elements { hash(element, into: &hasher) }
            case .object(let object):
                // The order of members does not matter.
                var sum = 0
                for (name, value) in object {
                    var member = Hasher()
                    member.combine(name)
                    hash(value, into: &member)
                    sum &+= member.finalize()
                }
                hasher.combine(sum)
            }
        }
    }
}

/// The ordered header fields of an outgoing call or of its answer; names are matched without regard to case.
///
/// A name may appear more than once, as `Set-Cookie` does. The order and the letter case of the names are kept.
public struct OutboundHeaders: Sendable, RandomAccessCollection, ExpressibleByDictionaryLiteral {
    /// One header field.
    public typealias Element = (name: String, value: String)

    private var fields: [Element]

    /// Makes a list without fields.
    public init() { fields = [] }

    /// Makes a list of the given fields, in their order, repetitions kept.
    public init(_ fields: some Sequence<Element>) { self.fields = Array(fields) }

    /// Makes a list from a literal such as `["Accept": "text/plain"]`, repetitions kept.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// The index of the first field: always 0.
    public var startIndex: Int { 0 }

    /// The index behind the last field.
    public var endIndex: Int { fields.count }

    /// The field at a position; the position must be valid.
    public subscript(position: Int) -> Element { fields[position] }

    /// The first value of a name; setting replaces every field of that name, setting nil removes them.
    public subscript(name: String) -> String? {
        get {
            for field in fields where field.name.equalsIgnoringASCIICase(name) { return field.value }
            return nil
        }
        set {
            guard let newValue else { return remove(name) }
            guard let first = fields.firstIndex(where: { $0.name.equalsIgnoringASCIICase(name) }) else {
                return fields.append((name: name, value: newValue))
            }
            fields[first].value = newValue
            let rest = fields[(first + 1)...].filter { !$0.name.equalsIgnoringASCIICase(name) }
            fields.replaceSubrange((first + 1)..., with: rest)
        }
    }

    /// All values of a name in their order.
    public func values(_ name: String) -> [String] {
        fields.compactMap { $0.name.equalsIgnoringASCIICase(name) ? $0.value : nil }
    }

    /// All values of a name joined by a comma and a blank, as a list-valued field means; nil when the name is absent.
    public func joined(_ name: String) -> String? {
        let all = values(name)
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }

    /// Whether there is a field of that name.
    public func contains(_ name: String) -> Bool {
        fields.contains { $0.name.equalsIgnoringASCIICase(name) }
    }

    /// Adds a field at the end and keeps those of the same name.
    public mutating func add(_ name: String, _ value: String) { fields.append((name: name, value: value)) }

    /// Removes every field of that name.
    public mutating func remove(_ name: String) {
        fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
    }
}

extension OutboundHeaders: Hashable {
    /// Whether both have the same fields in the same order; names compare without regard to case, values exactly.
    public static func == (left: OutboundHeaders, right: OutboundHeaders) -> Bool {
        left.fields.count == right.fields.count
            && zip(left.fields, right.fields).allSatisfy {
                $0.value == $1.value && $0.name.equalsIgnoringASCIICase($1.name)
            }
    }

    /// Feeds the values and the number of the fields, which equal lists share, into the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(fields.count)
        for field in fields { hasher.combine(field.value) }
    }
}

extension String {
    /// Whether two texts are equal when the letters A to Z count as a to z.
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        let left = utf8
        let right = other.utf8
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { $0 == $1 || $0.asciiLowercased == $1.asciiLowercased }
    }
}

extension UInt8 {
    /// The byte with A to Z turned into a to z.
    var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

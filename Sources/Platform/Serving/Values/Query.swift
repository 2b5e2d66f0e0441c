/// The query of a URL: names and values in their order, decoded, repetitions kept.
public struct Query: Sendable, Hashable, RandomAccessCollection {
    /// One name with its value.
    public struct Item: Sendable, Hashable {
        /// The name, decoded.
        public let name: String
        /// The value, decoded; empty when there is no `=`.
        public let value: String
    }

    private let items: [Item]

    /// The most items that are read: 1,000; a query with more is refused.
    public static let limit = 1_000

    /// Makes a query of the given names and values.
    public init(_ items: [(name: String, value: String)] = []) {
        self.items = items.map { Item(name: $0.name, value: $0.value) }
    }

    /// Reads the text behind the question mark, `+` as a blank; nil when it is not percent-encoded UTF-8 or too long.
    public init?(encoded text: some StringProtocol) {
        var items: [Item] = []
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let rest = end == part.endIndex ? part[end...] : part[part.index(after: end)...]
            guard items.count < Query.limit, let name = PercentCoding.decode(part[..<end], plusIsBlank: true),
                let value = PercentCoding.decode(rest, plusIsBlank: true)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
        self.items = items
    }

    /// The index of the first item: 0.
    public var startIndex: Int { 0 }
    /// The index behind the last item.
    public var endIndex: Int { items.count }
    /// The item at a position.
    public subscript(position: Int) -> Item { items[position] }

    /// The first value of exactly this name.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// The first value of a name, whatever the case of its letters A to Z.
    public subscript(ignoringCase name: String) -> String? {
        let wanted = name.lowercased()
        return items.first { $0.name == name || $0.name.lowercased() == wanted }?.value
    }

    /// All values of exactly this name.
    public func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}

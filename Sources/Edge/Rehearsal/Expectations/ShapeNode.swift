import JSONTree

/// What is known of a value besides its parts.
struct ShapeFacts {
    /// What schemas say that it is.
    var declared: [ExpectedShape.Kind] = []
    /// What services want it to be that it is sent to.
    var wanted: [ExpectedShape.Kind] = []
    /// As what functions read it.
    var used: [ExpectedShape.Kind] = []
    var least = 0
    var isNeeded = false
    var isLenient = false
    var isInstant = false
    var isNumeric = false
    /// Whether its length is asked for.
    var isSized = false
    var pieces: [String] = []
    var choices: [JSON] = []
    var schemas: [JSON] = []
    /// The schemas of what it is sent as.
    var requests: [JSON] = []
    /// How long a text is at least.
    var length = 0
    /// The number that it shares with what filters compare it with.
    var alike: Int?

    mutating func merge(_ other: ShapeFacts) {
        for kind in other.declared where !declared.contains(kind) { declared.append(kind) }
        for kind in other.wanted where !wanted.contains(kind) { wanted.append(kind) }
        for kind in other.used where !used.contains(kind) { used.append(kind) }
        least = max(least, other.least)
        isNeeded = isNeeded || other.isNeeded
        isLenient = isLenient || other.isLenient
        isInstant = isInstant || other.isInstant
        isNumeric = isNumeric || other.isNumeric
        isSized = isSized || other.isSized
        for piece in other.pieces where !pieces.contains(piece) { pieces.append(piece) }
        for choice in other.choices where !choices.contains(choice) { choices.append(choice) }
        for schema in other.schemas where !schemas.contains(schema) { schemas.append(schema) }
        for schema in other.requests where !requests.contains(schema) { requests.append(schema) }
        length = max(length, other.length)
        alike = alike ?? other.alike
    }
}

/// A value of a run while it is found out what the playbook tells of it; two that turn out to be the same are united.
final class ShapeNode {
    /// How deep shapes nest: 12.
    static let depthLimit = 12

    /// A member; one that a schema names is spelled as the schema does.
    private struct Member {
        var name: String
        var node: ShapeNode
        var isExact: Bool
    }

    private var link: ShapeNode?
    private var ownFacts = ShapeFacts()
    private var ownMembers: [Member] = []
    private var ownItem: ShapeNode?
    private var ownContent: ShapeNode?
    private var ownDecoded: ShapeNode?
    private var ownSource: ShapeNode?
    private var ownParts: [(separator: String, node: ShapeNode)] = []

    init(_ used: ExpectedShape.Kind? = nil) {
        if let used { ownFacts.used = [used] }
    }

    /// The node that stands for all that were united with this one.
    var root: ShapeNode {
        var node = self
        while let next = node.link { node = next }
        if link != nil, link !== node { link = node }
        return node
    }

    var facts: ShapeFacts {
        get { root.ownFacts }
        set { root.ownFacts = newValue }
    }

    /// The value of which this is the text: `string(x)`.
    var source: ShapeNode? {
        get { root.ownSource?.root }
        set { root.ownSource = newValue }
    }

    /// The member of a name; from now on it is an object.
    func member(_ name: String, isExact: Bool = false) -> ShapeNode {
        let node = ShapeNode()
        return root.take(Member(name: name, node: node, isExact: isExact)) ?? node
    }

    /// Adds a member; gives the node of the one that is there already.
    private func take(_ member: Member) -> ShapeNode? {
        guard let index = ownMembers.firstIndex(where: { $0.name.isSame(ignoringCase: member.name) }) else {
            ownMembers.append(member)
            return nil
        }
        if member.isExact, !ownMembers[index].isExact {
            (ownMembers[index].name, ownMembers[index].isExact) = (member.name, true)
        }
        return ownMembers[index].node.root
    }

    /// Whether it is no plain value.
    var hasParts: Bool {
        let own = root
        return !own.ownMembers.isEmpty || own.ownItem != nil || own.ownContent != nil || own.ownDecoded != nil
            || own.ownFacts.used.contains { $0 == .array || $0 == .object }
            || own.ownFacts.declared.contains { $0 != .text && $0 != .null }
    }

    var hasMembers: Bool { !root.ownMembers.isEmpty }

    func hasMember(_ name: String) -> Bool { root.ownMembers.contains { $0.name.isSame(ignoringCase: name) } }

    /// The items; from now on it is an array.
    var item: ShapeNode { part(\.ownItem) }
    /// What it holds as JSON; from now on it is a text.
    var content: ShapeNode { part(\.ownContent) }
    /// What it holds in base64; from now on it is a text.
    var decoded: ShapeNode { part(\.ownDecoded) }

    /// The parts of a text.
    func parts(by separator: String) -> ShapeNode {
        let own = root
        if let known = own.ownParts.first(where: { $0.separator == separator }) { return known.node.root }
        let node = ShapeNode(.array)
        own.ownParts.append((separator, node))
        return node
    }

    private func part(_ place: ReferenceWritableKeyPath<ShapeNode, ShapeNode?>) -> ShapeNode {
        let own = root
        if let known = own[keyPath: place] { return known.root }
        let node = ShapeNode()
        own[keyPath: place] = node
        return node
    }

    /// Whether it is a text for certain.
    var isText: Bool {
        let own = root
        return own.ownContent != nil || own.ownDecoded != nil || own.ownFacts.declared.contains(.text)
            || own.ownFacts.used.contains(.text)
    }

    func use(_ kind: ExpectedShape.Kind) {
        if !facts.used.contains(kind) { facts.used.append(kind) }
    }

    func need() { facts.isNeeded = true }

    /// Makes two nodes one, with all their parts.
    static func unite(_ left: ShapeNode, _ right: ShapeNode) {
        var waiting = [(left, right)]
        while let (first, second) = waiting.popLast() {
            let (kept, gone) = (first.root, second.root)
            guard kept !== gone else { continue }
            gone.link = kept
            kept.ownFacts.merge(gone.ownFacts)
            for member in gone.ownMembers {
                if let known = kept.take(member) { waiting.append((known, member.node)) }
            }
            for place in partPlaces {
                guard let node = gone[keyPath: place] else { continue }
                if let known = kept[keyPath: place] {
                    waiting.append((known, node))
                } else {
                    kept[keyPath: place] = node
                }
            }
            for (separator, node) in gone.ownParts {
                if let known = kept.ownParts.first(where: { $0.separator == separator }) {
                    waiting.append((known.node, node))
                } else {
                    kept.ownParts.append((separator, node))
                }
            }
            gone.clear()
        }
    }

    private static var partPlaces: [ReferenceWritableKeyPath<ShapeNode, ShapeNode?>] {
        [\.ownItem, \.ownContent, \.ownDecoded, \.ownSource]
    }

    private func clear() {
        ownFacts = ShapeFacts()
        ownMembers = []
        (ownItem, ownContent, ownDecoded, ownSource) = (nil, nil, nil, nil)
        ownParts = []
    }

    /// What is known by now.
    func shape(_ depth: Int = 0) -> ExpectedShape {
        let own = root
        let facts = own.ownFacts
        guard depth < Self.depthLimit else { return ExpectedShape(kind: nil, facts: ShapeFacts()) }
        return ExpectedShape(
            kind: own.kind,
            members: own.ownMembers.map { ($0.name, $0.node.shape(depth + 1)) },
            item: own.ownItem?.shape(depth + 1),
            content: own.ownContent?.shape(depth + 1),
            decoded: own.ownDecoded?.shape(depth + 1),
            parts: own.ownParts.map { .init(separator: $0.separator, least: $0.node.facts.least) },
            facts: facts
        )
    }

    /// What schemas say comes first, then what parts it has, then what functions make of it.
    private var kind: ExpectedShape.Kind? {
        if let declared = ownFacts.declared.first(where: { $0 != .null }) ?? ownFacts.declared.first { return declared }
        if ownItem != nil { return .array }
        if ownContent != nil || ownDecoded != nil || !ownParts.isEmpty || !ownFacts.pieces.isEmpty { return .text }
        if !ownMembers.isEmpty { return .object }
        let order: [ExpectedShape.Kind] = [.array, .object, .boolean, .integer, .number, .text]
        if let used = order.first(where: ownFacts.used.contains) { return used }
        return ownFacts.wanted.first { $0 != .null } ?? (ownFacts.isSized ? .array : nil)
    }
}

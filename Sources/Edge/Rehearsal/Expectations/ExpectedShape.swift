import JSONTree

/// What a playbook expects of a value that a service or a trigger gives it, as far as its own expressions and schemas tell.
///
/// ``ShapeInference`` finds it out; ``ShapedValue`` makes values of it.
final class ExpectedShape: Sendable {
    /// The kinds of values.
    enum Kind: String, Sendable, Hashable {
        case object, array, text, number, integer, boolean, null
    }

    /// A part of a text by a separator: `split(x, '/')[6]` needs seven.
    struct Parts: Sendable, Hashable {
        var separator: String
        var least: Int
    }

    /// The kind; nil when nothing tells.
    let kind: Kind?
    /// The members that are read or that a schema names, in order.
    let members: [(name: String, shape: ExpectedShape)]
    /// The items of an array; nil when nothing is read of them.
    let item: ExpectedShape?
    /// How many items are read by their number.
    let least: Int
    /// Whether the playbook fails when it is null or missing.
    let isNeeded: Bool
    /// Whether a text with it as JSON does as well: the content of a `ParseJson` action.
    let isLenient: Bool
    /// Whether date functions read it.
    let isInstant: Bool
    /// Whether it is read as a number though it may be a text.
    let isNumeric: Bool
    /// What a text holds as JSON.
    let content: ExpectedShape?
    /// What a text holds in base64.
    let decoded: ExpectedShape?
    /// Into what a text is split.
    let parts: [Parts]
    /// What a text must contain, in order.
    let pieces: [String]
    /// The values that filters and loops ask for.
    let choices: [JSON]
    /// The schemas that it is parsed by.
    let schemas: [JSON]
    /// The schemas of what it is sent as.
    let requests: [JSON]
    /// How long a text is at least.
    let length: Int
    /// The number that it shares with what filters compare it with, so that they find something.
    let alike: Int?

    init(
        kind: Kind?,
        members: [(name: String, shape: ExpectedShape)] = [],
        item: ExpectedShape? = nil,
        content: ExpectedShape? = nil,
        decoded: ExpectedShape? = nil,
        parts: [Parts] = [],
        facts: ShapeFacts
    ) {
        self.kind = kind
        self.members = members
        self.item = item
        self.content = content
        self.decoded = decoded
        self.parts = parts
        least = facts.least
        isNeeded = facts.isNeeded
        isLenient = facts.isLenient
        isInstant = facts.isInstant
        isNumeric = facts.isNumeric
        pieces = facts.pieces
        choices = facts.choices.filter { !Self.isBad($0) } + facts.choices.filter(Self.isBad)
        schemas = facts.schemas
        requests = facts.requests
        length = facts.length
        alike = facts.alike
    }

    /// Whether a value says that something has gone wrong; such are taken last.
    private static func isBad(_ choice: JSON) -> Bool {
        let text = choice.stringValue?.lowercased() ?? ""
        return ["fail", "error", "cancel", "timeout", "timedout", "abort", "reject"].contains { text.contains($0) }
    }

    /// The shape of a member; names are matched without regard to case.
    func member(_ name: String) -> ExpectedShape? { members.first { $0.name.isSame(ignoringCase: name) }?.shape }

    /// Whether anything is known of it.
    var isTold: Bool {
        kind != nil || !members.isEmpty || item != nil || content != nil || decoded != nil || !parts.isEmpty
            || isInstant
            || isNumeric || length > 0 || !pieces.isEmpty || !choices.isEmpty
    }

    /// How many different values filters ask for in it, so that an array holds one item for each.
    func variety(_ depth: Int = 0) -> Int {
        guard depth < 3 else { return 1 }
        return members.reduce(max(1, choices.count)) { max($0, $1.shape.variety(depth + 1)) }
    }
}

import JSONTree
import Playbooks

/// What a playbook reads of the bodies of its actions, as far as its expressions show it: `body('Get')?['value']`.
///
/// It gives answers of services that nobody knows the members that the playbook asks for, so that a rehearsal gets on.
struct ReadShapes: Sendable {
    /// How many texts are looked at: 100,000.
    static let textLimit = 100_000

    /// A value that is read.
    private final class Node {
        var members: [(name: String, node: Node)] = []
        /// The items, where it is an array.
        private(set) var items: Node?

        /// The items; from now on it is an array.
        func item() -> Node {
            if let items { return items }
            let node = Node()
            items = node
            return node
        }

        func member(_ name: String) -> Node {
            if let known = members.first(where: { $0.name == name }) { return known.node }
            let node = Node()
            members.append((name, node))
            return node
        }

        /// The schema of the value; a text where nothing is read of it.
        func schema(_ depth: Int) -> JSON {
            guard depth < 12 else { return ["type": "string"] }
            if let items { return ["type": "array", "items": items.schema(depth + 1), "minItems": 1] }
            guard !members.isEmpty else { return ["type": "string"] }
            var properties = JSONObject()
            for (name, node) in members {
                let isLeaf = node.members.isEmpty && node.items == nil
                properties[name] = isLeaf ? Self.leaf(name) : node.schema(depth + 1)
            }
            return ["type": "object", "properties": .object(properties)]
        }

        /// A value of which nothing is read: Log Analytics says the type of a column at the end of its name.
        private static func leaf(_ name: String) -> JSON {
            if name.hasSuffix("_d") { return ["type": "integer"] }
            if name.hasSuffix("_b") { return ["type": "boolean"] }
            if name.hasSuffix("_t") { return ["type": "string", "format": "date-time"] }
            if name.hasSuffix("_g") { return ["type": "string", "format": "uuid"] }
            return ["type": "string"]
        }
    }

    private let schemas: [String: JSON]

    init(_ definition: Definition) {
        var roots: [String: Node] = [:]
        func root(_ name: String) -> Node {
            let key = name.lowercased()
            if let known = roots[key] { return known }
            let node = Node()
            roots[key] = node
            return node
        }
        // What is read of parsed content is read of what was parsed.
        for action in definition.actions where action.type == .parseJSON {
            guard let content = action.rawInputs?[ignoringCase: "content"]?.stringValue, content.hasPrefix("@"),
                let read = Self.reads(content, "body").first, content.filter({ $0 == "(" }).count == 1,
                !read.name.isSame(ignoringCase: action.name)
            else { continue }
            roots[action.name.lowercased()] = Self.follow(read.path, from: root(read.name))
        }
        var texts: [String] = []
        Self.collect(definition.json, &texts, 0)
        for text in texts { for read in Self.reads(text, "body") { Self.follow(read.path, from: root(read.name)) } }
        // Loops: the collection is an array, and what is read of an item is read of it.
        for action in definition.actions where action.type == .foreach {
            guard let over = Self.member(definition.json, action.pointer)?[ignoringCase: "foreach"]?.stringValue,
                let read = Self.reads(over, "body").first, over.hasPrefix("@body(") || over.hasPrefix("@{body(")
            else { continue }
            let node = Self.follow(read.path, from: root(read.name)).item()
            for text in texts {
                for item in Self.reads(text, "items") where item.name.isSame(ignoringCase: action.name) {
                    Self.follow(item.path, from: node)
                }
            }
        }
        schemas = roots.filter { !$0.value.members.isEmpty || $0.value.items != nil }.mapValues { $0.schema(0) }
    }

    /// The schema of what is read of an action's body; nil when nothing is.
    func schema(of action: String) -> JSON? { schemas[action.lowercased()] }

    @discardableResult
    private static func follow(_ path: [String], from node: Node) -> Node {
        var current = node
        for part in path {
            current = part == item ? current.item() : current.member(part)
        }
        return current
    }

    /// The part of a path that stands for an item of an array.
    static let item = "[]"

    private static func collect(_ json: JSON, _ texts: inout [String], _ depth: Int) {
        guard depth < 100, texts.count < textLimit else { return }
        switch json {
        case .string(let text): if text.contains("@") { texts.append(text) }
        case .array(let items): for item in items { collect(item, &texts, depth + 1) }
        case .object(let object): for (_, value) in object { collect(value, &texts, depth + 1) }
        default: return
        }
    }

    private static func member(_ json: JSON, _ pointer: String) -> JSON? {
        var current: JSON? = json
        for part in pointer.split(separator: "/") {
            current = current?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
        return current
    }

    /// The calls of a function with a name, and the members that follow each.
    static func reads(_ text: String, _ function: String) -> [(name: String, path: [String])] {
        var found: [(name: String, path: [String])] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "\(function)('") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "')") else { break }
            let name = String(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
            var path: [String] = []
            while true {
                let next = rest.first == "?" ? rest.dropFirst() : rest
                let digits = next.dropFirst().prefix { $0.isNumber }
                if next.first == "[", !digits.isEmpty, next.dropFirst(digits.count + 1).first == "]" {
                    path.append(item)
                    rest = next.dropFirst(digits.count + 2)
                    continue
                }
                guard next.hasPrefix("['"), let close = next.firstRange(of: "']") else { break }
                path.append(String(next[next.index(next.startIndex, offsetBy: 2)..<close.lowerBound]))
                rest = next[close.upperBound...]
            }
            found.append((name, path))
        }
        return found
    }
}

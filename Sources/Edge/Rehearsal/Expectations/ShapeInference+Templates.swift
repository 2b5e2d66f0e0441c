import Expressions
import JSONTree

extension ShapeInference {
    /// The value of a template of any depth; nil when it has none.
    func template(_ json: JSON, _ scope: Scope, _ depth: Int = 0) -> ShapeNode? {
        guard depth < 64, counts() else { return nil }
        switch json {
        case .null: return nil
        case .bool: return ShapeNode(.boolean)
        case .integer: return ShapeNode(.integer)
        case .double, .digits: return ShapeNode(.number)
        case .string(let text): return self.text(text, scope)
        case .array(let values):
            let node = ShapeNode(.array)
            for value in values {
                if let item = template(value, scope, depth + 1) { ShapeNode.unite(node.item, item) }
            }
            return node
        case .object(let object):
            let node = ShapeNode(.object)
            for (name, value) in object {
                if name.contains("@{") { _ = text(name, scope) }
                if let member = template(value, scope, depth + 1) { ShapeNode.unite(node.member(name), member) }
            }
            return node
        }
    }

    private func text(_ text: String, _ scope: Scope) -> ShapeNode? {
        switch TextTree.read(text) {
        case .expression(let tree)?: return value(tree, scope)
        case .interpolation(let trees)?: return value(Self.joined(trees), scope)
        default: return ShapeNode(.text)
        }
    }

    /// A text in which one expression stands alone is the text of its value.
    private static func joined(_ trees: [ExpressionTree]) -> ExpressionTree {
        .call(function: trees.count == 1 ? "string" : "concat", arguments: trees, path: [])
    }

    /// A condition in the form of objects as the expression that it is: `{"equals": ["@x", 1]}` is `equals(x, 1)`.
    static func tree(ofCondition json: JSON, _ depth: Int = 0) -> ExpressionTree {
        guard depth < 64 else { return .literal(.null) }
        switch json {
        case .string(let text):
            switch TextTree.read(text) {
            case .expression(let tree)?: return tree
            case .interpolation(let trees)?: return joined(trees)
            default: return .literal(json)
            }
        case .object(let object):
            let calls = object.map { name, value -> ExpressionTree in
                let arguments = value.arrayValue ?? [value]
                return .call(
                    function: name.lowercased(),
                    arguments: arguments.map { tree(ofCondition: $0, depth + 1) },
                    path: []
                )
            }
            return calls.count == 1 ? calls[0] : .call(function: "and", arguments: calls, path: [])
        default: return .literal(json)
        }
    }

    /// The value of an expression; nil when it is a literal, of which nothing is to be found out.
    func value(_ tree: ExpressionTree, _ scope: Scope) -> ShapeNode? {
        guard case .call(let function, let arguments, let path) = tree, counts() else { return nil }
        var node = result(function, arguments, scope)
        for step in path {
            let outer = node
            node = selected(step, of: node, scope)
            guard !step.isSafe else { continue }
            outer.need()
            node.need()
        }
        return node
    }

    private func selected(_ step: ExpressionTree.Step, of node: ShapeNode, _ scope: Scope) -> ShapeNode {
        switch known(step.key) {
        case .literal(.string(let name)):
            guard name.contains("/"), !node.hasMember(name) else { return node.member(name) }
            return name.split(separator: "/").reduce(node) { inner, part in
                Int(part) == nil ? inner.member(String(part)) : inner.item
            }
        case .literal(.integer(let index)): return item(Int(clamping: index) + 1, of: node)
        default:
            let key = value(step.key, scope)
            if let least = Self.countedFromTheEnd(step.key) { return item(least, of: node) }
            if let used = key?.facts.used, used.contains(.integer) || used.contains(.number) {
                return item(1, of: node)
            }
            return ShapeNode()
        }
    }

    private func item(_ least: Int, of node: ShapeNode) -> ShapeNode {
        let item = node.item
        node.facts.least = max(node.facts.least, min(100, least))
        return item
    }

    /// `add(length(x), -7)` and `sub(length(x), 7)` need seven.
    private static func countedFromTheEnd(_ tree: ExpressionTree) -> Int? {
        guard case .call(let function, let arguments, _) = tree, arguments.count == 2,
            case .call("length", _, _) = arguments[0], case .literal(.integer(let number)) = arguments[1]
        else { return nil }
        if function == "add", number < 0 { return Int(clamping: -number) }
        return function == "sub" && number > 0 ? Int(clamping: number) : nil
    }
}

import JSONTree

/// Turns the JSON of a schema into numbered nodes, following references inside the schema.
struct SchemaCompiler {
    let root: JSON
    let limits: SchemaLimits
    var nodes: [SchemaNode] = []
    var unsupported: [String] = []
    /// The place of each node, in the order of the nodes.
    private var pointers: [JSONPointer] = []
    private var numbers: [JSONPointer: Int] = [:]
    private var anchors: [String: JSONPointer] = [:]

    init(_ root: JSON, limits: SchemaLimits) {
        self.root = root
        self.limits = limits
    }

    /// Compiles everything; the first node is the root.
    mutating func compile() throws(SchemaError) {
        collectAnchors(root, JSONPointer())
        _ = try node(JSONPointer())
        var next = 0
        while next < pointers.count {
            let pointer = pointers[next]
            if case .object(let object)? = root[pointer] { nodes[next] = try filled(nodes[next], object, pointer) }
            next += 1
        }
        try refuseEndlessReferences()
    }

    func failure(_ code: SchemaError.Code, _ message: String, _ pointer: JSONPointer) -> SchemaError {
        SchemaError(code: code, message: message, pointer: pointer)
    }

    /// The number of the node of a place; a new one is filled later, so that nothing recurses.
    mutating func node(_ place: JSONPointer) throws(SchemaError) -> Int {
        var pointer = place
        for _ in 0..<64 {
            if let known = numbers[pointer] {
                numbers[place] = known
                return known
            }
            guard case .object(let object)? = root[pointer] else {
                throw failure(.malformed, "A schema must be an object.", pointer)
            }
            guard let reference = object["$ref"]?.stringValue else { return try newNode(pointer, for: place) }
            pointer = try target(of: reference, at: pointer)
        }
        throw failure(.endlessReference, "The reference leads back to itself.", place)
    }

    private mutating func newNode(_ pointer: JSONPointer, for place: JSONPointer) throws(SchemaError) -> Int {
        guard nodes.count < limits.subschemas else {
            throw failure(.tooLarge, "The schema has more than \(limits.subschemas) subschemas.", pointer)
        }
        let number = nodes.count
        numbers[pointer] = number
        numbers[place] = number
        nodes.append(SchemaNode(id: Self.id(pointer)))
        pointers.append(pointer)
        return number
    }

    /// The place as issues name it: as a fragment, with `%` escaped beside `~` and `/`.
    private static func id(_ pointer: JSONPointer) -> String {
        "#" + pointer.description.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%25")
    }

    private func target(of reference: String, at pointer: JSONPointer) throws(SchemaError) -> JSONPointer {
        if reference == "#" || reference == root["id"]?.stringValue { return JSONPointer() }
        if let anchor = anchors[reference] { return anchor }
        var fragment = reference
        if let own = root["id"]?.stringValue, !own.isEmpty, reference.hasPrefix(own + "#") {
            fragment = String(reference.dropFirst(own.count))
        }
        guard fragment.hasPrefix("#/"), let decoded = Self.percentDecoded(fragment.dropFirst()),
            let target = try? JSONPointer(parsing: decoded), root[target] != nil
        else {
            throw failure(
                .unresolvedReference,
                "The reference '\(reference)' leads nowhere; only places inside the schema, such as "
                    + "'#/definitions/x', can be named.",
                pointer
            )
        }
        return target
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        guard text.utf8.contains(0x25) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            if byte == 0x25, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16), rest.count >= 2 {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Finds subschemas that carry an `id` such as `#address`, by which references may name them.
    private mutating func collectAnchors(_ json: JSON, _ pointer: JSONPointer) {
        switch json {
        case .object(let object):
            if let id = object["id"]?.stringValue, id.hasPrefix("#"), id.utf8.count > 1, anchors[id] == nil {
                anchors[id] = pointer
            }
            for (name, value) in object where name != "enum" && name != "default" {
                collectAnchors(value, pointer.appending(name))
            }
        case .array(let items):
            for (index, value) in items.enumerated() { collectAnchors(value, pointer.appending(index)) }
        default:
            break
        }
    }

    /// Refuses combinators that come back to their own schema for the same value.
    private func refuseEndlessReferences() throws(SchemaError) {
        var states = [UInt8](repeating: 0, count: nodes.count)
        for start in nodes.indices where states[start] == 0 {
            // Depth first without recursion: each entry is a node and how many of its neighbours were seen.
            var stack: [(node: Int, next: Int, edges: [Int])] = [(start, 0, nodes[start].inPlace)]
            states[start] = 1
            while let top = stack.last {
                guard top.next < top.edges.count else {
                    states[top.node] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let neighbour = top.edges[top.next]
                if states[neighbour] == 1 {
                    throw failure(
                        .endlessReference,
                        "The schema '\(nodes[neighbour].id)' contains itself for the same value.",
                        JSONPointer()
                    )
                }
                if states[neighbour] == 0 {
                    states[neighbour] = 1
                    stack.append((neighbour, 0, nodes[neighbour].inPlace))
                }
            }
        }
    }
}

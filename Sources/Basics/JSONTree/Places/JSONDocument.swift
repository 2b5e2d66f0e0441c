/// A parsed JSON text together with the place of every value and every member's name, for diagnostics.
///
/// Takes about three times the memory of the value alone; parse with ``JSON/parse(_:limits:)-(String,_)`` where
/// places are not needed.
public struct JSONDocument: Sendable {
    /// A place in the text.
    public struct Place: Sendable, Hashable {
        /// The line from 1; lines end with LF, CR LF or CR.
        public var line: Int
        /// The column from 1 in Unicode scalars; a tab counts one, a byte order mark none.
        public var column: Int
        /// The offset in bytes from the beginning.
        public var offset: Int

        /// Makes a place.
        public init(line: Int, column: Int, offset: Int) {
            self.line = line
            self.column = column
            self.offset = offset
        }
    }

    /// The parsed value.
    public let value: JSON
    let bytes: [UInt8]
    private let lines: LineTable
    private let root: PlaceTree.Node
    private let duplicates: [Int]

    /// Parses a text.
    ///
    /// - Parameters:
    ///   - text: One JSON value.
    ///   - limits: Bounds and policies.
    /// - Returns: The value with its places.
    /// - Throws: ``JSONError`` as the ordinary parser.
    public static func parse(_ text: String, limits: JSONLimits = .default) throws(JSONError) -> JSONDocument {
        try parse(Array(text.utf8), limits: limits)
    }

    /// Parses UTF-8 bytes.
    ///
    /// - Parameters:
    ///   - bytes: One JSON value in UTF-8.
    ///   - limits: Bounds and policies.
    /// - Returns: The value with its places.
    /// - Throws: ``JSONError`` as the ordinary parser.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSONDocument {
        try bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(JSONError) -> JSONDocument in
                do throws(ParseFailure) {
                    var parser = JSONParser(buffer, limits: limits, recorder: PlaceTree())
                    let value = try parser.document()
                    return JSONDocument(
                        value: value,
                        bytes: bytes,
                        lines: LineTable(buffer),
                        root: parser.recorder.root,
                        duplicates: parser.recorder.duplicates
                    )
                } catch {
                    throw error.error(in: buffer, limits: limits)
                }
            }
        }.get()
    }

    /// The place where the value of a pointer begins, or nil when the pointer leads nowhere.
    public func place(of pointer: JSONPointer) -> Place? {
        node(pointer).map { place($0.value) }
    }

    /// The place of the name of the member that a pointer leads to; nil for elements, the top and what is not there.
    public func namePlace(of pointer: JSONPointer) -> Place? {
        node(pointer)?.name.map { place($0) }
    }

    /// The place of the value of a pointer, or of the innermost value around it that exists.
    public func nearestPlace(to pointer: JSONPointer) -> Place {
        var tokens = pointer.tokens
        while true {
            if let found = node(JSONPointer(tokens)) { return place(found.value) }
            tokens.removeLast()
        }
    }

    /// The places of names that stood in their object already; the value of the last one counts.
    public var duplicateNames: [Place] { duplicates.map { place($0) } }

    private func place(_ offset: Int) -> Place {
        let (line, column) = bytes.withUnsafeBufferPointer { lines.place(of: offset, in: $0) }
        return Place(line: line, column: column, offset: offset)
    }

    private func node(_ pointer: JSONPointer) -> PlaceTree.Node? {
        var node = root
        var value = value
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let position = object.position(of: token, token.nameFingerprint) else { return nil }
                node = node.children[position]
                value = object.members[position].value
            case .array(let items):
                guard let index = JSONPointer.index(token), items.indices.contains(index) else { return nil }
                node = node.children[index]
                value = items[index]
            default:
                return nil
            }
        }
        return node
    }
}

/// Records the places of all values in a tree of the same shape as the value.
struct PlaceTree: PlaceRecorder {
    struct Node: Sendable {
        var value: Int
        var name: Int?
        var children: [Node] = []
    }

    private struct Frame {
        var node: Node
        var member: Int?
        var name: Int?
    }

    private(set) var root = Node(value: 0)
    private(set) var duplicates: [Int] = []
    private var frames: [Frame] = []

    mutating func scalar(at offset: Int) { add(Node(value: offset)) }

    mutating func open(at offset: Int) { frames.append(Frame(node: Node(value: offset))) }

    mutating func close() {
        if let frame = frames.popLast() { add(frame.node) }
    }

    mutating func name(at offset: Int, member: Int) {
        let top = frames.count - 1
        frames[top].member = member
        frames[top].name = offset
        if member < frames[top].node.children.count { duplicates.append(offset) }
    }

    private mutating func add(_ node: Node) {
        guard !frames.isEmpty else {
            root = node
            return
        }
        let top = frames.count - 1
        guard let member = frames[top].member else {
            frames[top].node.children.append(node)
            return
        }
        var node = node
        node.name = frames[top].name
        if member < frames[top].node.children.count {
            frames[top].node.children[member] = node
        } else {
            frames[top].node.children.append(node)
        }
    }
}

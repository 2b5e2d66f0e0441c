/// The path of an operation with its parameters: `/api/v2/tickets/{id}`, `/x('{name}')`, `/{a}:{b}.json`, `/q?action=list`.
public struct PathTemplate: Sendable, Hashable {
    /// A piece of one segment.
    enum Piece: Sendable, Hashable {
        case text(String)
        case parameter(String)
    }

    /// The template as the definition writes it.
    public let text: String
    /// The segments that are not empty; literal text in the form of ``PathText/canonical(_:)``.
    let segments: [[Piece]]
    /// The parameters of a query that the path itself has, by which operations on one address are told apart.
    let query: [(name: String, value: [Piece])]
    /// Whether it ends in a slash that means something: `/items/`, not `/`.
    let isSlashed: Bool
    /// The parameters whose value may hold slashes and is whole segments: `{proxy+}`, and those that are sent as they are.
    let spanning: Set<String>
    /// How near it is to what it describes, segment by segment from the left: literal before mixed before a whole parameter.
    let rank: [Int]
    private let pieces: [Piece]

    /// Reads a template.
    ///
    /// - Parameters:
    ///   - text: The path as the definition writes it.
    ///   - spanning: The parameters whose values are not encoded, so that they may hold slashes.
    public init(_ text: String, spanning: Set<String> = []) {
        self.text = text
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first ?? ""
        segments = PathText.split(path).map { Self.pieces($0).map(\.canonical) }
        isSlashed = segments.count > 0 && path.hasSuffix("/")
        pieces = Self.pieces(text.hasPrefix("/") ? text : "/" + text)
        query = (parts.count == 2 ? parts[1].split(separator: "&") : []).map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Percent.decode(halves[0]), Self.pieces(halves.count == 2 ? String(halves[1]) : ""))
        }
        self.spanning = spanning.union(Self.greedyNames(text))
        rank = segments.map { pieces in
            if pieces.allSatisfy({ if case .text = $0 { true } else { false } }) { return Int.max }
            return pieces.reduce(0) { sum, piece in
                if case .text(let text) = piece { sum + text.utf8.count } else { sum }
            }
        }
    }

    /// The parameter that is the whole last segment; nil when there is none.
    var parameterOfLastSegment: String? {
        guard let last = segments.last, last.count == 1, case .parameter(let name) = last[0] else { return nil }
        return name
    }

    /// Whether it is nearer than another to what both describe.
    func isNearer(than other: PathTemplate) -> Bool {
        rank == other.rank ? query.count > other.query.count : other.rank.lexicographicallyPrecedes(rank)
    }

    /// The values of the parameters, still encoded, if the path fits; nil if it does not.
    ///
    /// - Parameter path: A path without query; empty segments are ignored.
    /// - Returns: The values by the names of the parameters.
    public func match(_ path: some StringProtocol) -> [String: String]? {
        let parts = PathText.split(path)
        guard parts.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (pieces, part) in zip(segments, parts) {
            guard PathText.match(pieces[...], PathText.canonical(part)[...], &values) else { return nil }
        }
        return values
    }

    /// The same where values of ``spanning`` parameters may be several segments.
    func matchSpanning(_ path: some StringProtocol) -> [String: String]? {
        guard !spanning.isEmpty else { return nil }
        var values: [String: String] = [:]
        let parts = PathText.split(path).map(PathText.canonical)
        return matchSpanning(segments[...], parts[...], &values) ? values : nil
    }

    private func matchSpanning(
        _ segments: ArraySlice<[Piece]>,
        _ parts: ArraySlice<String>,
        _ values: inout [String: String]
    ) -> Bool {
        guard let segment = segments.first else { return parts.isEmpty }
        let rest = segments.dropFirst()
        guard segment.count == 1, case .parameter(let name) = segment[0], spanning.contains(name) else {
            guard let part = parts.first, PathText.match(segment[...], part[...], &values) else { return false }
            return matchSpanning(rest, parts.dropFirst(), &values)
        }
        guard parts.count > rest.count else { return false }
        for count in 1...(parts.count - rest.count) where matchSpanning(rest, parts.dropFirst(count), &values) {
            values[name] = parts.prefix(count).joined(separator: "/")
            return true
        }
        return false
    }

    /// The same for a path in which a parameter was left empty, as `/datasets//files` for `/datasets/{dataset}/files`.
    ///
    /// - Parameter path: A path without query; an empty segment is an empty value, where a parameter is the whole segment.
    /// - Returns: The values by the names of the parameters, some of them empty.
    func matchEmpty(_ path: some StringProtocol) -> [String: String]? {
        let parts = PathText.splitEmpty(path)
        guard parts.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (pieces, part) in zip(segments, parts) {
            if part.isEmpty {
                guard pieces.count == 1, case .parameter(let name) = pieces[0] else { return nil }
                values[name] = ""
            } else {
                guard PathText.match(pieces[...], PathText.canonical(part)[...], &values) else { return nil }
            }
        }
        return values
    }

    /// The values of the parameters in the query that the template has; nil when the queries of a call are others.
    ///
    /// - Parameter queries: The query parameters of the call, decoded.
    /// - Returns: The values by the names of the parameters.
    func matchQuery(_ queries: [(name: String, value: String)]) -> [String: String]? {
        var values: [String: String] = [:]
        for (name, pieces) in query {
            let given = queries.filter { $0.name == name }
            let fits = given.contains { PathText.match(pieces[...], $0.value[...], &values) }
            guard fits || (pieces.isEmpty && given.contains { $0.value.isEmpty }) else { return nil }
        }
        return values
    }

    /// What stands for a value that is not known.
    static let anyValue = "\u{1}"

    /// Whether a path in which ``anyValue`` stands for what is not known can be one of this template.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - isJoining: Whether a value that is a whole part may stand for several.
    /// - Returns: Whether it can.
    func canMean(_ path: String, isJoining: Bool) -> Bool {
        Self.canMean(segments[...], PathText.split(path)[...], isJoining)
    }

    private static func canMean(
        _ segments: ArraySlice<[Piece]>,
        _ parts: ArraySlice<String>,
        _ isJoining: Bool
    ) -> Bool {
        guard let part = parts.first else { return segments.isEmpty }
        guard let segment = segments.first else { return false }
        var values: [String: String] = [:]
        let fits =
            part == anyValue || PathText.match(segment[...], PathText.canonical(part)[...], &values)
            || overlaps(segment, part)
        if fits, canMean(segments.dropFirst(), parts.dropFirst(), isJoining) { return true }
        return isJoining && part == anyValue && canMean(segments.dropFirst(), parts, isJoining)
    }

    /// Whether a literal part of the template can be what a part with an unknown value in it becomes.
    private static func overlaps(_ segment: [Piece], _ part: String) -> Bool {
        guard part.contains(anyValue), segment.count == 1, case .text(let literal)? = segment.first else {
            return false
        }
        let ends = part.split(separator: anyValue, omittingEmptySubsequences: false)
        let text = literal.lowercased()
        guard let first = ends.first, let last = ends.last else { return false }
        return text.count >= first.count + last.count && text.hasPrefix(first.lowercased())
            && text.hasSuffix(last.lowercased())
    }

    /// The path, with the query that it has itself, with values in place of the parameters.
    func fill(_ value: (String) throws -> String) rethrows -> String {
        try pieces.reduce(into: "") { result, piece in
            switch piece {
            case .text(let text): result += text
            case .parameter(let name): result += try value(name)
            }
        }
    }

    private static func pieces(_ text: some StringProtocol) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            let name = rest[rest.index(after: open)..<close]
            pieces.append(.parameter(String(name.hasSuffix("+") ? name.dropLast() : name)))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    /// The names in `{name+}`.
    private static func greedyNames(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "{").dropFirst().compactMap { part in
                let name = part.prefix { $0 != "}" }
                return name.hasSuffix("+") ? String(name.dropLast()) : nil
            }
        )
    }

    /// Whether both are the same text with the same spanning parameters.
    public static func == (left: PathTemplate, right: PathTemplate) -> Bool {
        left.text == right.text && left.spanning == right.spanning
    }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension PathTemplate.Piece {
    /// The piece with its literal text in the form in which paths are compared.
    fileprivate var canonical: PathTemplate.Piece {
        if case .text(let text) = self { .text(PathText.canonical(text)) } else { self }
    }
}

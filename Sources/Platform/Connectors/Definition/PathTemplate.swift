/// The path of an operation with its parameters: `/api/v2/tickets/{id}`, `/x('{name}')`, `/{a}:{b}.json`.
public struct PathTemplate: Sendable, Hashable {
    /// A piece of one segment.
    enum Piece: Sendable, Hashable {
        case text(String)
        case parameter(String)
    }

    /// The template as the definition writes it.
    public let text: String
    let segments: [[Piece]]

    /// Reads a template.
    public init(_ text: String) {
        self.text = text
        segments = Self.split(text).map(Self.pieces)
    }

    /// How many segments are literal; the greater of two matches is the nearer one.
    var literalSegments: Int { segments.count { $0.allSatisfy { if case .text = $0 { true } else { false } } } }

    /// The parameter that is the whole last segment; nil when there is none.
    var parameterOfLastSegment: String? {
        guard let last = segments.last, last.count == 1, case .parameter(let name) = last[0] else { return nil }
        return name
    }

    /// The values of the parameters, still encoded, if the path fits; nil if it does not.
    ///
    /// - Parameter path: A path without query; empty segments are ignored.
    /// - Returns: The values by the names of the parameters.
    public func match(_ path: some StringProtocol) -> [String: String]? {
        let parts = Self.split(path)
        guard parts.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (pieces, part) in zip(segments, parts) {
            guard Self.match(pieces[...], part[...], &values) else { return nil }
        }
        return values
    }

    /// The same for a path in which a parameter was left empty, as `/datasets//files` for `/datasets/{dataset}/files`.
    ///
    /// - Parameter path: A path without query; an empty segment is an empty value, where a parameter is the whole segment.
    /// - Returns: The values by the names of the parameters, some of them empty.
    func matchEmpty(_ path: some StringProtocol) -> [String: String]? {
        let parts = Self.splitEmpty(path)
        guard parts.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (pieces, part) in zip(segments, parts) {
            if part.isEmpty {
                guard pieces.count == 1, case .parameter(let name) = pieces[0] else { return nil }
                values[name] = ""
            } else {
                guard Self.match(pieces[...], part[...], &values) else { return nil }
            }
        }
        return values
    }

    /// The number of segments of a path, empty ones counted.
    static func countEmpty(_ path: some StringProtocol) -> Int { splitEmpty(path).count }

    private static func splitEmpty(_ path: some StringProtocol) -> [Substring] {
        let text = String(path)
        return (text.hasPrefix("/") ? text.dropFirst() : text[...]).split(
            separator: "/",
            omittingEmptySubsequences: false
        )
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
        Self.canMean(segments[...], Self.split(path)[...], isJoining)
    }

    private static func canMean(
        _ segments: ArraySlice<[Piece]>,
        _ parts: ArraySlice<String>,
        _ isJoining: Bool
    ) -> Bool {
        guard let part = parts.first else { return segments.isEmpty }
        guard let segment = segments.first else { return false }
        var values: [String: String] = [:]
        let fits = part == anyValue || match(segment[...], part[...], &values) || overlaps(segment, part)
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

    /// The path with values in place of the parameters, each encoded once, or twice where the definition says so.
    func fill(_ value: (String) throws -> String) rethrows -> String {
        var result = ""
        for pieces in segments {
            result += "/"
            for piece in pieces {
                switch piece {
                case .text(let text): result += text
                case .parameter(let name): result += try value(name)
                }
            }
        }
        return result.isEmpty ? "/" : result
    }

    private static func split(_ path: some StringProtocol) -> [String] {
        String(path).split(separator: "/").map(String.init)
    }

    private static func pieces(_ segment: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = segment[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            pieces.append(.parameter(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    private static func match(
        _ pieces: ArraySlice<Piece>,
        _ part: Substring,
        _ values: inout [String: String]
    ) -> Bool {
        guard let piece = pieces.first else { return part.isEmpty }
        let rest = pieces.dropFirst()
        switch piece {
        case .text(let text):
            guard part.lowercased().hasPrefix(text.lowercased()) else { return false }
            return match(rest, part.dropFirst(text.count), &values)
        case .parameter(let name):
            guard case .text(let next)? = rest.first else {
                values[name] = String(part)
                return !part.isEmpty
            }
            // The value ends at the first place where the text behind it stands; the last when the template ends there.
            let ends = Self.places(of: next, in: part)
            guard let end = rest.count == 1 ? ends.last : ends.first, end > part.startIndex else { return false }
            values[name] = String(part[..<end])
            return match(rest, part[end...], &values)
        }
    }

    private static func places(of text: String, in part: Substring) -> [String.Index] {
        part.indices.filter { part[$0...].lowercased().hasPrefix(text.lowercased()) }
    }
}

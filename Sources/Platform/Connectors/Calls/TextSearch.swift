extension StringProtocol {
    /// Whether a text of ASCII is in it, for paths that every call takes: `contains` makes a searcher each time.
    func holds(_ part: StaticString) -> Bool { firstPlace(of: part) != nil }

    /// Whether these bytes are in its UTF-8.
    func holds(_ part: some Collection<UInt8>) -> Bool { utf8.count >= part.count && firstPlace(of: part) != nil }

    /// Where a text of ASCII begins; nil when it is not there.
    func firstPlace(of part: StaticString) -> String.Index? {
        part.withUTF8Buffer { firstPlace(of: $0) }
    }

    private func firstPlace(of part: some Collection<UInt8>) -> String.Index? {
        guard let first = part.first else { return startIndex }
        var rest = utf8[...]
        while let start = rest.firstIndex(of: first) {
            if rest[start...].starts(with: part) { return start }
            rest = rest[rest.index(after: start)...]
        }
        return nil
    }
}

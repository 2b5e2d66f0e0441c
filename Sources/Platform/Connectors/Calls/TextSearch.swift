extension StringProtocol {
    /// Whether a text of ASCII is in it, for paths that every call takes: `contains` makes a searcher each time.
    func holds(_ part: StaticString) -> Bool { firstPlace(of: part) != nil }

    /// Where a text of ASCII begins; nil when it is not there.
    func firstPlace(of part: StaticString) -> String.Index? {
        part.withUTF8Buffer { part in
            guard let first = part.first else { return startIndex }
            var rest = utf8[...]
            while let start = rest.firstIndex(of: first) {
                if rest[start...].starts(with: part) { return start }
                rest = rest[rest.index(after: start)...]
            }
            return nil
        }
    }
}

/// The `Link` header of RFC 8288, as far as paging needs it: `<https://…?page=2>; rel="next", <…>; rel="last"`.
enum LinkHeader {
    /// The address of the next page; nil when the header names none.
    static func next(_ text: String) -> String? {
        var rest = text[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            let address = rest[rest.index(after: open)..<close]
            rest = rest[rest.index(after: close)...]
            let end = rest.firstIndex(of: "<") ?? rest.endIndex
            let relations = rest[..<end].split(separator: ";").compactMap(relation)
            if relations.contains(where: { $0.split(separator: " ").contains("next") }) { return String(address) }
            rest = rest[end...]
        }
        return nil
    }

    /// The value of a `rel` parameter, without quotes, in small letters.
    private static func relation(_ parameter: Substring) -> String? {
        let parts = parameter.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }).lowercased() == "rel" else { return nil }
        return parts[1].lowercased().filter { $0 != "\"" && $0 != "," }.trimmed
    }
}

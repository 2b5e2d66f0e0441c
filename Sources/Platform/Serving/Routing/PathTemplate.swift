/// A path with places for values: `/v1.0/security/alerts/{id}`, `alerts('{id}')`, `/files/{path...}`.
struct PathTemplate: Sendable {
    enum Part: Sendable, Hashable {
        /// A text; compared with or without regard to case as the routes say.
        case literal(String)
        /// One whole part of the path, or what is between a beginning and an end of it.
        case value(prefix: String, suffix: String)
        /// The rest of the path, at least one part.
        case rest
    }

    let parts: [Part]
    let names: [String]

    /// Reads a template; what is wrong with one is a mistake in our own source, so it becomes a literal.
    init(_ text: String) {
        var parts: [Part] = []
        var names: [String] = []
        for segment in text.split(separator: "/") {
            guard let open = segment.firstIndex(of: "{"), let close = segment.lastIndex(of: "}"), open < close else {
                parts.append(.literal(String(segment)))
                continue
            }
            let name = segment[segment.index(after: open)..<close]
            if name.hasSuffix("...") {
                parts.append(.rest)
                names.append(String(name.dropLast(3)))
            } else {
                let prefix = String(segment[..<open])
                let suffix = String(segment[segment.index(after: close)...])
                parts.append(.value(prefix: prefix, suffix: suffix))
                names.append(String(name))
            }
        }
        self.parts = parts
        self.names = names
    }
}

public import JSONTree

/// `$select` and `$expand`.
public enum ODataSelection {
    static func parse(_ text: String, limits: ODataLimits) throws(ODataError) -> [ODataPath]? {
        let parts = split(text)
        guard !parts.isEmpty, parts.count <= limits.properties else {
            throw ODataError(
                code: parts.isEmpty ? .invalidSelect : .tooComplex,
                message: parts.isEmpty
                    ? "The $select names no property." : "The $select names more than \(limits.properties) properties.",
                option: "$select"
            )
        }
        var paths: [ODataPath] = []
        for part in parts {
            if part == "*" { return nil }
            guard let path = path(part[...]) else {
                throw ODataError(
                    code: .invalidSelect,
                    message: "Invalid select clause: '\(part)' in '\(text)' is not a property name.",
                    option: "$select"
                )
            }
            paths.append(path)
        }
        return paths
    }

    /// The parts between commas outside of parentheses, without blanks at their ends and without empty ones.
    static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth <= 0 {
                parts.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        parts.append(current)
        return parts.map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
    }

    static func path(_ text: Substring) -> ODataPath? {
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        let isName: (Substring) -> Bool = { name in
            !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || "_@.".contains($0) }
        }
        return segments.allSatisfy(isName) ? ODataPath(segments: segments.map(String.init)) : nil
    }

    /// The entity with only the selected properties, their spelling as in the entity; names beginning with `@` and `id` stay.
    public static func apply(_ paths: [ODataPath], to entity: JSON) -> JSON {
        guard let object = entity.objectValue else { return entity }
        let wanted = Set(paths.compactMap { $0.segments.first?.lowercased() }).union(["id"])
        var result = JSONObject()
        for (name, value) in object where name.hasPrefix("@") || wanted.contains(name.lowercased()) {
            result[name] = value
        }
        return .object(result)
    }
}

import JSONTree

/// The paths by which definitions name members of answers: `value`, `properties/displayName`.
enum ValuePath {
    /// The value at a path; an empty path names the value itself, a number an item of an array.
    ///
    /// A member whose name is the whole path goes first. Names are matched exactly, else without regard to case, because
    /// definitions and services differ in it.
    ///
    /// - Parameters:
    ///   - path: Names with slashes between them.
    ///   - json: Where it begins.
    /// - Returns: The value; nil when there is none, and for null.
    static func value(_ path: String, of json: JSON) -> JSON? {
        if path.isEmpty { return json.nonNull }
        if let whole = member(path, of: json) { return whole.nonNull }
        var current = json
        for name in path.split(separator: "/") {
            guard let next = member(String(name), of: current) else { return nil }
            current = next
        }
        return current.nonNull
    }

    private static func member(_ name: String, of json: JSON) -> JSON? {
        if let items = json.arrayValue { return Int(name).flatMap { items.indices.contains($0) ? items[$0] : nil } }
        return json[name] ?? json[ignoringCase: name]
    }
}

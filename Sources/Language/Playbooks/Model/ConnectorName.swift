internal import JSONTree

/// The names of connectors behind the ids and keys that files write.
public enum ConnectorName {
    /// How cloud flows mark the connectors that all environments share: `shared_office365` is `office365`.
    private static let mark = "shared_"

    /// The connector that an id names: its last part, without the mark of cloud flows.
    ///
    /// - Parameter id: The id of an API, or its bare name.
    /// - Returns: The name; empty when the id is.
    public static func of(id: String) -> String {
        let last = FileLoader.lastPart(id)
        guard last.count > mark.count, last.prefix(mark.count).lowercased() == mark else { return last }
        return String(last.dropFirst(mark.count))
    }

    /// The names under which the connector of a connection may be installed, in small letters, the likeliest first.
    ///
    /// Designers name connections after their connectors (`azuresentinel_1`, `powerbi-someone`), and connectors of one's own are
    /// named anew at every installation.
    ///
    /// - Parameters:
    ///   - key: The key or name of the connection.
    ///   - api: The id of the connector, where the file says it.
    /// - Returns: At least one name, unless the key is empty, too.
    public static func candidates(key: String, api: String?) -> [String] {
        var names: [String] = []
        let named = of(id: api ?? "")
        // What only a deployment knows is no name.
        if !Placeholder.isIn(.string(named)), !named.contains(where: { "<>()[]'".contains($0) }) { names.append(named) }
        names.append(of(id: key))
        names += names.map { String($0.reversed().drop { $0.isNumber || $0 == "_" || $0 == "-" }.reversed()) }
        names += names.flatMap { name in
            [String(name.prefix { $0 != "-" && $0 != "_" }), String(name.split(separator: "-").last ?? "")]
        }
        var result: [String] = []
        for name in names.map({ $0.lowercased() }) where !name.isEmpty && !result.contains(name) { result.append(name) }
        return result
    }
}

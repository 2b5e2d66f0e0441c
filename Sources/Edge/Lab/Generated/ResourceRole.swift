import Connectors

/// What an operation does to a collection of resources, as its method and path show it.
enum ResourceRole: Sendable, Hashable {
    /// POST on a collection whose items have paths of their own.
    case create
    /// GET on a collection.
    case list
    /// GET on an item.
    case read
    /// PATCH or PUT on an item.
    case change
    /// DELETE on an item.
    case delete

    /// The role of an operation among those of its connector; nil when it has none.
    init?(_ operation: OperationDescription, in connector: ConnectorDefinition) {
        let own = Self.parts(operation.path.text)
        guard let last = own.last else { return nil }
        let isItem = Self.isParameter(last)
        switch (operation.method, isItem) {
        case ("GET", true): self = .read
        case ("PATCH", true), ("PUT", true): self = .change
        case ("DELETE", true): self = .delete
        case ("POST", false):
            guard Self.hasItems(own, connector) else { return nil }
            self = .create
        case ("GET", false):
            guard Self.hasItems(own, connector) || Self.hasCreation(own, connector) else { return nil }
            self = .list
        default: return nil
        }
    }

    /// The name of the parameter that is the last part of a path; nil when it is none.
    static func itemParameter(_ path: String) -> String? {
        guard let last = parts(path).last, isParameter(last) else { return nil }
        return String(last.dropFirst().dropLast())
    }

    private static func hasItems(_ path: [String], _ connector: ConnectorDefinition) -> Bool {
        connector.operations.contains { other in
            guard other.method != "POST" else { return false }
            let parts = parts(other.path.text)
            return parts.count == path.count + 1 && isParameter(parts.last ?? "") && isSame(parts.dropLast(), path)
        }
    }

    private static func hasCreation(_ path: [String], _ connector: ConnectorDefinition) -> Bool {
        connector.operations.contains { $0.method == "POST" && isSame(parts($0.path.text)[...], path) }
    }

    /// Whether two paths differ at most in the names of parameters.
    private static func isSame(_ left: ArraySlice<String>, _ right: [String]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { pair in
                pair.0.lowercased() == pair.1.lowercased() || (isParameter(pair.0) && isParameter(pair.1))
            }
    }

    private static func parts(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

    private static func isParameter(_ part: String) -> Bool {
        part.hasPrefix("{") && part.hasSuffix("}") && part.dropFirst().dropLast().allSatisfy { $0 != "{" && $0 != "}" }
    }
}

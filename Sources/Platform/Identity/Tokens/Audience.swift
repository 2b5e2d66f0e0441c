/// A resource that tokens are for, under all the names by which clients know it.
public struct Audience: Sendable, Hashable {
    /// The names, without a slash at their end and in lower case.
    public let names: Set<String>

    /// Makes an audience of names such as `https://graph.microsoft.com`; letter case and slashes at the end do not
    /// matter.
    public init(_ names: some Sequence<String>) { self.names = Set(names.map(Audience.folded)) }

    /// Microsoft Graph.
    public static let graph = Audience(["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"])
    /// Key Vault.
    public static let vault = Audience(["https://vault.azure.net", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"])
    /// Azure Resource Manager.
    public static let management = Audience([
        "https://management.azure.com", "https://management.core.windows.net",
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    ])
    /// Log Analytics.
    public static let logAnalytics = Audience([
        "https://api.loganalytics.io", "https://api.loganalytics.azure.com", "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5",
    ])
    /// Storage.
    public static let storage = Audience(["https://storage.azure.com"])

    /// The resources that every tenant knows.
    public static let known: [Audience] = [.graph, .vault, .management, .logAnalytics, .storage]

    /// The server itself, under its host name with and without port, as Graph's and Log Analytics' clients derive it.
    ///
    /// - Parameter origin: Scheme, host and port, such as `https://localhost:8443`.
    /// - Returns: The audience.
    public static func server(origin: String) -> Audience {
        var names = [origin]
        if let scheme = origin.firstRange(of: "://") {
            let authority = origin[scheme.upperBound...]
            if let colon = authority.lastIndex(of: ":"), authority[colon...].dropFirst().allSatisfy(\.isNumber) {
                names.append(String(origin[..<colon]))
            }
        }
        return Audience(names)
    }

    /// This audience and another.
    public func union(_ other: Audience) -> Audience { Audience(names.union(other.names)) }

    /// Whether a token for this name is for the resource.
    public func contains(_ name: String) -> Bool { names.contains(Audience.folded(name)) }

    private static func folded(_ name: String) -> String {
        var result = name.lowercased()
        while result.hasSuffix("/") { result.removeLast() }
        return result
    }
}

/// Texts that consist of parts: addresses, ids of resources, lists.
enum PartedText {
    /// The most parts that are made: 40.
    static let limit = 40

    /// The text with at least as many parts as are read of it.
    static func text(_ text: String, _ part: ExpectedShape.Parts, name: String) -> String {
        var parts = split(text, part.separator)
        let least = min(part.least, limit)
        guard parts.count < least else { return text }
        if part.separator == "/" {
            parts = split(isAddress(name) ? address : resource, "/")
        }
        while parts.count < least { parts.append("part\(parts.count)") }
        return parts.joined(separator: part.separator)
    }

    private static func split(_ text: String, _ separator: String) -> [String] {
        text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    private static func isAddress(_ name: String) -> Bool {
        let lower = name.lowercased()
        return ["url", "uri", "link", "href", "address", "value", "location"].contains { lower.hasSuffix($0) }
    }

    private static let address =
        "https://contoso.example/subscriptions/22222222-3333-4444-5555-666666666666/resourceGroups/contoso-soc/items/17"
    private static let resource =
        "/subscriptions/22222222-3333-4444-5555-666666666666/resourceGroups/contoso-soc/providers/Microsoft.Compute/"
        + "virtualMachines/host-17"
}

/// The action names that the code of a JavaScriptCode action reads: `workflowContext.actions.Name` and
/// `workflowContext.actions['Name']` (section 6.21).
public struct ScriptReferences: Sendable, Hashable {
    /// The names in order of appearance, each once.
    public private(set) var actions: [String] = []
    /// Whether the code uses `workflowContext.actions` in another way, so that it may read any.
    public private(set) var isDynamic = false
    /// Whether the code mentions `workflowContext.trigger`.
    public let readsTrigger: Bool

    /// Looks through the code.
    public init(_ code: String) {
        readsTrigger = code.contains("workflowContext.trigger")
        var rest = code[...]
        while let found = rest.firstRange(of: "workflowContext.actions") {
            rest = rest[found.upperBound...]
            if let name = Self.name(rest) {
                if !actions.contains(name) {
                    actions.append(name)
                }
            } else {
                isDynamic = true
            }
        }
    }

    private static func name(_ rest: Substring) -> String? {
        var text = rest
        if text.hasPrefix("?.") {
            text = text.dropFirst(text.dropFirst(2).first == "[" ? 2 : 1)
        }
        if text.first == "." {
            let name = text.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
            return name.isEmpty ? nil : String(name)
        }
        guard text.first == "[", let quote = text.dropFirst().first, quote == "'" || quote == "\"" else {
            return nil
        }
        guard let end = text.dropFirst(2).firstIndex(of: quote) else {
            return nil
        }
        return String(text.dropFirst(2)[..<end])
    }
}

import JSONTree

/// Seals texts that rows keep: addresses with signatures, content that the history hides.
struct FiringSeal: Sendable {
    private static let mark = "sealed:"

    let environment: RunEnvironment

    func seal(_ text: String) -> String { Self.mark + environment.seal(Array(text.utf8)) }

    /// Opens what ``seal(_:)`` made; a text that is not sealed comes back as it is.
    func open(_ text: String) throws -> String {
        guard text.hasPrefix(Self.mark) else { return text }
        return String(decoding: try environment.open(String(text.dropFirst(Self.mark.count))), as: UTF8.self)
    }

    func write(_ firing: StoredFiring, isSecret: Bool) -> String {
        let text = firing.json.text
        return isSecret ? seal(text) : text
    }

    func read(_ text: String) throws -> StoredFiring {
        try StoredFiring(json: try JSON.parse(try open(text)))
    }
}

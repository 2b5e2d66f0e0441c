import JSONSchema

/// What an operation does to the world where no adapter says it: by its method, and by the words that name it.
///
/// Many services delete and block by GET or POST. A word that means so is believed, because the other way round a call would be
/// repeated after a lost answer, or go out while containment is paused.
enum EffectGuess {
    /// Verbs that limit somebody or something.
    private static let containing: Set<String> = [
        "isolate", "quarantine", "block", "disable", "suspend", "revoke", "contain", "kill", "terminate", "ban", "lock",
        "shutdown", "logoff", "deactivate", "blacklist",
    ]

    /// Verbs that remove.
    private static let destroying: Set<String> = ["delete", "remove", "destroy", "purge", "wipe", "erase"]

    /// Verbs that change something, so that a GET of theirs is no mere reading.
    private static let changing: Set<String> = [
        "unblock", "enable", "release", "unisolate", "reset", "restart", "reboot", "unlock", "activate", "add",
        "create",
        "update", "set", "send", "start", "stop", "run", "execute", "trigger", "approve", "assign", "close",
    ]

    /// Those of them that are things, too: `GET /block/{height}` and `GET /quarantine` only read.
    private static let ambiguous: Set<String> = ["quarantine", "block", "contain", "ban", "lock", "blacklist"]

    /// The effect of an operation.
    static func effect(of operation: OperationDescription) -> EffectClass {
        let plain = effect(of: operation.method)
        guard plain != .destroy else { return plain }
        let name = NameWords.of(operation.id).first ?? ""
        // A GET that names nothing, as `/schemas/delete`, has nothing to delete.
        let hasObject = plain != .read || operation.parameters.contains { $0.place == .path }
        let places = hasObject ? verbs(of: operation.path) : []
        if containing.contains(name) { return .contain }
        if places.contains(where: { containing.contains($0) && (plain != .read || !ambiguous.contains($0)) }) {
            return .contain
        }
        guard plain == .read else { return plain }
        if destroying.contains(name) || places.contains(where: destroying.contains) { return .destroy }
        return changing.contains(name) ? .annotate : .read
    }

    /// The effect of a method alone.
    static func effect(of method: String) -> EffectClass {
        switch method {
        case "GET", "HEAD", "OPTIONS": .read
        case "DELETE": .destroy
        default: .annotate
        }
    }

    /// The first word of every literal segment that is nothing but a verb, with its object at most: `delete`, `block-ip`.
    private static func verbs(of path: PathTemplate) -> [String] {
        path.segments.compactMap { pieces in
            guard pieces.count == 1, case .text(let text) = pieces[0] else { return nil }
            let words = NameWords.of(text)
            return words.count <= 2 ? words.first : nil
        }
    }
}

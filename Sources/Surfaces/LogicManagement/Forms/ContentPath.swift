/// A content of the run history, as the last part of its address names it.
///
/// `TriggerInputs`, `TriggerOutputs`, `actions/{action}/ActionInputs`, `actions/{action}/repetitions/000001/ActionOutputs`.
struct ContentPath: Sendable, Hashable {
    /// Which side of an operation.
    enum Side: String, Sendable, Hashable {
        case inputs = "Inputs"
        case outputs = "Outputs"
    }

    /// The action; nil: the trigger.
    var action: String?
    /// The name of the repetition, for actions in loops.
    var repetition: String?
    /// Which side.
    var side: Side

    /// The path, not percent-encoded.
    var text: String {
        guard let action else { return "Trigger\(side.rawValue)" }
        guard let repetition else { return "actions/\(action)/Action\(side.rawValue)" }
        return "actions/\(action)/repetitions/\(repetition)/Action\(side.rawValue)"
    }

    /// Makes a path.
    init(action: String? = nil, repetition: String? = nil, side: Side) {
        self.action = action
        self.repetition = repetition
        self.side = side
    }

    /// Reads the decoded parts of a path; nil when it names no content.
    init?(segments: [String]) {
        guard let last = segments.last else { return nil }
        if segments.count == 1 {
            guard let side = Self.side(last, after: "Trigger") else { return nil }
            self.init(side: side)
            return
        }
        guard segments[0] == "actions", segments.count >= 3, let side = Self.side(last, after: "Action") else {
            return nil
        }
        // A name may have slashes of its own.
        let names = segments[1..<(segments.count - 1)]
        if names.count >= 3, names[names.endIndex - 2] == "repetitions", let repetition = names.last {
            self.init(action: names.dropLast(2).joined(separator: "/"), repetition: repetition, side: side)
        } else {
            self.init(action: names.joined(separator: "/"), side: side)
        }
    }

    private static func side(_ word: String, after prefix: String) -> Side? {
        word.hasPrefix(prefix) ? Side(rawValue: String(word.dropFirst(prefix.count))) : nil
    }
}

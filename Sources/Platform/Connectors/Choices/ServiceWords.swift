import JSONTree
import Outbound

/// What a service says of its refusal, made fit for people: short, on one line, without what the call showed it.
enum ServiceWords {
    /// How much of it is shown: 300 characters.
    static let limit = 300

    /// The message in an answer's body.
    ///
    /// - Parameters:
    ///   - body: The answer's body.
    ///   - secrets: Texts that must not be shown.
    /// - Returns: The message; nil when there is none.
    static func message(in body: JSON?, without secrets: [String]) -> String? {
        guard var text = body.flatMap({ find($0, depth: 0) }) else { return nil }
        for secret in secrets.sorted(by: { $0.count > $1.count }) where secret.count >= 4 {
            text = text.replacing(secret, with: "…")
        }
        text = text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: " ")
        let shown = text.prefix(limit)
        return text.isEmpty ? nil : shown.count < text.count ? "\(shown)…" : text
    }

    private static func find(_ json: JSON, depth: Int) -> String? {
        if let text = json.stringValue { return text.contains("<") ? nil : text }
        guard depth < 4 else { return nil }
        for name in [
            "message", "error_description", "detail", "description", "error", "errors", "errorMessages", "title",
        ] {
            if let inner = json[ignoringCase: name]?.nonNull, let text = find(inner, depth: depth + 1) { return text }
        }
        return json[0].flatMap { find($0, depth: depth + 1) }
    }

    /// The texts by which a request shows who calls.
    static func credentials(of request: OutboundRequest) -> [String] {
        let names = request.credentialHeaders.union(["Authorization", "Cookie"])
        return names.compactMap { request.headers[$0] }.flatMap { value in
            [value] + value.split(separator: " ").map(String.init).filter { $0.count >= 8 }
        }
    }
}

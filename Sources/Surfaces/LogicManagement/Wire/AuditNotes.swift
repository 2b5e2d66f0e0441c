import JSONTree
import Serving

/// What the audit record tells of a request's body: words of a few, never a payload.
enum AuditNotes {
    /// Which key is made anew.
    static let keyType: @Sendable (Request) -> JSONObject = {
        word("keyType", of: $0, among: ["Primary", "Secondary"])
    }

    /// What a person decided about an unknown outcome.
    static let decision: @Sendable (Request) -> JSONObject = {
        word("decision", of: $0, among: ["Happened", "Failed", "SendAgain"])
    }

    private static func word(_ name: String, of request: Request, among known: [String]) -> JSONObject {
        guard !request.body.isEmpty, let body = try? request.json(), let text = body[ignoringCase: name]?.stringValue,
            let word = known.first(where: { $0.isSame(ignoringCase: text) })
        else { return JSONObject() }
        return [name: .string(word)]
    }
}

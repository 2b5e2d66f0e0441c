import JSONTree
import Moments
import Serving

/// `search/tickets`: pairs of field and value joined by AND and OR, over an index that runs behind.
struct FreshdeskSearch {
    let api: FreshdeskAPI

    private struct Term {
        let field: String
        let comparison: Character
        let value: String
    }

    private static let fields: Set<String> = [
        "status", "priority", "tag", "type", "group_id", "agent_id", "created_at", "updated_at", "due_by",
    ]

    func answer(_ state: FreshdeskState) -> Response {
        guard let text = api.request.query["query"], text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else {
            return FreshdeskErrors.field(
                "query",
                "It should be enclosed in double quotes",
                code: FreshdeskValidation.missing
            )
        }
        guard text.count <= 514 else {
            return FreshdeskErrors.field(
                "query",
                "Has \(text.count - 2) characters, it can have maximum of 512 characters"
            )
        }
        let page = Int(api.request.query["page"] ?? "1") ?? 0
        guard (1...10).contains(page) else {
            return FreshdeskErrors.field("page", "It should be a Positive Integer less than or equal to 10")
        }
        guard let alternatives = Self.parse(text.dropFirst().dropLast()) else {
            return FreshdeskErrors.field("query", "Given query is invalid")
        }
        let indexed = state.tickets.filter { !$0.isDeleted && $0.updated + api.options.searchDelay <= api.now }
        let found = indexed.filter { ticket in
            alternatives.contains { terms in terms.allSatisfy { Self.holds($0, ticket) } }
        }
        let results = found.reversed().dropFirst((page - 1) * 30).prefix(30)
        return .json([
            "total": .integer(Int64(found.count)),
            "results": .array(results.map { FreshdeskAPI.listed($0, withDescription: true) }),
        ])
    }

    /// The alternatives of terms that must all hold; nil when the text is no query.
    private static func parse(_ text: Substring) -> [[Term]]? {
        var alternatives: [[Term]] = []
        for alternative in text.replacing(" or ", with: " OR ").split(separator: " OR ") {
            var terms: [Term] = []
            for part in alternative.replacing(" and ", with: " AND ").split(separator: " AND ") {
                let word = part.filter { $0 != "(" && $0 != ")" }.drop { $0 == " " }
                guard let mark = word.firstIndex(of: ":") else { return nil }
                let field = String(word[..<mark])
                guard fields.contains(field) else { return nil }
                var value = word[word.index(after: mark)...]
                var comparison: Character = "="
                if let first = value.first, first == ">" || first == "<" {
                    comparison = first
                    value = value.dropFirst()
                }
                terms.append(Term(field: field, comparison: comparison, value: value.filter { $0 != "'" }))
            }
            alternatives.append(terms)
        }
        return alternatives.isEmpty ? nil : alternatives
    }

    private static func holds(_ term: Term, _ ticket: FreshdeskState.Ticket) -> Bool {
        if term.field == "tag" {
            return ticket.json["tags"]?.arrayValue?.contains(.string(term.value)) ?? false
        }
        let name = term.field == "agent_id" ? "responder_id" : term.field
        let value = ticket.json[name].flatMap { $0.stringValue ?? $0.integerValue.map(String.init) }
        guard let value else { return term.value == "null" }
        switch term.comparison {
        case ">": return value.prefix(term.value.count) >= term.value
        case "<": return value.prefix(term.value.count) <= term.value
        default: return value == term.value
        }
    }
}

import JSONTree

/// The ways to sign in that an adapter or a connection names: one, or several that depend on what the connection gives.
///
/// `[{"type": "AzureStorageKey", "given": ["accesskey"]}, {"type": "AzureAD", …}]` is the first for connections that have an
/// `accesskey`, and the second for all others.
struct AuthenticationRules {
    private let rules: [JSON]

    /// Reads the member `authentication`; nil is no rule.
    init(_ json: JSON?) {
        switch json?.nonNull {
        case .array(let rules)?: self.rules = rules
        case let rule?: rules = [rule]
        case nil: rules = []
        }
    }

    var isEmpty: Bool { rules.isEmpty }

    /// The first rule whose parameters the connection gives; nil when there is none.
    func rule(has: (String) -> Bool) -> JSON? {
        rules.first { Self.given($0).allSatisfy(has) }
    }

    /// What a connection lacks that no rule is for.
    var demand: String {
        let choices = rules.map { Self.given($0).map { "'\($0)'" }.joined(separator: " and ") }
        return "the parameters of a way to sign in: \(choices.joined(separator: ", or "))"
    }

    /// A type that rules cannot have; nil when all are known.
    var unknownType: String? {
        let known = Set(CredentialReader.types.map { $0.lowercased() })
        return rules.map { $0["type"]?.stringValue ?? "" }.first { !known.contains($0.lowercased()) }
    }

    /// Whether one of the types that a rule may have is among them.
    func contains(types: Set<String>) -> Bool {
        rules.contains { types.contains($0["type"]?.stringValue?.lowercased() ?? "") }
    }

    /// The headers and query parameters that hold keys, or show sessions.
    var keys: [(name: String, inQuery: Bool)] {
        rules.flatMap { rule -> [(name: String, inQuery: Bool)] in
            switch rule["type"]?.stringValue?.lowercased() {
            case "apikey"?:
                let isInQuery = rule["in"]?.stringValue?.lowercased() == "query"
                return [(rule["name"]?.stringValue ?? "Authorization", isInQuery)]
            case "sessionlogin"?: return (rule["headers"]?.objectValue ?? JSONObject()).names.map { ($0, false) }
            default: return []
            }
        }
    }

    /// Throws when a rule that is compiled cannot be.
    func check(_ reader: AdapterReader) throws {
        for rule in rules where rule["type"]?.stringValue?.lowercased() == "sessionlogin" {
            _ = try SessionRule(rule, reader)
        }
    }

    private static func given(_ rule: JSON) -> [String] {
        (rule["given"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}

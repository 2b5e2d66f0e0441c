public import JSONTree

/// One thing that a connection asks its user for.
public struct ConnectionParameter: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The type in lower case: `securestring`, `string`, `oauthsetting`, `gatewaysetting`.
    public let type: String
    /// Whether a connection cannot be made without it.
    public let isRequired: Bool
    /// What users read.
    public let displayName: String?
    /// What users read beside it.
    public let details: String?
    /// The value when a connection gives none.
    public let defaultValue: JSON?
    /// The values that it can have, with the texts that users see; empty where it can have any.
    public let choices: [Choice]

    /// One value of a parameter that can have certain values only.
    public struct Choice: Sendable, Hashable {
        /// What users see.
        public let text: String
        /// The value.
        public let value: JSON
    }

    /// Whether its value is a secret.
    public var isSecret: Bool { type == "securestring" }

    private static func isTrue(_ json: JSON?) -> Bool {
        json?.boolValue == true || json?.stringValue?.lowercased() == "true"
    }

    private static func choices(_ json: JSON?) -> [Choice] {
        (json?.arrayValue ?? []).compactMap { item in
            guard let value = item.objectValue == nil ? item.nonNull : item["value"]?.nonNull else { return nil }
            return Choice(text: item["text"]?.stringValue ?? value.stringValue ?? value.text, value: value)
        }
    }

    /// The value that is meant by what a connection gives, which may be the text of a choice.
    ///
    /// - Returns: The value; nil when it is none of the choices.
    func chosen(_ given: JSON) -> JSON? {
        let text = given.stringValue ?? given.text
        if choices.isEmpty || text.isEmpty && !isRequired { return given }
        if choices.contains(where: { ($0.value.stringValue ?? $0.value.text) == text }) { return given }
        return choices.first { $0.text.isSame(ignoringCase: text) }?.value
    }

    static func read(_ settings: JSON?) -> [ConnectionParameter] {
        // Of several ways to connect one is chosen, so a parameter that only some of them have can be left out.
        let plain = settings?["connectionParameters"]?.objectValue ?? JSONObject()
        let sets = settings?["connectionParameterSets"]?["values"]?.arrayValue ?? []
        let ways = sets.compactMap { $0["parameters"]?.objectValue }
        var all: [ConnectionParameter] = []
        for object in [plain] + ways {
            for (name, json) in object where !all.contains(where: { $0.name == name }) {
                let interface = json["uiDefinition"]
                let isShared = plain[name] != nil || ways.allSatisfy { $0[name] != nil }
                all.append(
                    ConnectionParameter(
                        name: name,
                        type: json["type"]?.stringValue?.lowercased() ?? "string",
                        isRequired: isShared && isTrue(interface?["constraints"]?["required"]),
                        displayName: interface?["displayName"]?.stringValue,
                        details: interface?["description"]?.stringValue,
                        defaultValue: json["default"] ?? interface?["constraints"]?["default"],
                        choices: choices(interface?["constraints"]?["allowedValues"] ?? json["allowedValues"])
                    )
                )
            }
        }
        return all
    }
}

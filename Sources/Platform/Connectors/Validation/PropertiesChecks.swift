import JSONTree

/// Looks for what is wrong in `apiProperties.json`.
struct PropertiesChecks {
    private let text: DefinitionText
    private let definition: ConnectorDefinition

    init(_ text: DefinitionText, definition: ConnectorDefinition) {
        self.text = text
        self.definition = definition
    }

    func remarks() -> [ConnectorRemark] {
        let settings = PropertiesFile.settings(text.json)
        let isBare = PropertiesFile.isBare(text.json)
        let top = isBare ? [] : ["properties"]
        guard settings?.objectValue != nil else {
            return [
                text.remark(
                    .warning,
                    at: [],
                    "The file has no object 'properties', so nothing of it counts.",
                    "Put connection parameters and policies into 'properties'."
                )
            ]
        }
        var remarks: [ConnectorRemark] = []
        if isBare {
            remarks.append(
                text.remark(
                    .warning,
                    at: [],
                    "The file has no object 'properties'; its members are read from the top.",
                    "Put them into 'properties'."
                )
            )
        }
        let types = ["securestring", "string", "oauthsetting", "gatewaysetting", "int", "bool", "integer", "boolean"]
        for (name, parameter) in settings?["connectionParameters"]?.objectValue ?? JSONObject() {
            let type = parameter["type"]?.stringValue?.lowercased() ?? ""
            if !types.contains(type) {
                remarks.append(
                    text.remark(
                        .warning,
                        at: top + ["connectionParameters", name],
                        "The connection parameter '\(name)' has the type '\(type)', which is not known; it is taken for a text.",
                        "Use securestring for secrets, else string."
                    )
                )
            }
        }
        for (index, json) in (settings?["policyTemplateInstances"]?.arrayValue ?? []).enumerated() {
            let place = top + ["policyTemplateInstances", String(index)]
            remarks += policy(ConnectorPolicy(json), place)
        }
        return remarks
    }

    private func policy(_ policy: ConnectorPolicy, _ place: [String]) -> [ConnectorRemark] {
        guard ConnectorPolicy.known.contains(policy.template) else {
            let concerned =
                policy.operations.isEmpty ? "Every operation" : policy.operations.sorted().joined(separator: ", ")
            return [
                text.remark(
                    .warning,
                    at: place,
                    "The policy '\(policy.template)' is not known. \(concerned): calls are refused.",
                    "Remove the policy if the operation works without it."
                )
            ]
        }
        var remarks: [ConnectorRemark] = []
        for name in policy.operations.sorted() where definition.operation(id: name) == nil {
            remarks.append(
                text.remark(
                    .note,
                    at: place,
                    "The policy '\(policy.template)' names the operation '\(name)', which the definition does not have."
                )
            )
        }
        for template in policy.allTemplates {
            for piece in template.pieces {
                guard case .text(let part) = piece, let call = Self.unknownCall(part) else { continue }
                remarks.append(
                    text.remark(
                        .warning,
                        at: place,
                        "'@\(call)(…)' is no function of policies; it is sent as it stands.",
                        "Use connectionParameters, queryParameters, headers, body, item or triggerBody."
                    )
                )
            }
        }
        return remarks
    }

    /// The name of what looks like a call of a function that is not known, in braces or without.
    private static func unknownCall(_ text: String) -> String? {
        var rest = text[...]
        while let mark = rest.firstIndex(of: "@") {
            rest = rest[rest.index(after: mark)...]
            if rest.first == "{" { rest.removeFirst() }
            let name = rest.prefix { $0.isLetter }
            if !name.isEmpty, rest[name.endIndex...].first == "(" { return String(name) }
        }
        return nil
    }
}

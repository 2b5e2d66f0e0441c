import JSONTree

/// The host of a definition as people write it: a name, one with variables in braces, or what stands for a name.
struct HostText: Sendable, Hashable {
    /// The names of its variables, in their order: `tenant` of `{tenant}.example.com`.
    let variables: [String]
    /// Whether it is no name, whatever its variables are: `<your-host>`, `[region].example.com`, `{{domain}}`.
    let isPlaceholder: Bool

    /// Reads a host, or a whole address.
    init(_ text: String) {
        var variables: [String] = []
        var bare = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            bare += rest[..<open]
            let inside = rest[rest.index(after: open)...]
            let name = inside.prefix { !"{}<>[]@/".contains($0) }
            let end = name.endIndex
            let isVariable =
                !name.isEmpty && end < inside.endIndex && inside[end] == "}"
                && inside[inside.index(after: end)...].first != "}"
            guard isVariable else {
                bare += rest[open...]
                rest = rest[rest.endIndex...]
                break
            }
            if !variables.contains(String(name)) { variables.append(String(name)) }
            rest = inside[inside.index(after: end)...]
        }
        bare += rest
        self.variables = variables
        isPlaceholder = bare.contains { "{}<>".contains($0) } || bare.contains("[") && !Self.holdsAddress(bare)
    }

    /// Whether it names a host as it stands.
    var isName: Bool { variables.isEmpty && !isPlaceholder }

    /// Whether the brackets in a text are those around an IPv6 address.
    private static func holdsAddress(_ text: String) -> Bool {
        guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else { return false }
        let inside = text[text.index(after: open)..<close]
        return inside.contains(":") && inside.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." || $0 == "%" }
            && !text[text.index(after: close)...].contains("[")
    }

    // MARK: - Variables as parameters of connections

    /// The connection parameter for a variable that has no default.
    static func parameter(_ name: String) -> JSON {
        [
            "type": "string",
            "uiDefinition": ["displayName": .string(name), "constraints": ["required": "true"]],
        ]
    }

    /// The policy that puts connection parameters in the place of variables.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - variables: The variables with their defaults; nil for those that have none.
    ///   - operations: The operations that it is for; none means all.
    /// - Returns: An entry of `policyTemplateInstances`.
    static func policy(_ url: String, _ variables: [(name: String, value: String?)], operations: [String]) -> JSON {
        var template = url
        for (name, value) in variables {
            let fallback = value.map { ", '\($0.replacing("'", with: "''"))'" } ?? ""
            template = template.replacing("{\(name)}", with: "@connectionParameters('\(name)'\(fallback))")
        }
        return [
            "templateId": "dynamichosturl",
            "parameters": [
                "x-ms-apimTemplateParameter.urlTemplate": .string(template),
                "x-ms-apimTemplate-operationName": .array(operations.map(JSON.string)),
            ],
        ]
    }

    /// The settings of a Swagger 2.0 definition, in which variables of its host are parameters of connections.
    ///
    /// Where a policy gives all operations their address, the host says nothing.
    static func completing(_ settings: JSON?, _ definition: JSON) -> JSON? {
        let host = definition["host"]?.stringValue ?? ""
        let variables = HostText(host).variables
        let policies = settings?["policyTemplateInstances"]?.arrayValue ?? []
        let isGiven = policies.map(ConnectorPolicy.init).contains { $0.givesAddress && $0.operations.isEmpty }
        guard !variables.isEmpty, !isGiven, let url = ConnectorDefinition.address(definition) else { return settings }
        var result = settings?.objectValue ?? JSONObject()
        var parameters = result["connectionParameters"]?.objectValue ?? JSONObject()
        for name in variables where parameters.member(ignoringCase: name) == nil { parameters[name] = parameter(name) }
        result["connectionParameters"] = .object(parameters)
        let policy = policy(url, variables.map { (name: $0, value: nil) }, operations: [])
        result["policyTemplateInstances"] = .array([policy] + policies)
        return .object(result)
    }
}

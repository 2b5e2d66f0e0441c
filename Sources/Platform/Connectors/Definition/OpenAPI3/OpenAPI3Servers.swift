import JSONTree

/// The servers of an OpenAPI 3 document: its first one is the address, its variables are parameters of connections.
struct OpenAPI3Servers {
    /// `host`, `basePath` and `schemes`.
    let address: JSONObject
    /// Connection parameters for the variables.
    let parameters: JSONObject
    /// The policy that puts the variables into the address; none when there are none.
    let policies: [JSON]

    init(document: OpenAPIDocument) {
        let server = document.json["servers"]?[0]
        let url = server?["url"]?.stringValue ?? "/"
        let variables = Self.variables(server)
        address = Self.address(Self.filled(url, variables))
        parameters = Self.parameters(variables)
        policies = variables.isEmpty || !Self.isAbsolute(url) ? [] : [Self.policy(url, variables, operations: [])]
    }

    /// The policies for an operation with servers of its own.
    func policies(_ servers: JSON, operation: String) -> [JSON] {
        guard let url = servers[0]?["url"]?.stringValue, Self.isAbsolute(url) else { return [] }
        return [Self.policy(url, Self.variables(servers[0]), operations: [operation])]
    }

    /// The path of an operation's own server that is relative to where the others are; nil for one with a host.
    func basePath(_ servers: JSON) -> String? {
        guard let url = servers[0]?["url"]?.stringValue, !Self.isAbsolute(url) else { return nil }
        let path = Self.filled(url, Self.variables(servers[0]))
        return path.hasPrefix("/") ? path : "/\(path.hasPrefix("./") ? path.dropFirst(2) : path[...])"
    }

    private static func isAbsolute(_ url: String) -> Bool { url.contains("://") || url.hasPrefix("//") }

    /// The variables of a server; one that the address names and nothing describes is one all the same.
    private static func variables(_ server: JSON?) -> JSONObject {
        var variables = server?["variables"]?.objectValue ?? JSONObject()
        for name in HostText(server?["url"]?.stringValue ?? "").variables where variables[name] == nil {
            variables[name] = [:]
        }
        return variables
    }

    /// The address with the defaults of its variables.
    private static func filled(_ url: String, _ variables: JSONObject) -> String {
        var result = url
        for (name, variable) in variables {
            guard let value = text(variable["default"]) else { continue }
            result = result.replacing("{\(name)}", with: value)
        }
        return result
    }

    private static func text(_ json: JSON?) -> String? { json?.stringValue ?? json?.nonNull.map(\.text) }

    private static func address(_ url: String) -> JSONObject {
        let url = url.hasPrefix("//") ? "https:\(url)" : url
        guard let mark = url.firstRange(of: "://") else {
            // Relative to where the document was: only a connection can say where that is.
            return ["basePath": .string(url)]
        }
        let rest = url[mark.upperBound...]
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest[host.endIndex...].prefix { $0 != "?" }
        return [
            "schemes": [.string(url[..<mark.lowerBound].lowercased())], "host": .string(String(host)),
            "basePath": .string(path.isEmpty ? "/" : String(path)),
        ]
    }

    private static func parameters(_ variables: JSONObject) -> JSONObject {
        var result = JSONObject()
        for (name, variable) in variables {
            guard variable["default"]?.nonNull != nil else {
                result[name] = HostText.parameter(name)
                continue
            }
            var parameter: JSONObject = ["type": "string"]
            let interface: JSON = [
                "displayName": .string(name), "description": variable["description"] ?? "",
                "constraints": [
                    "required": "false",
                    "allowedValues": .array((variable["enum"]?.arrayValue ?? []).map { ["value": $0] }),
                ],
            ]
            parameter["uiDefinition"] = interface
            parameter["default"] = variable["default"]
            result[name] = .object(parameter)
        }
        return result
    }

    private static func policy(_ url: String, _ variables: JSONObject, operations: [String]) -> JSON {
        HostText.policy(
            url.hasPrefix("//") ? "https:\(url)" : url,
            variables.map { (name: $0.name, value: text($0.value["default"])) },
            operations: operations
        )
    }
}

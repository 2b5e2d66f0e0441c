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
        let variables = server?["variables"]?.objectValue ?? JSONObject()
        address = Self.address(Self.filled(url, variables))
        parameters = Self.parameters(variables)
        policies = variables.isEmpty ? [] : [Self.policy(url, variables, operations: [])]
    }

    /// The policies for an operation with servers of its own.
    func policies(_ servers: JSON, operation: String) -> [JSON] {
        guard let url = servers[0]?["url"]?.stringValue, url.contains("://") else { return [] }
        let variables = servers[0]?["variables"]?.objectValue ?? JSONObject()
        return [Self.policy(url, variables, operations: [operation])]
    }

    /// The address with the defaults of its variables.
    private static func filled(_ url: String, _ variables: JSONObject) -> String {
        var result = url
        for (name, variable) in variables {
            result = result.replacing("{\(name)}", with: text(variable["default"]))
        }
        return result
    }

    private static func text(_ json: JSON?) -> String { json?.stringValue ?? json?.nonNull.map(\.text) ?? "" }

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
        var template = url
        for (name, variable) in variables {
            let value = text(variable["default"]).replacing("'", with: "''")
            template = template.replacing("{\(name)}", with: "@connectionParameters('\(name)', '\(value)')")
        }
        return [
            "templateId": "dynamichosturl",
            "parameters": [
                "x-ms-apimTemplateParameter.urlTemplate": .string(template),
                "x-ms-apimTemplate-operationName": .array(operations.map(JSON.string)),
            ],
        ]
    }
}

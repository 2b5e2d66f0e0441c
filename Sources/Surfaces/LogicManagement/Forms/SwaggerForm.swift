import Engine
import JSONTree
import Playbooks

/// The OpenAPI 2.0 description of the Request triggers of a workflow.
enum SwaggerForm {
    /// The document.
    static func document(_ definition: Definition, record: WorkflowRecord, origin: String) -> JSON {
        var paths = JSONObject()
        for trigger in definition.triggers where trigger.type == .request {
            var path = trigger.relativePath ?? ""
            if !path.isEmpty, !path.hasPrefix("/") { path = "/" + path }
            let place = "/triggers/\(trigger.name)/paths/invoke\(path)"
            let method = (trigger.method ?? "POST").lowercased()
            paths[place] = [method: operation(trigger, path, definition)]
        }
        let parts = origin.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        return [
            "swagger": "2.0", "info": ["title": .string(record.key.name), "version": "1.0.0.0"],
            "host": .string(parts.last ?? ""), "basePath": .string("/workflows/\(record.id)"),
            "schemes": [.string(origin.hasPrefix("http:") ? "http" : "https")], "consumes": ["application/json"],
            "produces": ["application/json"], "paths": .object(paths),
            "securityDefinitions": [
                "sig": [
                    "type": "apiKey", "description": "The SHA 256 hash of the entire request URI with an internal key.",
                    "name": "sig", "in": "query",
                ]
            ], "security": [["sig": []]],
        ]
    }

    private static func operation(_ trigger: TriggerNode, _ path: String, _ definition: Definition) -> JSON {
        var parameters: [JSON] = [
            fixed("api-version", CallbackSigner.apiVersion, "`2016-10-01` is the version of the service's API."),
            fixed("sp", "/triggers/\(trigger.name.lowercased())/run", "The permissions that the signature grants."),
            fixed("sv", "1.0", "The version of the signature's scheme."),
            [
                "name": "sig", "in": "query", "description": "The signature.", "required": true, "type": "string",
            ],
        ]
        for part in path.split(separator: "/") where part.hasPrefix("{") && part.hasSuffix("}") {
            parameters.append([
                "name": .string(String(part.dropFirst().dropLast())), "in": "path", "required": true, "type": "string",
            ])
        }
        if let schema = trigger.schema {
            parameters.append(["name": "body", "in": "body", "required": false, "schema": schema])
        }
        var responses: JSONObject = [
            "default": ["description": "The Logic App Response.", "schema": ["type": "object"]]
        ]
        for node in definition.actions where node.type == .response {
            guard let status = node.rawInputs?[ignoringCase: "statusCode"]?.text.filter({ $0 != "\"" }),
                status.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { continue }
            var response: JSONObject = ["description": .string("The answer of the action '\(node.name)'.")]
            if let schema = node.rawInputs?[ignoringCase: "schema"]?.nonNull { response["schema"] = schema }
            responses[status] = .object(response)
        }
        return [
            "description": .string(trigger.description ?? "Trigger a run of the logic app."),
            "operationId": .string("\(trigger.name)-invoke"), "parameters": .array(parameters),
            "responses": .object(responses), "deprecated": false,
        ]
    }

    private static func fixed(_ name: String, _ value: String, _ description: String) -> JSON {
        [
            "name": .string(name), "in": "query", "description": .string(description), "required": true,
            "type": "string", "default": .string(value), "enum": [.string(value)],
        ]
    }
}

import Content
import Expressions
import JSONTree
import Playbooks
import XMLTree

/// XmlValidation and Xslt (section 6.23): the schema or map is an artifact that was uploaded with the workflow.
enum XMLActions {
    static func validate(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        let name = artifactName(inputs, "schema")
        guard let bytes = context.state.program.artifacts["schema/\(name.lowercased())"] else {
            return missing(node, "schema", name)
        }
        do throws(XMLError) {
            let document = try document(inputs)
            let schema = try XMLSchema.compile(String(decoding: bytes, as: UTF8.self))
            let errors = schema.validate(document)
            guard errors.isEmpty else {
                return PlainActions.badRequest(
                    "XmlValidationFailed",
                    "The XML content of action '\(node.name)' does not match schema '\(name)': \(errors[0].message)",
                    outputs: [
                        "errors": .array(
                            errors.map {
                                ["message": .string($0.message), "line": $0.line.map { .integer(Int64($0)) } ?? .null]
                            }
                        )
                    ]
                )
            }
            return .outputs(["body": envelope(document.utf8Bytes, "application/xml; charset=utf-8")], code: "OK")
        } catch {
            return PlainActions.badRequest("InvalidXml", "The action '\(node.name)' failed: \(error.message)")
        }
    }

    static func transform(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        let name = artifactName(inputs, "map")
        guard let bytes = context.state.program.artifacts["map/\(name.lowercased())"] else {
            return missing(node, "map", name)
        }
        do throws(XMLError) {
            let document = try document(inputs)
            var parameters: [(name: String, value: String)] = []
            for (key, value) in inputs[ignoringCase: "xsltParameters"]?.objectValue ?? JSONObject() {
                parameters.append((key, TextConversion.text(value)))
            }
            let result = try XMLTransform.compile(String(decoding: bytes, as: UTF8.self)).apply(
                to: document,
                parameters: parameters
            )
            let type =
                result.mediaType
                ?? (result.method == "html"
                    ? "text/html" : result.method == "text" ? "text/plain" : "application/xml; charset=utf-8")
            return .outputs(["body": envelope(result.bytes, type)], code: "OK")
        } catch {
            return PlainActions.badRequest("XslTransformFailed", "The action '\(node.name)' failed: \(error.message)")
        }
    }

    private static func artifactName(_ inputs: JSON, _ kind: String) -> String {
        inputs[ignoringCase: "integrationAccount"]?[ignoringCase: kind]?[ignoringCase: "name"]?.stringValue ?? ""
    }

    private static func document(_ inputs: JSON) throws(XMLError) -> XMLDoc {
        try XMLDoc.parse(TextConversion.text(inputs[ignoringCase: "content"] ?? .null))
    }

    private static func envelope(_ bytes: [UInt8], _ type: String) -> JSON {
        ["$content-type": .string(type), "$content": .string(Base64.encode(bytes))]
    }

    private static func missing(_ node: ActionNode, _ kind: String, _ name: String) -> PlainActions.Outcome {
        .failed(
            code: "NotFound",
            RunError(
                "IntegrationAccountArtifactNotFound",
                "The \(kind) '\(name)' of action '\(node.name)' is not there. Put it into the server's artifacts, then save the workflow anew."
            ),
            outputs: nil,
            keepsInputs: true
        )
    }
}

import Content
import Expressions
import JSONTree
import Playbooks
import XMLTree

/// XmlValidation, XmlParse and Xslt (section 6.23): the schema or map is an artifact of the tenant.
enum XMLActions {
    /// Whether actions of this type name schemas or maps.
    static func namesArtifacts(_ type: ActionType) -> Bool { [.xslt, .xmlValidation, .xmlParse].contains(type) }

    static func validate(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        let name = artifactName(inputs, "schema")
        guard let bytes = artifact("schema", name, context) else { return missing(node, "schema", name) }
        do throws(XMLError) {
            let document = try document(inputs)
            if let failure = try mismatch(node, document, bytes, name) { return failure }
            return .outputs(["body": envelope(document.utf8Bytes, "application/xml; charset=utf-8")], code: "OK")
        } catch {
            return PlainActions.badRequest("InvalidXml", "The action '\(node.name)' failed: \(error.message)")
        }
    }

    /// The content as JSON, by the mapping of `json()`; where a schema is named, only what it allows.
    static func parse(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        let name = artifactName(inputs, "schema")
        do throws(XMLError) {
            let document = try document(inputs)
            if !name.isEmpty {
                guard let bytes = artifact("schema", name, context) else { return missing(node, "schema", name) }
                if let failure = try mismatch(node, document, bytes, name) { return failure }
            }
            return .outputs(["body": document.json], code: "OK")
        } catch {
            return PlainActions.badRequest("InvalidXml", "The action '\(node.name)' failed: \(error.message)")
        }
    }

    /// The failure of a document that its schema does not allow; nil when it does.
    private static func mismatch(
        _ node: ActionNode,
        _ document: XMLDoc,
        _ schema: [UInt8],
        _ name: String
    ) throws(XMLError) -> PlainActions.Outcome? {
        let errors = try XMLSchema.compile(String(decoding: schema, as: UTF8.self)).validate(document)
        guard let first = errors.first else { return nil }
        let list = errors.map { error -> JSON in
            ["message": .string(error.message), "line": error.line.map { .integer(Int64($0)) } ?? .null]
        }
        return PlainActions.badRequest(
            "XmlValidationFailed",
            "The XML content of action '\(node.name)' does not match schema '\(name)': \(first.message)",
            outputs: ["errors": .array(list)]
        )
    }

    /// The content of an artifact; `order.xsd` is the schema `order`, too.
    private static func artifact(_ kind: String, _ name: String, _ context: RunContext) -> [UInt8]? {
        let artifacts = context.state.program.artifacts
        let folded = name.lowercased()
        if let exact = artifacts["\(kind)/\(folded)"] { return exact }
        guard let dot = folded.lastIndex(of: ".") else { return nil }
        return artifacts["\(kind)/\(folded[..<dot])"]
    }

    static func transform(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        let name = artifactName(inputs, "map")
        guard let bytes = artifact("map", name, context) else { return missing(node, "map", name) }
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

    /// Consumption names artifacts in `integrationAccount`, Standard beside the content.
    private static func artifactName(_ inputs: JSON, _ kind: String) -> String {
        let named = inputs[ignoringCase: "integrationAccount"]?[ignoringCase: kind] ?? inputs[ignoringCase: kind]
        return named?[ignoringCase: "name"]?.stringValue ?? ""
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
                "The \(kind) '\(name)' of action '\(node.name)' is not there. Put it there with `tocsin artifacts put \(kind) FILE --name \(name)`, then resubmit the run."
            ),
            outputs: nil,
            keepsInputs: true
        )
    }
}

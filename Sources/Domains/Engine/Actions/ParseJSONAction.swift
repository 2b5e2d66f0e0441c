import Content
import JSONSchema
import JSONTree
import Playbooks

/// ParseJson: reads text as JSON and checks it against a schema (section 6.9).
enum ParseJSONAction {
    static func run(_ node: ActionNode, _ inputs: JSON) -> PlainActions.Outcome {
        guard let content = inputs[ignoringCase: "content"], !content.isNull, content != "" else {
            return .failed(
                code: "BadRequest",
                RunError(
                    "InvalidTemplate",
                    "Unable to process template language expressions in action '\(node.name)' inputs at line '0' and column '0': 'Required property 'content' expects a value but got null. Path ''.'."
                ),
                outputs: nil,
                keepsInputs: false
            )
        }
        let value: JSON
        switch read(content) {
        case .success(let parsed): value = parsed
        case .failure(let failure):
            return .failed(code: failure.recordCode, failure.error, outputs: nil, keepsInputs: true)
        }
        guard let schema = inputs[ignoringCase: "schema"], schema.objectValue?.isEmpty == false else {
            return .outputs(["body": value], code: "OK")
        }
        return check(value, schema, node)
    }

    private struct Failure: Error {
        var recordCode: String
        var error: RunError
    }

    private static func read(_ content: JSON) -> Result<JSON, Failure> {
        guard let text = content.stringValue else {
            if let type = content["$content-type"]?.stringValue, content["$content"] != nil {
                return .failure(
                    Failure(
                        recordCode: "BadRequest",
                        error: RunError(
                            "BadRequest",
                            "The property 'content' must be of type JSON in the 'ParseJson' action inputs, but was of type '\(type)'."
                        )
                    )
                )
            }
            return .success(content)
        }
        do throws(ContentReader.Failure) {
            return .success(try ContentReader.read(text))
        } catch {
            return .failure(
                Failure(
                    recordCode: "InvalidJSON",
                    error: RunError(
                        "InvalidJSON",
                        "The 'content' property of actions of type 'ParseJson' must be valid JSON. The provided value cannot be parsed: '\(error.message)'."
                    )
                )
            )
        }
    }

    private static func check(_ value: JSON, _ schema: JSON, _ node: ActionNode) -> PlainActions.Outcome {
        do {
            let compiled = try SchemaCache.shared.schema(schema)
            if !compiled.unsupportedKeywords.isEmpty {
                return .failed(
                    code: "ActionSchemaNotSupported",
                    RunError(
                        "ActionSchemaNotSupported",
                        "The 'schema' property of action 'ParseJson' inputs contains 'pattern' or 'patternProperties' properties. 'Pattern' or 'patternProperties' properties are not supported in the action json schema."
                    ),
                    outputs: nil,
                    keepsInputs: true
                )
            }
            let errors = compiled.validate(value)
            guard !errors.isEmpty else { return .outputs(["body": value], code: "OK") }
            return .failed(
                code: "ValidationFailed",
                RunError("ValidationFailed", "The schema validation failed."),
                outputs: ["errors": .array(errors.map(\.json))],
                keepsInputs: true
            )
        } catch {
            return PlainActions.badRequest(
                "InvalidTemplate",
                "The schema of action '\(node.name)' is not valid: \(error)"
            )
        }
    }
}

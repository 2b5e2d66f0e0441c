import Engine
import JSONTree
import Serving

/// Reads the body of a request that puts or checks a workflow.
///
/// The definition is taken out of the text as it stands there, so that it can be given back byte for byte.
struct WorkflowBody: Sendable {
    /// What the body describes.
    let draft: WorkflowDraft
    /// The resource id of the body, if it has one.
    let id: String?

    private static let readOnly: Set<String> = [
        "definition", "parameters", "state", "kind", "networks", "createdtime", "changedtime", "version",
        "accessendpoint", "provisioningstate",
    ]

    /// Reads a body.
    ///
    /// `needsLocation`: whether `location` must be there, as when a workflow is put.
    /// - Throws: `Problem` with status 400 that says what is wrong.
    init(_ request: Request, needsLocation: Bool) throws(Problem) {
        guard !request.body.isEmpty else {
            throw Self.invalid("The request content is empty; send the workflow as JSON.")
        }
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument.parse(request.body)
        } catch {
            throw Self.invalid(
                "The request content was invalid and could not be deserialized: it is not JSON at line \(error.line), column \(error.column): \(error.message)"
            )
        }
        guard let body = document.value.objectValue else {
            throw Self.invalid("The request content must be a JSON object with 'properties'.")
        }
        guard let properties = body.member(ignoringCase: "properties"), let members = properties.value.objectValue
        else { throw Self.invalid("Required property 'properties' not found in JSON. Path ''.") }
        let location = try Self.text(body, "location")
        guard location != nil || !needsLocation else {
            throw Problem(
                status: 400,
                code: "LocationRequired",
                message: "The location property is required for this definition. Any word will do, such as \"local\"."
            )
        }
        guard let definition = members.member(ignoringCase: "definition"), !definition.value.isNull else {
            throw Self.invalid(
                "Required property 'definition' not found in JSON. Path 'properties'. A link to a definition is not followed here: send the definition itself."
            )
        }
        guard definition.value.objectValue != nil else {
            throw Self.invalid("The property 'properties.definition' must be an object.")
        }
        let pointer = JSONPointer([properties.name, definition.name])
        guard let text = document.text(of: pointer) else { throw Self.invalid("The definition cannot be read.") }
        let state = try Self.text(members, "state")
        guard let wanted = WorkflowState(word: state) else {
            throw Problem(
                status: 400,
                code: "InvalidWorkflowState",
                message: "The state '\(state ?? "")' is not valid; 'Enabled' and 'Disabled' are."
            )
        }
        id = body.member(ignoringCase: "id")?.value.stringValue
        draft = WorkflowDraft(
            definition: Array(text),
            parameters: try Self.object(members, "parameters"),
            location: location ?? "local",
            tags: .object(try Self.tags(body)),
            identity: body.member(ignoringCase: "identity")?.value.nonNull,
            kind: try Self.kind(members, body),
            state: wanted,
            properties: .object(Self.kept(members)),
            networks: try Self.networks(members)
        )
    }

    /// Azure has the kind beside the properties, files of Standard workflows have it beside the definition.
    private static func kind(_ properties: JSONObject, _ body: JSONObject) throws(Problem) -> String? {
        if let kind = try text(properties, "kind") { return kind }
        return try text(body, "kind")
    }

    /// The properties that are kept as they were put.
    private static func kept(_ properties: JSONObject) -> JSONObject {
        var kept = properties
        kept.removeAll { name, value in value.isNull || readOnly.contains(name.lowercased()) }
        return kept
    }

    private static func text(_ object: JSONObject, _ name: String) throws(Problem) -> String? {
        guard let value = object.member(ignoringCase: name)?.value.nonNull else { return nil }
        guard let text = value.stringValue else { throw invalid("The property '\(name)' must be a text.") }
        return text
    }

    private static func object(_ object: JSONObject, _ name: String) throws(Problem) -> JSONObject {
        guard let value = object.member(ignoringCase: name)?.value.nonNull else { return JSONObject() }
        guard let members = value.objectValue else { throw invalid("The property '\(name)' must be an object.") }
        return members
    }

    private static func tags(_ body: JSONObject) throws(Problem) -> JSONObject {
        let tags = try object(body, "tags")
        guard tags.count <= 50 else {
            throw Problem(status: 400, code: "InvalidTags", message: "A workflow has at most 50 tags.")
        }
        for (name, value) in tags where value.stringValue == nil || name.utf8.count > 512 {
            throw Problem(
                status: 400,
                code: "InvalidTags",
                message: "The value of the tag '\(name.prefix(80))' must be a text."
            )
        }
        return tags
    }

    /// Ours: the networks beyond the public internet that the workflow's actions may reach.
    private static func networks(_ properties: JSONObject) throws(Problem) -> [String] {
        guard let written = properties.member(ignoringCase: "networks")?.value.nonNull else { return [] }
        guard let items = written.arrayValue, items.allSatisfy({ $0.stringValue != nil }) else {
            throw invalid("The property 'networks' must be an array of texts such as \"10.0.0.0/8\".")
        }
        return items.compactMap(\.stringValue)
    }

    private static func invalid(_ message: String) -> Problem {
        Problem(status: 400, code: "InvalidRequestContent", message: message)
    }
}

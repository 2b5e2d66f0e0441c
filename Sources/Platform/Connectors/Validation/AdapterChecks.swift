import JSONTree

/// Looks for what is wrong in `adapter.json`, and for operations that it says too little about.
struct AdapterChecks {
    private let text: DefinitionText
    private let definition: ConnectorDefinition
    private let definitionText: DefinitionText

    init(_ text: DefinitionText, definition: ConnectorDefinition, definitionText: DefinitionText) {
        self.text = text
        self.definition = definition
        self.definitionText = definitionText
    }

    func remarks() -> [ConnectorRemark] {
        guard case .object(var rest) = text.json else {
            return [text.remark(.error, at: [], "The file is no object.", "Write an object with 'operations'.")]
        }
        var remarks: [ConnectorRemark] = []
        let operations = rest["operations"]?.objectValue ?? JSONObject()
        rest["operations"] = .object(JSONObject())
        remarks += compile(rest, at: [])
        for (name, rule) in operations {
            let place = ["operations", name]
            guard definition.operation(id: name) != nil else {
                remarks.append(
                    text.remark(
                        .error,
                        at: place,
                        "The operation '\(name)' is not in the definition.",
                        "Correct its name, or describe it in \(definitionText.file)."
                    )
                )
                continue
            }
            var one = rest
            one["operations"] = .object([name: rule])
            remarks += compile(one, at: place)
        }
        guard !remarks.contains(where: { $0.severity == .error }) else { return remarks }
        return remarks + incomplete(operations)
    }

    /// What keeps a part of the adapter from being compiled.
    private func compile(_ adapter: JSONObject, at place: [String]) -> [ConnectorRemark] {
        do {
            _ = try ConnectorAdapter(.object(adapter), connector: definition.name)
            return []
        } catch {
            let message = (error as? ConnectorError)?.message ?? "\(error)"
            return [
                text.remark(.error, at: place, message, "Documentation/writing-connectors.md says what may stand here.")
            ]
        }
    }

    /// Operations without effect or idempotency.
    private func incomplete(_ operations: JSONObject) -> [ConnectorRemark] {
        definition.operations.compactMap { operation in
            let rule = operations.member(ignoringCase: operation.id)?.value
            var missing: [String] = []
            if rule?["effect"] == nil { missing.append("effect") }
            if rule?["idempotency"] == nil { missing.append("idempotency") }
            guard !missing.isEmpty else { return nil }
            let place = rule == nil ? ["operations"] : ["operations", operation.id]
            return text.remark(
                .note,
                at: place,
                "The operation '\(operation.id)' says nothing about its \(missing.joined(separator: " and ")).",
                "Without it, \(operation.method) counts as "
                    + "\(["GET", "HEAD", "OPTIONS"].contains(operation.method) ? "reading and safe." : "a change that cannot be repeated.")"
            )
        }
    }
}

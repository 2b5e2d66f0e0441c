import JSONTree

/// Which extensions of a definition can be followed, and why others cannot.
extension ConnectorDefinition {
    /// An extension with what it says.
    struct Usable: Sendable {
        let name: String
        let source: DynamicSource
    }

    /// The first of several extensions at a field that can be followed.
    ///
    /// - Parameters:
    ///   - extensions: The extensions, the preferred one first; not empty.
    ///   - field: The field.
    /// - Returns: The extension, or why the first one cannot be followed.
    func usable(_ extensions: [DynamicExtension], at field: OperationField) -> Result<Usable, ChoiceFailure> {
        var first: ChoiceFailure?
        for one in extensions {
            if let source = one.source {
                guard let trouble = trouble(source) else {
                    return .success(Usable(name: one.name, source: source))
                }
                first = first ?? ChoiceFailure(trouble.code, "\(one.name) of '\(field.name)': \(trouble.message)")
            } else {
                first =
                    first
                    ?? ChoiceFailure(
                        .invalidDefinition,
                        "\(one.name) of '\(field.name)' cannot be followed: \(one.reason ?? "it is not understood")."
                    )
            }
        }
        return .failure(first ?? ChoiceFailure(.nothingDynamic, "There is nothing to ask for at '\(field.name)'."))
    }

    /// Why a source cannot be followed; nil when it can.
    private func trouble(_ source: DynamicSource) -> ChoiceFailure? {
        for call in source.calls {
            guard let target = operation(id: call.operation) else {
                return ChoiceFailure(
                    .invalidDefinition,
                    "It names the operation '\(call.operation)', which the definition does not have."
                )
            }
            if let reason = refusal(of: target) {
                return ChoiceFailure(.invalidDefinition, "It cannot be called: \(reason).")
            }
            if let change = changes(target) { return change }
            let targets = fields(of: target)
            for binding in call.bindings where !source.skipsUnknownParameters {
                if parameter(of: targets, for: binding) == nil {
                    return ChoiceFailure(
                        .invalidDefinition,
                        "It gives '\(binding.target)', which the operation '\(target.id)' does not take."
                    )
                }
            }
        }
        return nil
    }

    /// Why an operation may not be called to show something; nil when it only reads.
    ///
    /// What the adapter says counts. Else GET, HEAD and OPTIONS read, and POST where the operation is hidden: it then is there for
    /// editors only.
    func changes(_ operation: OperationDescription) -> ChoiceFailure? {
        let declared = adapter.operations[operation.id]?.effect
        let isForEditors = declared == nil && operation.method == "POST" && operation.isInternal
        if effect(of: operation) == .read || isForEditors { return nil }
        return ChoiceFailure(
            .changesSomething,
            "The operation '\(operation.id)' (\(operation.method)) may change something and is not called to show choices. If it "
                + "only reads, say so in the connector's adapter: \"effect\": \"read\"."
        )
    }

    /// The path in the parameters of an operation at which a value is given; nil when it takes none of that name.
    func parameter(of targets: FieldList, for binding: DynamicBinding) -> [String]? {
        if let field = targets.meant(by: binding.target) { return field.path }
        // A body without described members takes any.
        let open = targets.fields.first { $0.path.count == 1 && $0.place == .body && !$0.isGroup && $0.type != "array" }
        guard let open else { return nil }
        var parts = binding.target.split(separator: "/").map(String.init)
        if parts.count > 1, parts[0] == open.path[0] { parts.removeFirst() }
        return open.path + parts
    }
}

extension FieldList {
    /// The names of the fields whose values a source is asked with.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - origin: The path of the field that has it; nil for answers.
    /// - Returns: The names, each once; of a reference that means nothing the reference.
    func dependencies(of source: DynamicSource, origin: [String]?) -> [String] {
        var names: [String] = []
        for case .reference(let reference) in source.open.bindings.map(\.value) {
            let field = meant(by: reference, from: origin)
            // Nobody changes what is hidden; its default goes along.
            if let field, field.visibility == .internal, field.defaultValue != nil { continue }
            let name = field?.name ?? reference
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

extension DynamicExtension {
    /// Whether it is about a schema, also when it is not understood.
    var isSchema: Bool { name == "x-ms-dynamic-schema" || name == "x-ms-dynamic-properties" }
}

import JSONTree

/// Makes the parameters of a call for choices out of the values that an editor has.
struct ChoiceInputs {
    let definition: ConnectorDefinition
    /// The fields of the operation that is being edited.
    let list: FieldList
    /// The path of the field that is asked about, items by the numbers that were given; nil for answers.
    let origin: [String]?
    let values: FieldValues
    /// The folder that is looked into.
    let folder: JSON?

    /// The parameters of a call by name, members of a body as `body/member`.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - target: Its operation.
    ///   - skipsUnknown: Whether what the operation does not take is left out.
    /// - Returns: The parameters.
    /// - Throws: ``ChoiceFailure`` that names the field that has no value yet, or whose value cannot be used.
    func parameters(
        of call: DynamicSource.Call,
        _ target: OperationDescription,
        skipsUnknown: Bool
    ) throws(ChoiceFailure) -> JSON {
        let targets = definition.fields(of: target)
        var result = JSONObject()
        for binding in call.bindings {
            guard let path = definition.parameter(of: targets, for: binding) else {
                if skipsUnknown { continue }
                throw ChoiceFailure(
                    .invalidDefinition,
                    "The definition gives '\(binding.target)' to the operation '\(target.id)', which does not take it."
                )
            }
            let field = targets.fields.first { $0.path == path }
            guard let value = try value(of: binding, for: field, target) else { continue }
            result[path.joined(separator: "/")] = value
        }
        return .object(result)
    }

    private func value(
        of binding: DynamicBinding,
        for target: OperationField?,
        _ operation: OperationDescription
    ) throws(ChoiceFailure) -> JSON? {
        let type = target?.type ?? "any"
        switch binding.value {
        case .literal(let value): return value.nonNull
        case .selection:
            guard let value = folder?[binding.target]?.nonNull else {
                throw ChoiceFailure(
                    .invalidParameter,
                    "The folder to look into has no '\(binding.target)'. Give the member 'folder' as a choice has it."
                )
            }
            return value
        case .reference(let reference):
            let field = list.meant(by: reference, from: origin)
            let name = field?.name ?? reference
            let path = field.map { concrete($0.path) } ?? [reference]
            if let value = values.value(at: path) ?? field?.defaultValue {
                return try FieldValues.fitting(value, type: type, name: name)
            }
            let isAsked = target.map { $0.isRequired && $0.defaultValue == nil } ?? false
            guard binding.isRequired ?? (isAsked || field?.isRequired == true) else { return nil }
            let title = field?.title.map { " (\($0))" } ?? ""
            throw ChoiceFailure(
                .missingParameter,
                field == nil
                    ? "This depends on '\(reference)', which the operation has no parameter for; give a value of that name."
                    : "This depends on the parameter '\(name)'\(title), which has no value yet."
            )
        }
    }

    /// The path with the numbers of the items that the asked field is in.
    private func concrete(_ path: [String]) -> [String] {
        guard let origin else { return path }
        var result = path
        for index in path.indices where index < origin.count {
            guard path[index] == "*" || path[index].isSame(ignoringCase: origin[index]) else { break }
            result[index] = origin[index]
        }
        return result
    }
}

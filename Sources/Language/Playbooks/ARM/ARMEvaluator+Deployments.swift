internal import JSONTree

/// Outputs of deployments that are nested in a template.
extension ARMEvaluator {
    /// What `reference()` gives of a deployment whose template is in the file: its outputs.
    ///
    /// - Parameter name: The name, the resource id, or the symbolic name of the deployment.
    /// - Returns: nil for anything that only the cloud knows.
    func deployment(named name: String) -> JSON? {
        let wanted = name.lowercased()
        for (resource, key, pointer) in nestedDeployments {
            let written = resource[ignoringCase: "name"] ?? ""
            let own = ARMResolver(self).resolve(written, at: pointer + "/name").stringValue?.lowercased() ?? ""
            guard !own.isEmpty, wanted == own || wanted == key || wanted.hasSuffix("/deployments/\(own)") else {
                continue
            }
            guard deploymentsInProgress.insert(own).inserted else {
                return nil
            }
            defer { deploymentsInProgress.remove(own) }
            return ["outputs": .object(outputs(of: resource, at: pointer))]
        }
        return nil
    }

    /// The deployments among the resources, with their symbolic names; those of copy loops have no one name.
    private var nestedDeployments: [(resource: JSON, key: String?, pointer: String)] {
        let base = pointer + "/resources"
        let resources: [(resource: JSON, key: String?, pointer: String)] =
            switch template[ignoringCase: "resources"] {
            case .array(let list)?: list.enumerated().map { ($1, nil, Pointer.child(base, $0)) }
            case .object(let object)?: object.map { ($0.value, $0.name.lowercased(), Pointer.child(base, $0.name)) }
            default: []
            }
        return resources.filter { resource, _, _ in
            resource[ignoringCase: "type"]?.stringValue?.lowercased() == "microsoft.resources/deployments"
                && resource[ignoringCase: "copy"] == nil
                && resource[ignoringCase: "properties"]?[ignoringCase: "template"]?.objectValue != nil
        }
    }

    private func outputs(of resource: JSON, at pointer: String) -> JSONObject {
        let properties = resource[ignoringCase: "properties"] ?? .null
        let place = pointer + "/properties/template"
        // What is remarked on while an output is looked up belongs to the deployment, which is loaded by itself.
        let nested =
            scope(of: properties, at: pointer, template: place)
            ?? ARMEvaluator(template: template, given: given, context: context, pointer: self.pointer)
        nested.deploymentsInProgress = deploymentsInProgress
        let written = properties[ignoringCase: "template"]?[ignoringCase: "outputs"]?.objectValue ?? JSONObject()
        var outputs = JSONObject()
        for (name, output) in written {
            let value = output[ignoringCase: "value"] ?? .null
            outputs[name] = [
                "type": output[ignoringCase: "type"] ?? .null,
                "value": ARMResolver(nested).resolve(value, at: place + "/outputs/\(name)/value"),
            ]
        }
        return outputs
    }

    /// What evaluates the expressions of a nested template that has a scope of its own; nil where the scope is the outer one.
    ///
    /// `pointer`: the place of the resource.
    /// `template`: the place of its template.
    func scope(of properties: JSON, at pointer: String, template place: String) -> ARMEvaluator? {
        let word = properties[ignoringCase: "expressionEvaluationOptions"]?[ignoringCase: "scope"]?.stringValue
        guard word?.lowercased() == "inner", let template = properties[ignoringCase: "template"] else {
            // Outer scope is the default: the expressions see the parameters and variables of the template around.
            return nil
        }
        let values = ARMResolver(self).resolve(
            properties[ignoringCase: "parameters"] ?? [:],
            at: pointer + "/properties/parameters"
        )
        return ARMEvaluator(
            template: template,
            given: ARMParameters.values(from: values),
            context: context,
            pointer: place
        )
    }
}

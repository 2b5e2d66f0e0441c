internal import JSONTree

/// Importing of deployment templates: resources in order of appearance, nested deployments in their place.
extension FileLoader {
    /// How deep deployments may nest.
    private static let nestingLimit = 10
    /// How many resources a file may make; Azure's limit is 800 a template.
    private static let resourceLimit = 10_000

    mutating func loadTemplate() {
        file.form = .deploymentTemplate
        let evaluator = ARMEvaluator(template: document.value, given: given, context: context)
        checkGiven()
        load(evaluator, depth: 0)
        take(evaluator)
        if file.workflows.isEmpty {
            let hasErrors = file.hasErrors
            report(
                hasErrors ? .error : .warning,
                DiagnosticCode.noWorkflow,
                "The deployment template holds no workflow.",
                remedy: "Use a template with a resource of type Microsoft.Logic/workflows.",
                at: ""
            )
        }
    }

    /// Values for parameters that the template does not have.
    private mutating func checkGiven() {
        let declared = document.value[ignoringCase: "parameters"]?.objectValue ?? JSONObject()
        for name in given.names where declared.member(ignoringCase: name) == nil {
            report(
                .error,
                DiagnosticCode.invalidDeployment,
                "The deployment template has no parameter '\(name)', for which a value is given.",
                remedy: "Use one of its parameters: \(declared.names.joined(separator: ", ")).",
                at: "/parameters"
            )
        }
    }

    private mutating func take(_ evaluator: ARMEvaluator) {
        for remark in evaluator.remarks {
            report(remark.severity, remark.code, remark.message, remedy: remark.remedy, at: remark.pointer)
        }
    }

    /// Loads the resources of a template.
    ///
    /// - Parameters:
    ///   - evaluator: What evaluates its expressions.
    ///   - depth: How many deployments are around it.
    ///   - template: The template, where it is not the evaluator's own.
    ///   - base: The JSON pointer of that template in the file.
    private mutating func load(_ evaluator: ARMEvaluator, depth: Int, template: JSON? = nil, at base: String? = nil) {
        let template = template ?? evaluator.template
        let base = base ?? evaluator.pointer
        guard let member = template.objectValue?.member(ignoringCase: "resources") else {
            report(
                .error,
                DiagnosticCode.invalidDeployment,
                "The deployment template has no 'resources'.",
                remedy: "Add 'resources' with the workflow.",
                at: base
            )
            return
        }
        let pointer = Pointer.child(base, member.name)
        switch member.value {
        case .array(let resources):
            for (index, resource) in resources.enumerated() {
                loadCopies(resource, evaluator, at: Pointer.child(pointer, index), parent: nil, depth: depth)
            }
        case .object(let resources):
            // Language version 2.0: resources by symbolic name.
            for (name, resource) in resources {
                loadCopies(resource, evaluator, at: Pointer.child(pointer, name), parent: nil, depth: depth)
            }
        default:
            report(
                .error,
                DiagnosticCode.invalidDeployment,
                "The 'resources' of the deployment template must be an array or an object.",
                remedy: "Write 'resources' as an array.",
                at: pointer
            )
        }
    }

    /// A resource, or as many as its copy loop makes.
    private mutating func loadCopies(
        _ resource: JSON,
        _ evaluator: ARMEvaluator,
        at pointer: String,
        parent: (type: String, name: String)?,
        depth: Int
    ) {
        guard let copy = resource[ignoringCase: "copy"], copy.objectValue != nil else {
            loadResource(resource, evaluator, at: pointer, parent: parent, depth: depth)
            return
        }
        let resolver = ARMResolver(evaluator)
        let count = resolver.resolve(copy[ignoringCase: "count"] ?? .null, at: pointer + "/copy/count")
        let name = resolver.resolve(copy[ignoringCase: "name"] ?? "", at: pointer + "/copy/name").stringValue ?? ""
        guard let number = count.integerValue, (0...ARMResolver.copyLimit).contains(number) else {
            report(
                .error,
                DiagnosticCode.invalidDeployment,
                "The copy loop '\(name)' has the count \(count.text); it must be a whole number from 0 to \(ARMResolver.copyLimit).",
                remedy: "Correct 'count'.",
                at: pointer + "/copy"
            )
            return
        }
        for index in 0..<number {
            evaluator.copyLoops.append((name.lowercased(), index))
            loadResource(resource.removing("copy"), evaluator, at: pointer, parent: parent, depth: depth)
            evaluator.copyLoops.removeLast()
        }
    }

    private mutating func loadResource(
        _ resource: JSON,
        _ evaluator: ARMEvaluator,
        at pointer: String,
        parent: (type: String, name: String)?,
        depth: Int
    ) {
        resources += 1
        guard resources <= Self.resourceLimit else {
            if resources == Self.resourceLimit + 1 {
                report(
                    .error,
                    DiagnosticCode.invalidDeployment,
                    "The deployment template makes more than \(Self.resourceLimit) resources.",
                    remedy: "Split the template.",
                    at: pointer
                )
            }
            return
        }
        guard resource.objectValue != nil, let typeJSON = resource[ignoringCase: "type"] else {
            report(
                .error,
                DiagnosticCode.invalidDeployment,
                "A resource of the deployment template has no 'type'.",
                remedy: "Give it a type such as Microsoft.Logic/workflows.",
                at: pointer
            )
            return
        }
        // What is there already is only named, so that others can refer to it.
        if resource[ignoringCase: "existing"]?.boolValue == true {
            return
        }
        let resolver = ARMResolver(evaluator)
        let isChild = parent != nil
        let written = resolver.resolve(typeJSON, at: pointer + "/type").stringValue ?? ""
        let type = isChild && !written.contains(".") ? "\(parent?.type ?? "")/\(written)" : written
        if let condition = resource[ignoringCase: "condition"],
            resolver.resolve(condition, at: pointer + "/condition").boolValue == false
        {
            return
        }
        let ownName = resolver.resolve(resource[ignoringCase: "name"] ?? "", at: pointer + "/name").stringValue ?? ""
        let name = isChild && !written.contains(".") ? "\(parent?.name ?? "")/\(ownName)" : ownName
        switch type.lowercased() {
        case "microsoft.logic/workflows": addWorkflow(resource, name, evaluator, at: pointer)
        case "microsoft.web/connections": addConnection(resource, name, evaluator, at: pointer)
        case "microsoft.web/customapis": addCustomAPI(resource, name, evaluator, at: pointer)
        case "microsoft.resources/deployments":
            loadDeployment(resource, evaluator, at: pointer, depth: depth)
        case let other where other.hasSuffix("/contenttemplates"):
            loadContent(resource, evaluator, at: pointer, depth: depth)
        default: file.otherResources.append(LoadedResource(type: type, name: name, pointer: pointer))
        }
        if let children = resource[ignoringCase: "resources"]?.arrayValue {
            for (index, child) in children.enumerated() {
                let place = Pointer.child(pointer + "/resources", index)
                loadCopies(child, evaluator, at: place, parent: (type, name), depth: depth)
            }
        }
    }

    private mutating func addWorkflow(_ resource: JSON, _ name: String, _ evaluator: ARMEvaluator, at pointer: String) {
        let resolver = ARMResolver(evaluator)
        var properties = resource.objectValue?.member(ignoringCase: "properties")
        let base = Pointer.child(pointer, properties?.name ?? "properties")
        // Properties that are one expression, a variable mostly, are evaluated as a whole; else member by member.
        let isWhole = properties?.value.stringValue != nil
        if isWhole { properties = properties.map { ($0.name, resolver.resolve($0.value, at: base)) } }
        guard let properties, let definition = properties.value.objectValue?.member(ignoringCase: "definition") else {
            report(
                .error,
                DiagnosticCode.invalidDeployment,
                "The workflow '\(name)' has no definition.",
                remedy: "Add 'properties' with 'definition'.",
                at: pointer
            )
            return
        }
        let place = isWhole ? base : Pointer.child(base, definition.name)
        let renames = ARMResolver.Renames()
        let resolved =
            isWhole ? definition.value : ARMResolver(evaluator, renames: renames).resolve(definition.value, at: place)
        func read(_ holder: JSON, _ member: String, _ at: String) -> JSON? {
            holder.objectValue?.member(ignoringCase: member).map {
                isWhole && at == base ? $0.value : resolver.resolve($0.value, at: Pointer.child(at, $0.name))
            }
        }
        file.workflows.append(
            LoadedWorkflow(
                name: name,
                definition: resolved,
                parameters: read(properties.value, "parameters", base)?.objectValue ?? JSONObject(),
                form: .deploymentTemplate,
                state: read(properties.value, "state", base)?.stringValue,
                kind: read(resource, "kind", pointer)?.stringValue,
                location: read(resource, "location", pointer)?.stringValue,
                identity: read(resource, "identity", pointer),
                accessControl: read(properties.value, "accessControl", base),
                integrationAccount: read(properties.value, "integrationAccount", base),
                tags: read(resource, "tags", pointer)?.objectValue ?? JSONObject(),
                pointer: place,
                places: SourceMap(document, base: place, moved: renames.entries)
            )
        )
    }

    private mutating func addConnection(_ resource: JSON, _ name: String, _ evaluator: ARMEvaluator, at pointer: String)
    {
        let properties = ARMResolver(evaluator).resolve(
            resource[ignoringCase: "properties"] ?? [:],
            at: pointer + "/properties"
        )
        let api = properties[ignoringCase: "api"]
        let apiID = api?[ignoringCase: "id"]?.stringValue ?? ""
        var values = properties[ignoringCase: "parameterValues"]?.objectValue ?? JSONObject()
        for (key, value) in properties[ignoringCase: "alternativeParameterValues"]?.objectValue ?? JSONObject() {
            values[key] = value
        }
        file.connections.append(
            LoadedConnection(
                name: name,
                id: "\(context.groupPath)/providers/Microsoft.Web/connections/\(name)",
                api: ConnectorName.of(id: api?[ignoringCase: "name"]?.stringValue ?? apiID),
                apiID: apiID,
                displayName: properties[ignoringCase: "displayName"]?.stringValue,
                parameterValues: values,
                properties: properties,
                pointer: pointer
            )
        )
    }

    private mutating func addCustomAPI(_ resource: JSON, _ name: String, _ evaluator: ARMEvaluator, at pointer: String)
    {
        let properties = ARMResolver(evaluator).resolve(
            resource[ignoringCase: "properties"] ?? [:],
            at: pointer + "/properties"
        )
        file.customAPIs.append(
            LoadedCustomAPI(
                name: name,
                id: "\(context.groupPath)/providers/Microsoft.Web/customApis/\(name)",
                swagger: properties[ignoringCase: "swagger"],
                properties: properties,
                pointer: pointer
            )
        )
    }

    /// A template of a content package, as solutions carry their playbooks.
    ///
    /// Its `mainTemplate` is a value of the template around it: what is escaped there with `[[` are its own expressions.
    private mutating func loadContent(_ resource: JSON, _ evaluator: ARMEvaluator, at pointer: String, depth: Int) {
        guard let main = resource[ignoringCase: "properties"]?[ignoringCase: "mainTemplate"], depth < Self.nestingLimit
        else {
            return
        }
        let place = pointer + "/properties/mainTemplate"
        let template = ARMResolver(evaluator).resolve(main, at: place)
        let inner = ARMEvaluator(template: template, given: JSONObject(), context: context, pointer: place)
        load(inner, depth: depth + 1)
        take(inner)
    }

    /// A nested deployment: its template is in the file, or linked to, which is only remarked upon.
    private mutating func loadDeployment(_ resource: JSON, _ evaluator: ARMEvaluator, at pointer: String, depth: Int) {
        let properties = resource[ignoringCase: "properties"] ?? .null
        guard let member = properties.objectValue?.member(ignoringCase: "template"), member.value.objectValue != nil
        else {
            report(
                .warning,
                DiagnosticCode.linkedTemplate,
                "The deployment links to a template elsewhere, which is not read.",
                remedy: "Load the linked template as a file of its own.",
                at: pointer
            )
            return
        }
        guard depth < Self.nestingLimit else {
            report(
                .error,
                DiagnosticCode.invalidDeployment,
                "Deployments nest deeper than \(Self.nestingLimit).",
                remedy: "Split the template.",
                at: pointer
            )
            return
        }
        let place = Pointer.child(pointer + "/properties", member.name)
        guard let inner = evaluator.scope(of: properties, at: pointer, template: place) else {
            load(evaluator, depth: depth + 1, template: member.value, at: place)
            return
        }
        load(inner, depth: depth + 1)
        take(inner)
    }
}

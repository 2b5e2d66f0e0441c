internal import JSONTree

/// Takes the workflows out of one parsed file.
struct FileLoader {
    let document: JSONDocument
    let given: JSONObject
    let context: DeploymentContext
    var file = LoadedFile()
    /// How many resources of deployment templates were read.
    var resources = 0

    /// How many remarks on a file are kept.
    private static let remarkLimit = 1_000

    init(document: JSONDocument, given: JSONObject, context: DeploymentContext) {
        self.document = document
        self.given = given
        self.context = context
    }

    mutating func load() -> LoadedFile {
        for place in document.duplicateNames.prefix(Self.remarkLimit) {
            file.diagnostics.append(
                Diagnostic(
                    .warning,
                    code: DiagnosticCode.duplicateMember,
                    message: "An object has this member already; the last one counts.",
                    remedy: "Remove one of the two.",
                    line: place.line,
                    column: place.column
                )
            )
        }
        let root = document.value
        guard let object = root.objectValue else {
            report(.error, DiagnosticCode.unknownForm, "The file holds no object.", remedy: Self.forms, at: "")
            return file
        }
        let schema = root[ignoringCase: "$schema"]?.stringValue?.lowercased() ?? ""
        if schema.contains("deploymentparameters.json") {
            report(
                .error,
                DiagnosticCode.unknownForm,
                "The file holds the parameters of a deployment template.",
                remedy: "Load the template and give this file as its parameters.",
                at: ""
            )
        } else if schema.contains("deploymenttemplate.json") || root[ignoringCase: "resources"] != nil {
            loadTemplate()
        } else if let properties = root[ignoringCase: "properties"], properties[ignoringCase: "definition"] != nil {
            loadResource(root)
        } else if let definition = object.member(ignoringCase: "definition") {
            loadDefinitionHolder(root, definition: definition)
        } else if schema.contains("workflowdefinition.json") || root[ignoringCase: "triggers"] != nil
            || root[ignoringCase: "actions"] != nil
        {
            file.form = .bareDefinition
            add(root, at: "", from: root, form: .bareDefinition, parameters: JSONObject())
        } else {
            report(
                .error,
                DiagnosticCode.unknownForm,
                "The file holds no workflow in a known form.",
                remedy: Self.forms,
                at: ""
            )
        }
        return file
    }

    private static let forms =
        "Use a deployment template, a workflow resource, a gallery template, { definition, parameters }, "
        + "{ definition, kind } or a definition with 'triggers' and 'actions'."

    /// `{ properties: { definition, … } }`: a workflow resource, a gallery template or a cloud flow.
    private mutating func loadResource(_ root: JSON) {
        let properties = root[ignoringCase: "properties"] ?? .null
        let type = root[ignoringCase: "type"]?.stringValue?.lowercased() ?? ""
        let form: FileForm
        if type.hasPrefix("microsoft.logic/galleries") {
            form = .galleryTemplate
        } else if type.hasPrefix("microsoft.flow") || type.hasPrefix("microsoft.processsimple")
            || (type.isEmpty && properties[ignoringCase: "connectionReferences"] != nil)
        {
            form = .cloudFlow
        } else {
            form = .workflowResource
        }
        file.form = form
        guard let member = properties.objectValue?.member(ignoringCase: "definition") else {
            return
        }
        let base = Pointer.child("", root.objectValue?.member(ignoringCase: "properties")?.name ?? "properties")
        let references = properties[ignoringCase: "connectionReferences"]?.objectValue ?? JSONObject()
        for (key, reference) in references {
            addReference(key, reference, at: Pointer.child(base + "/connectionReferences", key))
        }
        var parameters = properties[ignoringCase: "parameters"]?.objectValue ?? JSONObject()
        if parameters["$connections"] == nil, !references.isEmpty, form == .galleryTemplate {
            parameters["$connections"] = ["value": Self.connections(references)]
        }
        add(member.value, at: Pointer.child(base, member.name), from: root, form: form, parameters: parameters)
    }

    /// What `$connections` would hold for the references of a gallery template.
    private static func connections(_ references: JSONObject) -> JSON {
        .object(
            references.mapValues { reference in
                [
                    "connectionId": reference[ignoringCase: "connection"]?[ignoringCase: "id"] ?? "",
                    "connectionName": reference[ignoringCase: "connectionName"] ?? "",
                    "id": reference[ignoringCase: "api"]?[ignoringCase: "id"] ?? "",
                ]
            }
        )
    }

    private mutating func addReference(_ key: String, _ reference: JSON, at pointer: String) {
        let named = reference[ignoringCase: "api"]
        let api =
            named?[ignoringCase: "id"]?.stringValue ?? reference[ignoringCase: "id"]?.stringValue
            ?? named?[ignoringCase: "name"]?.stringValue
        let id = reference[ignoringCase: "connection"]?[ignoringCase: "id"]?.stringValue
        file.connections.append(
            LoadedConnection(
                name: key,
                id: id ?? "",
                api: ConnectorName.of(id: api ?? ""),
                apiID: api ?? "",
                displayName: reference[ignoringCase: "displayName"]?.stringValue,
                parameterValues: JSONObject(),
                properties: reference,
                pointer: pointer
            )
        )
    }

    /// `{ definition, kind }` or `{ definition, parameters }`, some with `$connections` beside.
    private mutating func loadDefinitionHolder(_ root: JSON, definition: (name: String, value: JSON)) {
        let isStandard = root[ignoringCase: "kind"]?.stringValue != nil && root[ignoringCase: "parameters"] == nil
        let form = isStandard ? FileForm.standardWorkflow : .codeView
        file.form = form
        var parameters = root[ignoringCase: "parameters"]?.objectValue ?? JSONObject()
        if parameters["$connections"] == nil, let connections = root[ignoringCase: "$connections"] {
            parameters["$connections"] =
                connections[ignoringCase: "value"] == nil ? ["value": connections] : connections
        }
        add(definition.value, at: Pointer.child("", definition.name), from: root, form: form, parameters: parameters)
    }

    /// Adds the one workflow of a file that is no deployment template.
    private mutating func add(
        _ definition: JSON,
        at pointer: String,
        from root: JSON,
        form: FileForm,
        parameters: JSONObject
    ) {
        var values = parameters
        for (name, value) in given {
            values[values.member(ignoringCase: name)?.name ?? name] = ["value": value]
        }
        let properties = root[ignoringCase: "properties"]
        let title = properties?[ignoringCase: "displayName"]?.stringValue
        let name = root[ignoringCase: "name"]?.stringValue ?? ""
        file.workflows.append(
            LoadedWorkflow(
                name: form == .cloudFlow ? title ?? name : name,
                definition: definition,
                parameters: values,
                form: form,
                state: properties?[ignoringCase: "state"]?.stringValue,
                kind: root[ignoringCase: "kind"]?.stringValue,
                location: root[ignoringCase: "location"]?.stringValue,
                identity: root[ignoringCase: "identity"],
                accessControl: properties?[ignoringCase: "accessControl"],
                integrationAccount: properties?[ignoringCase: "integrationAccount"],
                tags: root[ignoringCase: "tags"]?.objectValue ?? JSONObject(),
                pointer: pointer,
                places: SourceMap(document, base: pointer)
            )
        )
    }

    mutating func report(
        _ severity: Diagnostic.Severity,
        _ code: String,
        _ message: String,
        remedy: String,
        at pointer: String
    ) {
        let isFirstError = severity == .error && !file.hasErrors
        guard file.diagnostics.count < Self.remarkLimit || isFirstError else {
            return
        }
        let place = document.position(pointer)
        file.diagnostics.append(
            Diagnostic(
                severity,
                code: code,
                message: message,
                remedy: remedy,
                pointer: pointer,
                line: place.line,
                column: place.column
            )
        )
    }

    /// The last part of a path.
    static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }
}

import JSONTree

/// One entry of `policyTemplateInstances`: a template of the connector platform with its parameters.
struct ConnectorPolicy: Sendable {
    /// What it works on.
    enum Section: Sendable, Hashable {
        case request
        case answer
    }

    /// The template's id in small letters.
    let template: String
    /// The operations in small letters; empty means all.
    let operations: Set<String>
    /// What it works on; most say it, and those that do not work on the request.
    let section: Section
    private let parameters: [String: JSON]
    private let templates: [String: PolicyTemplate]

    private static let prefix = "x-ms-apimtemplateparameter."

    init(_ json: JSON) {
        template = json["templateId"]?.stringValue?.lowercased() ?? ""
        var parameters: [String: JSON] = [:]
        var templates: [String: PolicyTemplate] = [:]
        var names: [JSON] = []
        var section = Section.request
        for (name, value) in json["parameters"]?.objectValue ?? JSONObject() {
            let key = name.lowercased()
            if key.hasPrefix(Self.prefix) {
                let name = String(key.dropFirst(Self.prefix.count))
                parameters[name] = value
                if let text = value.stringValue { templates[name] = PolicyTemplate(text) }
            } else if key == "x-ms-apimtemplate-operationname" {
                names = value.arrayValue ?? [value]
            } else if key == "x-ms-apimtemplate-policysection", value.stringValue?.lowercased() == "response" {
                section = .answer
            }
        }
        self.parameters = parameters
        self.templates = templates
        self.section = section
        operations = Set(names.compactMap { $0.stringValue?.lowercased() }.filter { !$0.isEmpty })
    }

    /// A parameter of the template as text, its name matched without regard to case.
    func text(_ name: String) -> String? {
        let value = parameters[name.lowercased()]
        return value?.stringValue ?? value?.nonNull.map(\.text)
    }

    /// A parameter of the template as it stands.
    func json(_ name: String) -> JSON? { parameters[name.lowercased()] }

    /// A parameter of the template that holds expressions.
    func template(_ name: String) -> PolicyTemplate? { templates[name.lowercased()] }

    /// A parameter that says yes or no, as a boolean or as text.
    func flag(_ name: String) -> Bool { text(name)?.lowercased() == "true" }

    /// Whether the operation is among those that it names; one that names none applies to all, unknown ones included.
    func applies(to operation: OperationDescription?) -> Bool { applies(toOperation: operation?.id) }

    /// The same by the operation's name.
    func applies(toOperation id: String?) -> Bool {
        guard !operations.isEmpty else { return true }
        return id.map { operations.contains($0.lowercased()) } ?? false
    }

    /// Whether it gives requests their address.
    var givesAddress: Bool { ["dynamichosturl", "dynamicsubdomain"].contains(template) }

    /// All expressions of its parameters.
    var allTemplates: [PolicyTemplate] { Array(templates.values) }

    /// The templates that are known.
    static let known: Set<String> = [
        "setheader", "setqueryparameter", "dynamichosturl", "dynamicsubdomain", "routerequesttoendpoint", "setproperty",
        "stringreplace", "convertobjecttoarray", "convertarraytoobject", "updatenextlink", "setvaluefromurl",
        "moveproperties", "setconnectionstatustounauthenticated", "stringtoarray", "encodepropertyvalue",
        "pollingtrigger",
    ]
}

public import JSONTree

/// A connector: its operations, what a connection needs, its policies and our adapter.
public struct ConnectorDefinition: Sendable {
    /// The name of its folder, in lower case; playbooks name it as the last part of `managedApis/…`.
    public let name: String
    /// The title for users.
    public let title: String
    /// What it is for.
    public let summary: String?
    /// The operations in the order of the definition.
    public let operations: [OperationDescription]
    /// The parameters that a connection asks for.
    public let connectionParameters: [ConnectionParameter]
    /// Scheme, host and base path of the definition, without a slash at the end; nil when it names no host.
    public let baseURL: String?

    let schemes: [SecurityScheme]
    let policies: [ConnectorPolicy]
    let scriptOperations: ScriptScope
    let adapter: ConnectorAdapter
    let index: OperationIndex

    /// Makes a connector of its three documents.
    ///
    /// - Parameters:
    ///   - name: The name of its folder.
    ///   - definition: `apiDefinition.swagger.json`.
    ///   - properties: `apiProperties.json`; nil when there is none.
    ///   - adapter: `adapter.json`; nil when there is none.
    ///   - hasScript: Whether a script lies beside them that the original service runs.
    /// - Throws: ``ConnectorError`` with `.invalidDefinition`. Unknown `x-` members and formats are never errors.
    public init(
        name: String,
        definition: JSON,
        properties: JSON? = nil,
        adapter: JSON? = nil,
        hasScript: Bool = false
    ) throws {
        guard definition["swagger"]?.stringValue == "2.0" else {
            throw ConnectorError(
                .invalidDefinition,
                "The definition of the connector '\(name)' is no Swagger 2.0 document: its member 'swagger' must be '2.0'."
            )
        }
        guard definition["paths"]?.objectValue != nil else {
            throw ConnectorError(.invalidDefinition, "The definition of the connector '\(name)' has no 'paths'.")
        }
        let document = OpenAPIDocument(json: definition)
        let settings = properties?["properties"]
        self.name = name.lowercased()
        title = definition["info"]?["title"]?.stringValue ?? name
        summary = definition["info"]?["description"]?.stringValue
        operations = document.operations()
        connectionParameters = ConnectionParameter.read(settings)
        baseURL = Self.baseURL(definition)
        schemes = SecurityScheme.read(definition["securityDefinitions"])
        policies = (settings?["policyTemplateInstances"]?.arrayValue ?? []).map(ConnectorPolicy.init)
        scriptOperations = hasScript ? ScriptScope(settings?["scriptOperations"]) : .none
        self.adapter = try ConnectorAdapter(adapter, connector: name)
        index = OperationIndex(operations)
        for id in self.adapter.operations.keys where index.operation(id: id) == nil {
            throw ConnectorError(
                .invalidDefinition,
                "The adapter of the connector '\(name)' names the operation '\(id)', which its definition does not have."
            )
        }
    }

    /// Whether this server itself answers it, unless a connection names another address.
    public var isOwn: Bool { adapter.isOwn }

    /// The operation of a method and a path, as an action of a playbook writes them.
    public func operation(method: String, path: String) -> OperationDescription? {
        index.find(method: method, path: path.prefix { $0 != "?" })?.operation
    }

    /// The operation of a name, matched without regard to case.
    public func operation(id: String) -> OperationDescription? { index.operation(id: id) }

    private static func baseURL(_ definition: JSON) -> String? {
        guard let host = definition["host"]?.stringValue, !host.isEmpty else { return nil }
        let schemes = definition["schemes"]?.arrayValue?.compactMap(\.stringValue) ?? ["https"]
        let scheme = schemes.contains("https") || schemes.isEmpty ? "https" : schemes[0]
        let path = definition["basePath"]?.stringValue ?? ""
        return URLText.join(URLText.join("\(scheme)://\(host)", path), "")
    }
}

/// Which operations need the script of the original service, which is not run here.
enum ScriptScope: Sendable {
    case none
    case all
    case named(Set<String>)

    init(_ json: JSON?) {
        let names = json?.arrayValue?.compactMap { $0.stringValue?.lowercased() } ?? []
        self = names.isEmpty ? .all : .named(Set(names))
    }

    func covers(_ id: String) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .named(let names): names.contains(id.lowercased())
        }
    }
}

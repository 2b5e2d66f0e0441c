public import JSONTree

/// A connector: its operations, what a connection needs, its policies and our adapter.
public final class ConnectorDefinition: Sendable {
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
    /// Scheme, host and base path of the definition, without a slash at the end; nil when it names no host, or only what stands for one.
    public let baseURL: String?

    /// The path below which its operations are; empty when there is none.
    let basePath: String
    let signIn: SignInSettings
    let policies: [ConnectorPolicy]
    let scriptOperations: ScriptScope
    let adapter: ConnectorAdapter
    let index: OperationIndex
    /// The schemas that those of operations refer to.
    let document: OpenAPIDocument
    /// How files are picked (`x-ms-capabilities`, `file-picker`); nil where the definition does not say.
    let filePicker: JSON?
    /// What the definition says that was understood otherwise.
    let remarks: [DefinitionNote]
    /// The checks of requests, made when an operation is first called.
    let requestChecks = RequestChecks()

    /// Makes a connector of its three documents.
    ///
    /// - Parameters:
    ///   - name: The name of its folder.
    ///   - definition: The definition: Swagger 2.0, or OpenAPI 3.0, 3.1 or 3.2.
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
        var definition = definition
        var settings = PropertiesFile.settings(properties)
        let isDerived = ["connectionParameters", "connectionParameterSets"].allSatisfy { settings?[$0]?.nonNull == nil }
        var remarks: [DefinitionNote] = []
        guard let version = DefinitionVersion(definition) else {
            throw ConnectorError(
                .invalidDefinition,
                "The definition of the connector '\(name)' is no Swagger 2.0 or OpenAPI 3 document: its member 'swagger' "
                    + "must be '2.0', or 'openapi' 3.0, 3.1 or 3.2."
            )
        }
        if version.format == .openAPI3, definition["paths"]?.objectValue != nil {
            let converted = OpenAPI3Document(definition, joinsSiblings: version.joinsSiblings)
            remarks = converted.notes
            settings = converted.settings(with: settings)
            definition = converted.definition
        }
        guard definition["paths"]?.objectValue != nil else {
            throw ConnectorError(.invalidDefinition, "The definition of the connector '\(name)' has no 'paths'.")
        }
        if version.format == .swagger2 { settings = HostText.completing(settings, definition) }
        let document = OpenAPIDocument(json: definition, joinsSiblings: version.joinsSiblings)
        let schemes = SecurityScheme.read(definition)
        remarks += schemes.compactMap { $0.note(in: definition) }
        if isDerived {
            var asked = settings?["connectionParameters"]?.objectValue ?? JSONObject()
            asked.merge(SecurityScheme.parameters(schemes))
            var object = settings?.objectValue ?? JSONObject()
            object["connectionParameters"] = .object(asked)
            settings = .object(object)
        }
        self.name = name.lowercased()
        title = definition["info"]?["title"]?.stringValue ?? name
        summary = definition["info"]?["description"]?.stringValue
        policies = (settings?["policyTemplateInstances"]?.arrayValue ?? []).map(ConnectorPolicy.init)
        operations = document.operations(policies)
        connectionParameters = ConnectionParameter.read(settings)
        let host = HostText(definition["host"]?.stringValue ?? "")
        baseURL = host.isName ? Self.address(definition) : nil
        let base = definition["basePath"]?.stringValue ?? ""
        basePath = base.contains { $0 != "/" } && HostText(base).isName ? base : ""
        if host.isPlaceholder, !policies.contains(where: { $0.givesAddress && $0.operations.isEmpty }) {
            remarks.append(Self.placeholder(definition, version.format))
        }
        signIn = SignInSettings(settings, definition: definition, schemes: schemes, isDerived: isDerived)
        scriptOperations = ScriptScope(settings, isHere: hasScript)
        index = OperationIndex(operations)
        var read = try ConnectorAdapter(adapter, connector: name)
        try read.settle(in: index, connector: name)
        self.adapter = read
        self.document = document.keepingSchemas()
        filePicker = definition["x-ms-capabilities"]?["file-picker"]?.nonNull
        self.remarks = remarks
    }

    /// Whether this server itself answers it, unless a connection names another address.
    public var isOwn: Bool { adapter.isOwn }

    /// The operation of a method and a path, as an action of a playbook writes them.
    public func operation(method: String, path: String) -> OperationDescription? {
        index.find(method: method, path: path)?.operation
    }

    /// The operation that a path with `{}` for each value that is not known can mean.
    public func operation(method: String, pattern: String) -> OperationDescription? {
        index.find(method: method, pattern: pattern)
    }

    /// Why calls of an operation are refused; nil when they are made.
    public func refusal(of operation: OperationDescription) -> String? {
        if needsScript(operation) {
            return "the operation '\(operation.id)' needs a script\(scriptOperations.file), which is not run"
        }
        let unknown = policies.first { $0.applies(to: operation) && !ConnectorPolicy.known.contains($0.template) }
        return unknown.map { "the operation '\(operation.id)' needs the policy '\($0.template)', which is not known" }
    }

    /// The operation of a name, matched without regard to case.
    public func operation(id: String) -> OperationDescription? { index.operation(id: id) }

    /// Whether the adapter says of an operation what it does to the world and how a lost answer is settled.
    public func isDeclared(_ id: String) -> Bool {
        guard let operation = operation(id: id), let adapter = adapter.operations[operation.id] else { return false }
        return adapter.effect != nil && (adapter.effect == .read || adapter.settling.idempotency != nil)
    }

    /// Whether an operation needs a script of the original service, which is not run; its calls are refused.
    public func needsScript(_ operation: OperationDescription) -> Bool { scriptOperations.covers(operation.id) }

    /// What an operation does to the world: by the adapter, else by its method and the words of its name.
    public func effect(of operation: OperationDescription) -> EffectClass {
        adapter.operations[operation.id]?.effect ?? EffectGuess.effect(of: operation)
    }

    /// How a call of an operation whose answer was lost is settled: by the adapter, else by its method.
    public func idempotency(of operation: OperationDescription) -> Idempotency {
        adapter.operations[operation.id]?.settling.idempotency
            ?? (effect(of: operation) == .read ? .safe : .none)
    }

    /// The address of a connection: one without a path takes the place of the host that the definition does not name.
    func completing(_ url: String) -> String {
        guard baseURL == nil, !basePath.isEmpty, let mark = url.firstRange(of: "://"),
            !url[mark.upperBound...].drop(while: { $0 != "/" }).contains(where: { $0 != "/" })
        else { return url }
        return URLText.join(url, basePath)
    }

    /// The address of an operation: where its own base path takes the place of the definition's, at the end of the address, or else
    /// of the whole path.
    func placing(_ operation: OperationDescription, at url: String) -> String {
        guard let own = operation.basePath else { return url }
        let whole = URLText.join(url, "")
        let usual = URLText.join(basePath, "")
        if whole.hasSuffix(usual) { return URLText.join(String(whole.dropLast(usual.count)), own) }
        return URLText.origin(url).map { URLText.join($0, own) } ?? url
    }

    private static func placeholder(_ definition: JSON, _ format: DefinitionVersion.Format) -> DefinitionNote {
        DefinitionNote(
            severity: .warning,
            place: format == .swagger2 ? ["host"] : ["servers"],
            message:
                "'\(definition["host"]?.stringValue ?? "")' stands for a host and is none, so that every connection needs a 'baseUrl'.",
            remedy:
                "Name the host; a part that differs between connections is written in braces, as {tenant}.example.com."
        )
    }

    /// Scheme, host and base path as they are written; nil without a host.
    static func address(_ definition: JSON) -> String? {
        guard let host = definition["host"]?.stringValue, !host.isEmpty else { return nil }
        // People write a whole address there.
        let whole = host.firstRange(of: "://").map { host[$0.upperBound...] } ?? host[...]
        let schemes = definition["schemes"]?.arrayValue?.compactMap(\.stringValue) ?? ["https"]
        let scheme = schemes.contains("https") || schemes.isEmpty ? "https" : schemes[0]
        let path = definition["basePath"]?.stringValue ?? ""
        return URLText.join(URLText.join("\(scheme)://\(whole)", path), "")
    }
}

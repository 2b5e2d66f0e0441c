public import JSONTree

/// What a file holds, after its deployment template, if it has one, is evaluated.
public struct LoadedFile: Sendable {
    /// The form of the file; nil when it could not be recognised.
    public internal(set) var form: FileForm?
    /// The workflows, in order of appearance.
    public internal(set) var workflows: [LoadedWorkflow] = []
    /// The connections, in order of appearance.
    public internal(set) var connections: [LoadedConnection] = []
    /// The connectors of one's own (`Microsoft.Web/customApis`), in order of appearance.
    public internal(set) var customAPIs: [LoadedCustomAPI] = []
    /// All other resources, in order of appearance: they are not imported.
    public internal(set) var otherResources: [LoadedResource] = []
    /// Remarks on the file itself and on its deployment template, with places in the file.
    ///
    /// Those on the definitions come from compiling them.
    public internal(set) var diagnostics: [Diagnostic] = []

    /// Whether something keeps the file from being imported.
    public var hasErrors: Bool { diagnostics.contains(where: \.isError) }
}

/// A workflow of a file.
public struct LoadedWorkflow: Sendable {
    /// The name: that of the resource, else empty.
    public internal(set) var name: String
    /// The definition with the expressions of the deployment template replaced; the order of members is kept.
    public internal(set) var definition: JSON
    /// The values beside the definition, `{ "p": { "value": … } }`, `$connections` among them.
    public internal(set) var parameters: JSONObject
    /// The form that it came in.
    public internal(set) var form: FileForm
    /// `properties.state`, for instance `Enabled`, as written.
    public internal(set) var state: String?
    /// `kind`, for instance `Stateful` or `Stateless`, as written.
    public internal(set) var kind: String?
    /// `location`.
    public internal(set) var location: String?
    /// `identity` of the resource.
    public internal(set) var identity: JSON?
    /// `properties.accessControl`.
    public internal(set) var accessControl: JSON?
    /// `properties.integrationAccount`.
    public internal(set) var integrationAccount: JSON?
    /// `tags` of the resource.
    public internal(set) var tags: JSONObject
    /// The JSON pointer of the definition in the file.
    public internal(set) var pointer: String
    /// Where values of the definition stand in the file.
    public internal(set) var places: SourceMap

    /// Whether the workflow is to run once it is imported: unless its state is `Disabled` or `Suspended`.
    public var isEnabled: Bool {
        !["disabled", "suspended"].contains(state?.lowercased() ?? "")
    }

    /// The options with which to compile it: places in the file, rules by its kind.
    ///
    /// - Parameter refusesMissingParameters: Whether a parameter without value is an error, as at save.
    /// - Returns: The options.
    public func compileOptions(refusesMissingParameters: Bool = false) -> CompileOptions {
        let places = places
        return CompileOptions(
            host: form == .standardWorkflow ? .standard : .consumption,
            refusesMissingParameters: refusesMissingParameters,
            locate: { places.position($0) }
        )
    }

    /// Compiles the definition; missing parameter values are remarked upon only.
    public func compile() -> Compilation {
        Definition.compile(definition, parameters: parameters, options: compileOptions())
    }
}

/// A connection of a file.
public struct LoadedConnection: Sendable, Hashable {
    /// The name of the resource, or the key of the reference.
    public let name: String
    /// The resource id under which workflows know it.
    public let id: String
    /// The last part of the id of its connector, for instance `azuresentinel`; empty when none is named.
    public let api: String
    /// The id of its connector.
    public let apiID: String
    /// `displayName`.
    public let displayName: String?
    /// `parameterValues`, and those of an alternative authentication; they may hold secrets.
    public let parameterValues: JSONObject
    /// The whole `properties`.
    public let properties: JSON
    /// The JSON pointer of it in the file.
    public let pointer: String
}

extension [LoadedConnection] {
    /// The connector of the connection with this name, any case; nil when there is none, or its connector is not said.
    ///
    /// - Parameter name: The name of a connection or the key of a reference.
    /// - Returns: The name of the connector.
    public func connector(of name: String) -> String? {
        let api = first { $0.name.lowercased() == name.lowercased() }?.api ?? ""
        return api.isEmpty ? nil : api
    }
}

/// A resource that is not imported.
public struct LoadedResource: Sendable, Hashable {
    /// The type, as written.
    public let type: String
    /// The name.
    public let name: String
    /// The JSON pointer of it in the file.
    public let pointer: String
}

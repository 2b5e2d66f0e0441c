public import JSONTree
public import Moments

/// Whether a workflow's triggers fire.
public enum WorkflowState: String, Sendable, Hashable, CaseIterable {
    /// Triggers fire.
    case enabled = "Enabled"
    /// Nothing fires; runs under way go on.
    case disabled = "Disabled"
    /// As disabled; set by whoever operates the server.
    case suspended = "Suspended"

    /// The state of a word, any case; an empty or missing one is enabled.
    public init?(word: String?) {
        guard let word, !word.isEmpty, word.lowercased() != "notspecified" else {
            self = .enabled
            return
        }
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() }) else {
            return nil
        }
        self = found
    }
}

/// A workflow as it is stored: everything but its definition.
public struct WorkflowRecord: Sendable, Hashable {
    /// The tenant that owns it.
    public var tenant: String
    /// Its own identifier: 32 hex digits, part of its callback addresses and the scope of its runs.
    public var id: String
    /// Where it stands.
    public var key: WorkflowKey
    /// The location.
    public var location: String
    /// The tags, an object.
    public var tags: JSON
    /// The `identity` of the resource.
    public var identity: JSON?
    /// `Stateful` or `Stateless`, when the workflow is a Standard one.
    public var kind: String?
    /// Whether its triggers fire.
    public var state: WorkflowState
    /// When it was made.
    public var created: Timestamp
    /// When it was changed last.
    public var changed: Timestamp
    /// The current version.
    public var version: String
    /// The further properties as they were put: `accessControl`, `endpointsConfiguration`, `integrationAccount` and others.
    public var properties: JSON
    /// Networks beyond the public internet that its Http actions may reach, such as `10.0.0.0/8`.
    public var networks: [String]

    /// Whether its runs skip the journal (Standard, `kind: Stateless`).
    public var isStateless: Bool { kind?.lowercased() == "stateless" }
}

/// A version of a workflow, with its definition.
public struct WorkflowVersion: Sendable {
    /// The workflow, as it is now.
    public var workflow: WorkflowRecord
    /// The version.
    public var version: String
    /// When the version was made.
    public var created: Timestamp
    /// The definition, byte for byte as it was put.
    public var definition: [UInt8]
    /// The values of the parameters, `{ "p": { "value": … } }`, without those of secure ones.
    public var parameters: JSON
}

/// A workflow that somebody wants to put.
public struct WorkflowDraft: Sendable {
    /// The definition, byte for byte.
    public var definition: [UInt8]
    /// The values of the parameters, `{ "p": { "value": … } }`.
    public var parameters: JSONObject
    /// The location.
    public var location: String
    /// The tags.
    public var tags: JSON
    /// The `identity` of the resource.
    public var identity: JSON?
    /// `Stateful` or `Stateless`.
    public var kind: String?
    /// Whether its triggers are to fire.
    public var state: WorkflowState
    /// The further properties.
    public var properties: JSON
    /// Networks beyond the public internet that its Http actions may reach.
    public var networks: [String]

    /// Makes a draft.
    public init(
        definition: [UInt8],
        parameters: JSONObject = JSONObject(),
        location: String = "local",
        tags: JSON = .object(JSONObject()),
        identity: JSON? = nil,
        kind: String? = nil,
        state: WorkflowState = .enabled,
        properties: JSON = .object(JSONObject()),
        networks: [String] = []
    ) {
        self.definition = definition
        self.parameters = parameters
        self.location = location
        self.tags = tags
        self.identity = identity
        self.kind = kind
        self.state = state
        self.properties = properties
        self.networks = networks
    }
}

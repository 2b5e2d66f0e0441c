public import JSONTree
public import Playbooks

/// One version of a workflow, ready to run: the compiled definition and the plan of its groups.
public final class WorkflowProgram: Sendable {
    /// What the workflow is, apart from its definition.
    public struct Identity: Sendable, Hashable {
        /// The tenant.
        public var tenant: String
        /// The workflow's own identifier: 32 hex digits, part of its callback addresses.
        public var id: String
        /// The name.
        public var name: String
        /// The resource id, as `workflow().id` shows it.
        public var resourceID: String
        /// The location.
        public var location: String
        /// The tags.
        public var tags: JSON
        /// The version of the definition.
        public var version: String
        /// Whether runs skip the journal (Standard, `kind: Stateless`).
        public var isStateless: Bool

        /// Makes an identity.
        public init(
            tenant: String,
            id: String,
            name: String,
            resourceID: String,
            location: String = "local",
            tags: JSON = .object(JSONObject()),
            version: String,
            isStateless: Bool = false
        ) {
            self.tenant = tenant
            self.id = id
            self.name = name
            self.resourceID = resourceID
            self.location = location
            self.tags = tags
            self.version = version
            self.isStateless = isStateless
        }
    }

    /// A group of sibling actions with the place of each.
    struct Group: Sendable {
        let container: ActionID?
        let branch: Branch
        let children: [ActionID]
        let roots: [ActionID]
        let leaves: [ActionID]
    }

    /// What the workflow is.
    public let identity: Identity
    /// The compiled definition.
    public let definition: Definition

    let groups: [Group]
    /// The group that each action belongs to.
    let groupOf: [Int]
    /// The place of each action in its group.
    let placeOf: [Int]
    /// The groups inside each action.
    let groupsIn: [[Int]]
    /// Whether the record of each action may be read by an expression.
    let keepsRecord: [Bool]
    /// Whether some action or parameter is secured, so that checkpoints are sealed.
    let hasSecrets: Bool

    /// Schemas and maps that XML actions name, by `schema/NAME` and `map/NAME`, lower case.
    public let artifacts: [String: [UInt8]]

    /// Networks beyond the server's own that its calls may reach, such as `10.0.0.0/8`.
    public let allowedNetworks: [String]

    /// Plans a definition.
    public init(
        identity: Identity,
        definition: Definition,
        artifacts: [String: [UInt8]] = [:],
        allowedNetworks: [String] = []
    ) {
        self.identity = identity
        self.allowedNetworks = allowedNetworks
        self.artifacts = artifacts
        self.definition = definition
        var groups = [
            Group(
                container: nil,
                branch: .root,
                children: definition.root.children,
                roots: definition.root.roots,
                leaves: definition.root.leaves
            )
        ]
        var groupOf = [Int](repeating: 0, count: definition.actions.count)
        var placeOf = groupOf
        var groupsIn = [[Int]](repeating: [], count: definition.actions.count)
        for (place, child) in definition.root.children.enumerated() { placeOf[child.index] = place }
        for node in definition.actions {
            for group in node.groups {
                let index = groups.count
                groups.append(
                    Group(
                        container: node.id,
                        branch: group.branch,
                        children: group.children,
                        roots: group.roots,
                        leaves: group.leaves
                    )
                )
                groupsIn[node.id.index].append(index)
                for (place, child) in group.children.enumerated() {
                    groupOf[child.index] = index
                    placeOf[child.index] = place
                }
            }
        }
        self.groups = groups
        self.groupOf = groupOf
        self.placeOf = placeOf
        self.groupsIn = groupsIn
        keepsRecord = definition.actions.map { node in
            definition.hasDynamicReferences || node.isReferenced
                || (node.parent.map { definition[$0].isResultScope } ?? false)
        }
        hasSecrets =
            definition.actions.contains { $0.hidesInputs || $0.hidesOutputs || !$0.secureParameters.isEmpty }
            || definition.parameters.contains { $0.isSecure }
            || definition.triggers.contains { $0.hidesInputs || $0.hidesOutputs }
    }
}

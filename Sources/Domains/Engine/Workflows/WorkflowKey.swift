/// The place of a workflow in the resource tree.
///
/// It has a subscription, a resource group and a name; case does not count.
public struct WorkflowKey: Sendable {
    /// The subscription.
    public var subscription: String
    /// The resource group.
    public var resourceGroup: String
    /// The name.
    public var name: String

    /// Makes a key.
    public init(subscription: String, resourceGroup: String, name: String) {
        self.subscription = subscription
        self.resourceGroup = resourceGroup
        self.name = name
    }

    /// The resource id, in the case in which the parts were given.
    public var resourceID: String {
        "/subscriptions/\(subscription)/resourceGroups/\(resourceGroup)/providers/Microsoft.Logic/workflows/\(name)"
    }

    /// Reads a resource id; nil when it is not that of a workflow.
    public init?(resourceID: String) {
        let parts = resourceID.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard parts.count == 8, parts[0].lowercased() == "subscriptions", parts[2].lowercased() == "resourcegroups",
            parts[4].lowercased() == "providers", parts[5].lowercased() == "microsoft.logic",
            parts[6].lowercased() == "workflows"
        else { return nil }
        self.init(subscription: parts[1], resourceGroup: parts[3], name: parts[7])
    }

    /// The parts in lower case, by which rows are found.
    var folded: [String] { [subscription.lowercased(), resourceGroup.lowercased(), name.lowercased()] }
}

extension WorkflowKey: Hashable {
    /// Whether all parts are the same, any case.
    public static func == (left: WorkflowKey, right: WorkflowKey) -> Bool { left.folded == right.folded }

    /// Hashes the parts in lower case.
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

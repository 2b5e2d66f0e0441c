import ArgumentParser
import Content

/// Where workflows stand: a subscription and a resource group.
struct WorkflowPlace: Sendable {
    /// The subscription, a GUID.
    var subscription = "00000000-0000-0000-0000-000000000000"
    /// The resource group.
    var resourceGroup = "tocsin"

    /// The path of the workflows, encoded.
    var workflows: String {
        "/subscriptions/\(PercentEncoding.encode(subscription))/resourceGroups/\(PercentEncoding.encode(resourceGroup))"
            + "/providers/Microsoft.Logic/workflows"
    }

    /// The path of a workflow and what is below it.
    func path(_ parts: String...) -> String {
        parts.reduce(workflows) { $0 + "/" + PercentEncoding.encode($1) }
    }

    /// The version of the management interface that commands speak.
    static let version = ("api-version", "2019-05-01")
}

/// The options by which a command names the place of workflows.
struct PlaceOptions: ParsableArguments {
    @Option(help: "Subscription, a GUID.")
    var subscription = WorkflowPlace().subscription

    @Option(help: "Resource group.")
    var resourceGroup = WorkflowPlace().resourceGroup

    /// The place.
    var place: WorkflowPlace { WorkflowPlace(subscription: subscription, resourceGroup: resourceGroup) }
}

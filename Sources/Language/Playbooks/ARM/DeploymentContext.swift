internal import JSONTree
public import Moments

/// What a deployment template may ask about the place that it is deployed to.
///
/// Importing a template deploys nothing to a cloud, so these are the names under which this server keeps what the
/// template makes. The defaults are fixed, so that importing twice gives the same.
public struct DeploymentContext: Sendable, Hashable {
    /// The subscription's id, a GUID.
    public var subscriptionID: String
    /// The tenant's id, a GUID.
    public var tenantID: String
    /// The name of the resource group.
    public var resourceGroup: String
    /// The region of the resource group.
    public var location: String
    /// The name of the deployment.
    public var deploymentName: String
    /// The instant that `utcNow()` sees.
    public var now: Timestamp

    /// A place; the defaults are fixed names and the year 2000.
    public init(
        subscriptionID: String = "00000000-0000-0000-0000-000000000000",
        tenantID: String = "00000000-0000-0000-0000-000000000001",
        resourceGroup: String = "tocsin",
        location: String = "local",
        deploymentName: String = "import",
        now: Timestamp = Timestamp(unixSeconds: 946_684_800)
    ) {
        self.subscriptionID = subscriptionID
        self.tenantID = tenantID
        self.resourceGroup = resourceGroup
        self.location = location
        self.deploymentName = deploymentName
        self.now = now
    }

    /// The id of the subscription as a resource.
    var subscriptionPath: String { "/subscriptions/\(subscriptionID)" }
    /// The id of the resource group as a resource.
    var groupPath: String { "\(subscriptionPath)/resourceGroups/\(resourceGroup)" }

    /// What `subscription()` gives.
    var subscription: JSON {
        [
            "id": .string(subscriptionPath), "subscriptionId": .string(subscriptionID), "tenantId": .string(tenantID),
            "displayName": .string(subscriptionID),
        ]
    }

    /// What `resourceGroup()` gives.
    var group: JSON {
        [
            "id": .string(groupPath), "name": .string(resourceGroup), "type": "Microsoft.Resources/resourceGroups",
            "location": .string(location), "managedBy": "",
            "tags": ARMUnresolved.marker("resourceGroup().tags"),
            "properties": ["provisioningState": "Succeeded"],
        ]
    }

    /// What `deployment()` gives.
    var deployment: JSON {
        [
            "name": .string(deploymentName), "location": .string(location),
            "properties": [
                "template": [:], "templateHash": "", "parameters": [:], "mode": "Incremental",
                "provisioningState": "Accepted",
                "templateLink": ARMUnresolved.marker("deployment().properties.templateLink"),
            ],
        ]
    }

    /// What `environment()` gives: the addresses of the public cloud, to which templates refer.
    static let environment: JSON = [
        "name": "AzureCloud",
        "gallery": "https://gallery.azure.com/",
        "graph": "https://graph.windows.net/",
        "portal": "https://portal.azure.com",
        "graphAudience": "https://graph.windows.net/",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "batch": "https://batch.core.windows.net/",
        "media": "https://rest.media.azure.net",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "vmImageAliasDoc":
            "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json",
        "resourceManager": "https://management.azure.com/",
        "authentication": [
            "loginEndpoint": "https://login.microsoftonline.com/",
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common", "identityProvider": "AAD",
        ],
        "suffixes": [
            "acrLoginServer": ".azurecr.io", "azureDatalakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
            "azureDatalakeStoreFileSystem": "azuredatalakestore.net", "azureFrontDoorEndpointSuffix": "azurefd.net",
            "keyvaultDns": ".vault.azure.net", "sqlServerHostname": ".database.windows.net",
            "storage": "core.windows.net",
        ],
    ]
}

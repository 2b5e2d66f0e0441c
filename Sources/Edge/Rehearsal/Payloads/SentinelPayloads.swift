import JSONTree
import Moments

/// What Microsoft Sentinel hands to playbooks: incidents, alerts and entities, as realistic as a rehearsal needs them.
struct SentinelPayloads {
    let now: Timestamp

    static let subscription = "22222222-3333-4444-5555-666666666666"
    static let group = "contoso-soc"
    static let workspace = "contoso-sentinel"
    static let workspaceID = "11111111-2222-3333-4444-555555555555"
    static let tenantID = "99999999-8888-7777-6666-555555555555"
    private static let alertID = "5a6f0f5c-9c6a-4c8b-8e0e-6a1f4c5b2d10"
    private static let incidentID = "0f4f2f0e-7c9b-4f0c-9d8a-3b2a1c0d9e8f"

    private static var scope: String {
        "/subscriptions/\(subscription)/resourceGroups/\(group)/providers/Microsoft.OperationalInsights/workspaces/"
            + "\(workspace)/providers/Microsoft.SecurityInsights"
    }

    private static var workspaceInfo: JSON {
        [
            "SubscriptionId": .string(subscription), "ResourceGroupName": .string(group),
            "WorkspaceName": .string(workspace),
        ]
    }

    private func ago(_ minutes: Int64) -> JSON { .string((now - .minutes(minutes)).iso8601) }

    // MARK: - Incidents

    /// The body of the incident trigger.
    var incident: JSON {
        [
            "eventUniqueId": "c0a8f6a2-2f7b-4a54-a3f5-0b8c2a1d7e90",
            "objectSchemaType": "Incident",
            "objectEventType": "Create",
            "workspaceInfo": Self.workspaceInfo,
            "workspaceId": .string(Self.workspaceID),
            "object": [
                "id": .string("\(Self.scope)/Incidents/\(Self.incidentID)"),
                "name": .string(Self.incidentID),
                "etag": "\"5c00a3b2-0000-0d00-0000-65f0c1d20000\"",
                "type": "Microsoft.SecurityInsights/Incidents",
                "properties": properties,
            ],
        ]
    }

    private var properties: JSON {
        [
            "title": "Sign-ins from an address of a known attacker",
            "description": "Several accounts signed in from an address that threat intelligence names.",
            "severity": "High",
            "status": "New",
            "owner": ["objectId": nil, "email": nil, "assignedTo": nil, "userPrincipalName": nil],
            "labels": [["labelName": "identity", "labelType": "User"]],
            "firstActivityTimeUtc": ago(65), "lastActivityTimeUtc": ago(8), "lastModifiedTimeUtc": ago(1),
            "createdTimeUtc": ago(2),
            "incidentNumber": 4242,
            "additionalData": [
                "alertsCount": 1, "bookmarksCount": 0, "commentsCount": 0, "alertProductNames": ["Azure Sentinel"],
                "tactics": ["InitialAccess", "CredentialAccess"], "techniques": ["T1078"],
            ],
            "tactics": ["InitialAccess", "CredentialAccess"],
            "relatedAnalyticRuleIds": [.string("\(Self.scope)/alertRules/1d2c3b4a-5f6e-4d7c-8b9a-0a1b2c3d4e5f")],
            "incidentUrl": .string(
                "https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident\(Self.scope)/Incidents/"
                    + Self.incidentID
            ),
            "providerName": "Azure Sentinel",
            "providerIncidentId": "4242",
            "alerts": [securityAlert],
            "bookmarks": [],
            "relatedEntities": .array(relatedEntities),
            "comments": [],
        ]
    }

    private var securityAlert: JSON {
        [
            "id": .string("\(Self.scope)/Entities/\(Self.alertID)"),
            "name": .string(Self.alertID),
            "type": "Microsoft.SecurityInsights/Entities",
            "kind": "SecurityAlert",
            "properties": [
                "systemAlertId": .string(Self.alertID),
                "tactics": ["InitialAccess", "CredentialAccess"],
                "alertDisplayName": "Sign-ins from an address of a known attacker",
                "description": "Several accounts signed in from an address that threat intelligence names.",
                "confidenceLevel": "Unknown",
                "severity": "High",
                "vendorName": "Microsoft",
                "productName": "Azure Sentinel",
                "productComponentName": "Scheduled Alerts",
                "alertType": .string("\(Self.workspaceID)_1d2c3b4a-5f6e-4d7c-8b9a-0a1b2c3d4e5f"),
                "processingEndTime": ago(2), "status": "New", "endTimeUtc": ago(8), "startTimeUtc": ago(65),
                "timeGenerated": ago(2),
                "providerAlertId": "b6a1d9c2-6c7d-4a3f-8f21-7a5c3e9d0b14",
                "alertLink": "https://portal.azure.com/#blade/Microsoft_Azure_Security_Insights",
                "compromisedEntity": "host-17",
                "resourceIdentifiers": [
                    ["type": "LogAnalytics", "workspaceId": .string(Self.workspaceID)]
                ],
                "additionalData": [
                    "Query": "SigninLogs | where IPAddress == '203.0.113.66'",
                    "Query Period": "01:00:00", "Trigger Operator": "GreaterThan", "Trigger Threshold": "0",
                    "Query Start Time UTC": ago(65), "Query End Time UTC": ago(5),
                    "Analytic Rule Ids": "[\"1d2c3b4a-5f6e-4d7c-8b9a-0a1b2c3d4e5f\"]",
                    "Analytic Rule Name": "Sign-ins from an address of a known attacker",
                    "Event Grouping": "SingleAlert", "Search Query Results Overall Count": "3",
                    "Custom Details": "{\"Account\":[\"adele.vance\"]}",
                ],
                "friendlyName": "Sign-ins from an address of a known attacker",
            ],
        ]
    }

    private var relatedEntities: [JSON] {
        let kinds: [(String, JSON)] = [
            (
                "Account",
                [
                    "accountName": "adele.vance", "ntDomain": "CONTOSO", "upnSuffix": "contoso.example",
                    "sid": "S-1-5-21-1004336348-1177238915-682003330-1104", "aadTenantId": .string(Self.tenantID),
                    "aadUserId": "87d349ed-44d7-43e1-9a83-5f2406dee5bd", "isDomainJoined": true,
                    "displayName": "Adele Vance", "friendlyName": "adele.vance",
                    "additionalData": ["MailAddress": "adele.vance@contoso.example"],
                ]
            ),
            (
                "Host",
                [
                    "hostName": "host-17", "dnsDomain": "contoso.example", "ntDomain": "CONTOSO",
                    "netBiosName": "HOST-17",
                    "azureID": .string(
                        "/subscriptions/\(Self.subscription)/resourceGroups/\(Self.group)/providers/"
                            + "Microsoft.Compute/virtualMachines/host-17"
                    ),
                    "omsAgentID": "7d0e3f5a-2b6c-4b0d-9a71-5d7f6c2e1a08", "osFamily": "Windows", "isDomainJoined": true,
                    "friendlyName": "host-17",
                    "additionalData": ["MdatpDeviceId": "6f1ed002ab5595859014ebf0951522d9a1b2c3d4"],
                ]
            ),
            ("Ip", ["address": "203.0.113.66", "friendlyName": "203.0.113.66"]),
            (
                "Url",
                [
                    "url": "https://login.contoso-support.example/",
                    "friendlyName": "https://login.contoso-support.example/",
                ]
            ),
            (
                "FileHash",
                [
                    "algorithm": "SHA256", "hashValue": .string(Self.hash),
                    "friendlyName": .string("\(Self.hash)(SHA256)"),
                ]
            ),
            ("DnsResolution", ["domainName": "contoso-support.example", "friendlyName": "contoso-support.example"]),
        ]
        return kinds.enumerated().map { index, pair in
            let name = "3e6b0c1d-4f5a-4b6c-8d7e-00000000000\(index + 1)"
            return [
                "id": .string("\(Self.scope)/Entities/\(name)"), "name": .string(name),
                "type": "Microsoft.SecurityInsights/Entities", "kind": .string(pair.0), "properties": pair.1,
            ]
        }
    }

    private static let hash = "9f2feb0f1ef425b292f2f94bb8482f5bd0d6f0c1a7a1d3c9f0a4b5c6d7e8f901"

    // MARK: - Alerts

    /// The body of the alert trigger: flat, with its entities as public playbooks read them, an array.
    var alert: JSON {
        [
            "TenantId": .string(Self.workspaceID), "WorkspaceId": .string(Self.workspaceID),
            "WorkspaceSubscriptionId": .string(Self.subscription), "WorkspaceResourceGroup": .string(Self.group),
            "SystemAlertId": .string(Self.alertID), "ProviderAlertId": "b6a1d9c2-6c7d-4a3f-8f21-7a5c3e9d0b14",
            "AlertDisplayName": "Sign-ins from an address of a known attacker",
            "AlertType": .string("\(Self.workspaceID)_1d2c3b4a-5f6e-4d7c-8b9a-0a1b2c3d4e5f"),
            "Severity": "High", "Status": "New",
            "Description": "Several accounts signed in from an address that threat intelligence names.",
            "VendorName": "Microsoft", "ProductName": "Azure Sentinel", "ProductComponentName": "Scheduled Alerts",
            "ProviderName": "ASI Scheduled Alerts",
            "StartTimeUtc": ago(65), "EndTimeUtc": ago(8), "TimeGenerated": ago(2), "ProcessingEndTime": ago(2),
            "CompromisedEntity": "host-17", "Intent": "InitialAccess", "Tactics": "InitialAccess, CredentialAccess",
            "ConfidenceLevel": "Unknown", "ConfidenceScore": nil,
            "ExtendedProperties": [
                "Query": "SigninLogs | where IPAddress == '203.0.113.66'", "Query Period": "01:00:00",
                "Trigger Operator": "GreaterThan", "Trigger Threshold": "0", "Search Query Results Overall Count": "3",
                "Alert generation status": "Full alert created", "resourceType": "Virtual machine",
            ],
            "ExtendedLinks": [
                ["Href": "https://contoso.example/runbooks/sign-in", "Label": "Runbook", "Type": "webLink"]
            ],
            "ResourceIdentifiers": [
                [
                    "$id": "2", "WorkspaceId": .string(Self.workspaceID),
                    "WorkspaceSubscriptionId": .string(Self.subscription),
                    "WorkspaceResourceGroup": .string(Self.group), "Type": "LogAnalytics",
                ],
                [
                    "$id": "3",
                    "AzureResourceId": .string(
                        "/subscriptions/\(Self.subscription)/resourceGroups/\(Self.group)/providers/"
                            + "Microsoft.Compute/virtualMachines/host-17"
                    ),
                    "Type": "AzureResource",
                ],
            ],
            "RemediationSteps": ["Reset the password of the account.", "Block the address."],
            "AlertUri": "https://portal.azure.com/#blade/Microsoft_Azure_Security_Insights",
            "AlertLink": "https://portal.azure.com/#blade/Microsoft_Azure_Security_Insights",
            "Entities": .array(entities),
        ]
    }

    private var entities: [JSON] {
        [
            [
                "$id": "4", "Name": "adele.vance", "NTDomain": "CONTOSO", "UPNSuffix": "contoso.example",
                "Sid": "S-1-5-21-1004336348-1177238915-682003330-1104", "AadTenantId": .string(Self.tenantID),
                "AadUserId": "87d349ed-44d7-43e1-9a83-5f2406dee5bd", "IsDomainJoined": true,
                "DisplayName": "Adele Vance",
                "Host": ["$ref": "5"], "Type": "account",
            ],
            [
                "$id": "5", "HostName": "host-17", "DnsDomain": "contoso.example", "NTDomain": "CONTOSO",
                "NetBiosName": "HOST-17",
                "AzureID": .string(
                    "/subscriptions/\(Self.subscription)/resourceGroups/\(Self.group)/providers/"
                        + "Microsoft.Compute/virtualMachines/host-17"
                ),
                "OMSAgentID": "7d0e3f5a-2b6c-4b0d-9a71-5d7f6c2e1a08", "OSFamily": "Windows", "IsDomainJoined": true,
                "MdatpDeviceId": "6f1ed002ab5595859014ebf0951522d9a1b2c3d4", "Type": "host",
            ],
            ["$id": "6", "Address": "203.0.113.66", "Type": "ip"],
            ["$id": "7", "Url": "https://login.contoso-support.example/", "Type": "url"],
            ["$id": "8", "Algorithm": "SHA256", "Value": .string(Self.hash), "Type": "filehash"],
            [
                "$id": "9", "Directory": "C:\\Users\\adele.vance\\Downloads", "Name": "invoice.exe",
                "FileHashes": [["$ref": "8"]], "Host": ["$ref": "5"], "Type": "file",
            ],
            ["$id": "10", "DomainName": "contoso-support.example", "IpAddresses": [["$ref": "6"]], "Type": "dns"],
        ]
    }

    // MARK: - Entities

    /// The body of the entity trigger for a kind.
    func entity(_ kind: String) -> JSON {
        let lower = kind.lowercased()
        let properties: JSON =
            switch lower {
            case "account": entities[0]
            case "host": entities[1]
            case "url": entities[3]
            case "filehash": entities[4]
            case "dnsresolution", "dns": entities[6]
            default: entities[2]
            }
        var plain = properties.objectValue ?? JSONObject()
        for name in ["$id", "Type", "Host"] { _ = plain.remove(name) }
        return [
            "Entity": [
                "id": .string("\(Self.scope)/Entities/3e6b0c1d-4f5a-4b6c-8d7e-000000000001"),
                "kind": .string(kind.isEmpty ? "Ip" : kind), "type": "Microsoft.SecurityInsights/Entities",
                "properties": .object(plain),
            ],
            "IncidentArmID": .string("\(Self.scope)/Incidents/\(Self.incidentID)"),
            "workspaceInfo": Self.workspaceInfo,
            "workspaceId": .string(Self.workspaceID),
        ]
    }
}

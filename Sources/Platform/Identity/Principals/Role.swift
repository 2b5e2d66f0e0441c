/// A permission of an app, granted when the app is created or later.
///
/// Names of the Graph security surface are Microsoft's, so that playbooks and scripts need no change; the others are
/// ours. A role that writes includes the one that reads.
public struct Role: Sendable, Hashable {
    /// The name as it stands in the `roles` claim of a token.
    public let name: String
    /// What it opens, in one sentence.
    public let meaning: String
    /// The names of roles that include this one.
    public let includedIn: [String]

    private init(_ name: String, _ meaning: String, includedIn: [String] = []) {
        self.name = name
        self.meaning = meaning
        self.includedIn = includedIn
    }

    /// Reads legacy alerts, secure scores and control profiles.
    public static let readSecurityEvents = Role(
        "SecurityEvents.Read.All",
        "Read alerts, secure scores and control profiles.",
        includedIn: ["SecurityEvents.ReadWrite.All"]
    )
    /// Reads and changes legacy alerts and control profiles.
    public static let writeSecurityEvents = Role(
        "SecurityEvents.ReadWrite.All",
        "Read and change alerts and control profiles."
    )
    /// Reads alerts of the second generation.
    public static let readSecurityAlerts = Role(
        "SecurityAlert.Read.All",
        "Read alerts (v2).",
        includedIn: ["SecurityAlert.ReadWrite.All"]
    )
    /// Reads and changes alerts of the second generation.
    public static let writeSecurityAlerts = Role("SecurityAlert.ReadWrite.All", "Read and change alerts (v2).")
    /// Reads incidents.
    public static let readIncidents = Role(
        "SecurityIncident.Read.All",
        "Read incidents.",
        includedIn: ["SecurityIncident.ReadWrite.All"]
    )
    /// Reads and changes incidents.
    public static let writeIncidents = Role("SecurityIncident.ReadWrite.All", "Read and change incidents.")
    /// Reads threat indicators.
    public static let readIndicators = Role(
        "ThreatIndicators.Read.All",
        "Read threat indicators.",
        includedIn: ["ThreatIndicators.ReadWrite.OwnedBy"]
    )
    /// Reads and changes the caller's threat indicators.
    public static let writeIndicators = Role(
        "ThreatIndicators.ReadWrite.OwnedBy",
        "Read and change threat indicators of the app."
    )
    /// Runs hunting and log queries.
    public static let hunt = Role("ThreatHunting.Read.All", "Run hunting and log queries.")
    /// Puts new alerts into the broker.
    public static let submitAlerts = Role("Alerts.Submit", "Send alerts of a product into the broker.")
    /// Reads workflows and their run history.
    public static let readWorkflows = Role(
        "Logic.Reader",
        "Read workflows, runs and their contents.",
        includedIn: ["Logic.Operator", "Logic.Contributor"]
    )
    /// Runs, cancels, resubmits, enables and disables workflows.
    public static let operateWorkflows = Role(
        "Logic.Operator",
        "Run, cancel, resubmit, enable and disable workflows.",
        includedIn: ["Logic.Contributor"]
    )
    /// Creates, changes and deletes workflows and connections.
    public static let manageWorkflows = Role(
        "Logic.Contributor",
        "Create, change and delete workflows and connections, and everything an operator may."
    )
    /// Works with incidents as an automated responder.
    public static let respondSentinel = Role(
        "Sentinel.Responder",
        "Read and change Sentinel incidents, comments and watchlists."
    )
    /// Reads secrets of vaults.
    public static let readSecrets = Role(
        "KeyVault.SecretsUser",
        "Read secrets of vaults.",
        includedIn: ["KeyVault.SecretsOfficer"]
    )
    /// Reads, sets and deletes secrets of vaults.
    public static let manageSecrets = Role("KeyVault.SecretsOfficer", "Read, set and delete secrets of vaults.")
    /// Administers the tenant: apps, roles, settings.
    public static let administer = Role("Tocsin.Administrator", "Manage apps, grants and settings of the tenant.")
    /// Reads metrics.
    public static let readMetrics = Role("Tocsin.Metrics", "Read the metrics of the server.")

    /// Every role there is, in the order of the documentation.
    public static let all: [Role] = [
        readSecurityEvents, writeSecurityEvents, readSecurityAlerts, writeSecurityAlerts, readIncidents, writeIncidents,
        readIndicators, writeIndicators, hunt, submitAlerts, readWorkflows, operateWorkflows, manageWorkflows,
        respondSentinel, readSecrets, manageSecrets, administer, readMetrics,
    ]

    /// The role of that name, matched without regard to case.
    public static func named(_ name: String) -> Role? {
        all.first { $0.name.lowercased() == name.lowercased() }
    }
}

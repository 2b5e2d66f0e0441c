/// What starts runs: the trigger types of the workflow definition language, section 5, matched without regard to case.
public enum TriggerType: Sendable, Hashable {
    case recurrence
    case slidingWindow
    /// `Request`, also written `Manual`.
    case request
    case http
    case httpWebhook
    case apiConnection
    case apiConnectionWebhook
    case apiConnectionNotification
    case openAPIConnection
    case openAPIConnectionWebhook
    case openAPIConnectionNotification
    case serviceProvider
    case apiManagement
    case batch
    /// A word that this server does not know, as it was written.
    case unknown(String)

    /// The type of this word, any case.
    public init(_ word: String) {
        self = Self.byWord[word.lowercased()] ?? .unknown(word)
    }

    /// The word that definitions use.
    public var word: String {
        if case .unknown(let word) = self {
            return word
        }
        return Self.words[self] ?? ""
    }

    private static let vocabulary: [(TriggerType, String)] = [
        (.recurrence, "Recurrence"), (.slidingWindow, "SlidingWindow"), (.request, "Request"), (.http, "Http"),
        (.httpWebhook, "HttpWebhook"), (.apiConnection, "ApiConnection"),
        (.apiConnectionWebhook, "ApiConnectionWebhook"),
        (.apiConnectionNotification, "ApiConnectionNotification"), (.openAPIConnection, "OpenApiConnection"),
        (.openAPIConnectionWebhook, "OpenApiConnectionWebhook"),
        (.openAPIConnectionNotification, "OpenApiConnectionNotification"), (.serviceProvider, "ServiceProvider"),
        (.apiManagement, "ApiManagement"), (.batch, "Batch"),
    ]
    private static let byWord =
        Dictionary(uniqueKeysWithValues: vocabulary.map { ($0.1.lowercased(), $0.0) }).merging(["manual": .request]) {
            first,
            _ in first
        }
    private static let words = Dictionary(uniqueKeysWithValues: vocabulary)

    /// Whether it asks the outside by a recurrence: Http, ApiConnection, ApiConnectionNotification, ServiceProvider and their kin.
    public var isPolling: Bool {
        switch self {
        case .http, .apiConnection, .openAPIConnection, .serviceProvider, .apiManagement: true
        default: isNotification
        }
    }

    /// Whether it subscribes with the outside and waits to be called.
    public var isWebhook: Bool {
        switch self {
        case .httpWebhook, .apiConnectionWebhook, .openAPIConnectionWebhook: true
        default: false
        }
    }

    /// Whether its service would tell that something is there, and it then fetches that; here it asks by a recurrence.
    public var isNotification: Bool { self == .apiConnectionNotification || self == .openAPIConnectionNotification }

    /// Whether it calls through a connection, which signs in for it.
    public var hasOwnConnection: Bool {
        switch self {
        case .apiConnection, .apiConnectionWebhook, .openAPIConnection, .openAPIConnectionWebhook: true
        default: isNotification
        }
    }

    /// Whether it fires by the clock alone: Recurrence, SlidingWindow.
    public var isTimed: Bool { self == .recurrence || self == .slidingWindow }
}

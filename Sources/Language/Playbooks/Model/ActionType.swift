/// What an action does: the types of the workflow definition language, section 6.
///
/// Type words are matched without regard to case; a word that is none of these is ``unknown(_:)``: such a definition is
/// taken, and the action fails clearly when it is reached (section 6.23).
public enum ActionType: Sendable, Hashable {
    case http
    case httpWebhook
    case apiConnection
    case apiConnectionWebhook
    case openAPIConnection
    case openAPIConnectionWebhook
    case serviceProvider
    case apiManagement
    case function
    case workflow
    case sendToBatch
    case response
    case compose
    case parseJSON
    case query
    case select
    case table
    case join
    case initializeVariable
    case setVariable
    case incrementVariable
    case decrementVariable
    case appendToArrayVariable
    case appendToStringVariable
    case wait
    case terminate
    case scope
    case condition
    case `switch`
    case foreach
    case until
    case javaScriptCode
    case expression
    case xslt
    case xmlParse
    case xmlCompose
    case xmlValidation
    case flatFileEncoding
    case flatFileDecoding
    case liquid
    case integrationAccountArtifactLookup
    case parseDocument
    case chunkText
    case agent
    /// A word that this server does not know, as it was written.
    case unknown(String)

    /// The type of this word, any case.
    public init(_ word: String) {
        self = Self.byWord[word.lowercased()] ?? .unknown(word)
    }

    /// The word that definitions use, for instance `InitializeVariable` or `If`.
    public var word: String {
        if case .unknown(let word) = self {
            return word
        }
        return Self.words[self] ?? ""
    }

    private static let vocabulary: [(ActionType, String)] = [
        (.http, "Http"), (.httpWebhook, "HttpWebhook"), (.apiConnection, "ApiConnection"),
        (.apiConnectionWebhook, "ApiConnectionWebhook"), (.openAPIConnection, "OpenApiConnection"),
        (.openAPIConnectionWebhook, "OpenApiConnectionWebhook"), (.serviceProvider, "ServiceProvider"),
        (.apiManagement, "ApiManagement"), (.function, "Function"), (.workflow, "Workflow"),
        (.sendToBatch, "SendToBatch"), (.response, "Response"), (.compose, "Compose"), (.parseJSON, "ParseJson"),
        (.query, "Query"), (.select, "Select"), (.table, "Table"), (.join, "Join"),
        (.initializeVariable, "InitializeVariable"), (.setVariable, "SetVariable"),
        (.incrementVariable, "IncrementVariable"), (.decrementVariable, "DecrementVariable"),
        (.appendToArrayVariable, "AppendToArrayVariable"), (.appendToStringVariable, "AppendToStringVariable"),
        (.wait, "Wait"), (.terminate, "Terminate"), (.scope, "Scope"), (.condition, "If"), (.switch, "Switch"),
        (.foreach, "Foreach"), (.until, "Until"), (.javaScriptCode, "JavaScriptCode"), (.expression, "Expression"),
        (.xslt, "Xslt"), (.xmlParse, "XmlParse"), (.xmlCompose, "XmlCompose"), (.xmlValidation, "XmlValidation"),
        (.flatFileEncoding, "FlatFileEncoding"),
        (.flatFileDecoding, "FlatFileDecoding"), (.liquid, "Liquid"),
        (.integrationAccountArtifactLookup, "IntegrationAccountArtifactLookup"), (.parseDocument, "ParseDocument"),
        (.chunkText, "ChunkText"), (.agent, "Agent"),
    ]
    private static let byWord = Dictionary(uniqueKeysWithValues: vocabulary.map { ($0.1.lowercased(), $0.0) })
    private static let words = Dictionary(uniqueKeysWithValues: vocabulary)

    /// Whether it holds other actions: Scope, If, Switch, Foreach, Until.
    public var isContainer: Bool {
        switch self {
        case .scope, .condition, .switch, .foreach, .until: true
        default: false
        }
    }

    /// Whether it repeats its children: Foreach, Until.
    public var isLoop: Bool { self == .foreach || self == .until }

    /// Whether it reads or changes a variable as its purpose (section 6.14).
    public var isVariableAction: Bool {
        switch self {
        case .initializeVariable, .setVariable, .incrementVariable, .decrementVariable, .appendToArrayVariable,
            .appendToStringVariable:
            true
        default: false
        }
    }

    /// Whether it sends a request to the outside and so has a retry policy (section 8).
    public var callsOut: Bool {
        switch self {
        case .http, .httpWebhook, .apiConnection, .apiConnectionWebhook, .openAPIConnection, .openAPIConnectionWebhook,
            .serviceProvider, .apiManagement, .function, .workflow, .sendToBatch:
            true
        default: false
        }
    }

    /// Whether it ends only when somebody calls its callback URL (sections 6.2 and 6.4).
    public var isWebhook: Bool {
        switch self {
        case .httpWebhook, .apiConnectionWebhook, .openAPIConnectionWebhook: true
        default: false
        }
    }

    /// Whether it calls through a connection, which signs in for it.
    public var hasOwnConnection: Bool {
        switch self {
        case .apiConnection, .apiConnectionWebhook, .openAPIConnection, .openAPIConnectionWebhook: true
        default: false
        }
    }

    /// Whether its inputs and outputs are one as to secure data: Compose, ParseJson, Response (section 11.1).
    public var inputsAreOutputs: Bool {
        self == .compose || self == .parseJSON || self == .response
    }
}

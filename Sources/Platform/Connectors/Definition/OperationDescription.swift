public import JSONTree

/// One operation of a connector: a method and a path with what they take and answer.
///
/// It is made once and shared by all calls; two are the same operation only where they are the same object.
public final class OperationDescription: Sendable {
    /// Its name, unique in the connector; method and path when the definition gives none.
    public let id: String
    /// The method in upper case.
    public let method: String
    /// The path with its parameters.
    public let path: PathTemplate
    /// What users read in a list.
    public let summary: String?
    /// What users read beside it.
    public let details: String?
    /// The parameters.
    public let parameters: [ParameterDescription]
    /// The media types of bodies that it takes; empty means JSON.
    public let consumes: [String]
    /// The media types of answers.
    public let produces: [String]
    /// The schema of the first answer with a status of 2xx.
    public let answerSchema: JSON?
    /// The first status of the class 2xx that is declared; 200 when none is.
    public let answerStatus: Int
    /// Whether it is declared that 202 with a `Location` may come first, and the answer later from there.
    public let isLongRunning: Bool
    /// The schema of what the service posts to a subscription (`x-ms-notification-content`).
    public let notificationSchema: JSON?
    /// The property of the answer that holds the next page's address (`x-ms-pageable`, `updatenextlink`).
    public let nextLinkName: String?
    /// `single` or `batch` when it is a trigger (`x-ms-trigger`).
    public let trigger: String?
    /// The path in place of the definition's base path (a server of its own that is relative); nil: the definition's.
    let basePath: String?
    /// The characters that stay as they are in the values of a query, by the names of the parameters that have some.
    let keptCharacters: [String: String]
    /// Whether it is deprecated.
    public let isDeprecated: Bool
    /// Whether users do not see it.
    public let isInternal: Bool
    /// Which schemes go with it; nil leaves it to the definition.
    let security: SecurityRequirements?
    /// How prominently users see it (`x-ms-visibility`), in small letters; nil when nothing is said.
    public let visibility: String?
    /// How a trigger is tried (`x-ms-trigger-hint`).
    public let triggerHint: String?
    /// Whether its body may come piece by piece, by the protocol of Azure's connectors (`x-ms-capabilities`, `chunkTransfer`).
    public let takesChunks: Bool
    /// Method and path template, which no two operations of a definition share.
    let place: String
    /// What media types mean for its bodies.
    let media: OperationMediaTypes

    init(
        method: String,
        path: String,
        _ json: JSON,
        item: JSON,
        in document: OpenAPIDocument,
        nextLinks: NextLinkPolicy
    ) {
        place = "\(method) \(path)"
        id = json["operationId"]?.stringValue ?? place
        self.method = method
        summary = json["summary"]?.stringValue
        details = json["description"]?.stringValue
        parameters = document.parameters(json, item)
        self.path = PathTemplate(
            path,
            spanning: Set(parameters.filter { $0.place == .path && $0.pathEncoding == .never }.map(\.name))
        )
        consumes = Self.texts(json["consumes"] ?? document.json["consumes"])
        produces = Self.texts(json["produces"] ?? document.json["produces"])
        let answer = json["responses"]?.objectValue?.first { $0.name.hasPrefix("2") }?.value
        answerSchema = answer.flatMap { document.resolve($0)["schema"] }.map(document.resolve)
        answerStatus =
            json["responses"]?.objectValue?.names.first { $0.hasPrefix("2") }.flatMap { Int($0) } ?? 200
        isLongRunning =
            json["x-ms-long-running-operation"]?.boolValue == true
            || json["responses"]?["202"].map(document.resolve)?["headers"]?[ignoringCase: "Location"] != nil
        notificationSchema =
            (json["x-ms-notification-content"] ?? item["x-ms-notification-content"])?["schema"].map(document.resolve)
        nextLinkName = json["x-ms-pageable"]?["nextLinkName"]?.stringValue ?? nextLinks.property(ofOperation: id)
        trigger = json["x-ms-trigger"]?.stringValue
        basePath = json["basePath"]?.stringValue
        var kept: [String: String] = [:]
        for parameter in parameters where parameter.place == .query && !parameter.keptCharacters.isEmpty {
            kept[parameter.name] = parameter.keptCharacters
        }
        keptCharacters = kept
        security = SecurityRequirements(json["security"])
        isDeprecated = json["deprecated"]?.boolValue == true
        visibility = json["x-ms-visibility"]?.stringValue?.lowercased()
        isInternal = visibility == "internal"
        triggerHint = json["x-ms-trigger-hint"]?.stringValue
        takesChunks = json["x-ms-capabilities"]?["chunkTransfer"]?.boolValue == true
        media = OperationMediaTypes(
            parameters,
            consumes: consumes,
            produces: produces,
            isStreamable: json["x-ms-agentic-protocol"]?.stringValue?.lowercased().hasPrefix("mcp-streamable") == true
        )
    }

    private static func texts(_ json: JSON?) -> [String] {
        json?.arrayValue?.compactMap { $0.stringValue?.lowercased() } ?? []
    }
}

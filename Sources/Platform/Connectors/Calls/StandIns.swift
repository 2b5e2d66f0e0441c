public import JSONTree
public import Outbound

/// Answers calls of connectors in the place of the services behind them, in rehearsals.
public protocol StandIns: Sendable {
    /// What the requests of a call are sent through.
    func transport(for call: StagedCall) -> any Transport
}

/// A call of a connector that stand-ins answer.
public struct StagedCall: Sendable {
    /// The connector.
    public let connector: ConnectorDefinition
    /// The connection's name.
    public let connection: String
    /// The operation; nil when none fits.
    public let operation: OperationDescription?
    /// `method`, `path`, `parameters` (of the path, by name, decoded), `queries`, `headers` (names in small letters), `body`.
    public let request: JSON
    /// Whether the service is asked something else than the operation says.
    public let isMapped: Bool
    /// Whether the service's answer is mapped, too, so that it is not what the definition describes.
    public let mapsAnswer: Bool
    /// What the service itself answers to what it is asked: `statusCode`, `headers`, `body`; nil when the adapter has none.
    public let example: JSON?
    /// What it answers to the steps before, by their names.
    public let steps: [String: JSON]

    /// The header of an answer that is the operation's own already, so that the adapter does not map it.
    public static let wholeAnswerHeader = "x-tocsin-whole-answer"

    /// A header of answers that says how a stand-in came to them; it is for reports, not for playbooks.
    public static let originHeader = "x-tocsin-stand-in"

    /// The name of the step that a request belongs to; nil for the call's own.
    public func step(of request: OutboundRequest) -> String? {
        guard let tag = request.tag, let mark = tag.lastIndex(of: "#") else { return nil }
        let name = String(tag[tag.index(after: mark)...])
        return steps[name] == nil ? nil : name
    }
}

public import JSONTree
public import Outbound

/// What an editor asks: the choices of a field, or the schema of a field or of an answer, with the values that there are so far.
public struct ChoiceQuestion: Sendable {
    /// What is asked about.
    public enum Place: Sendable, Hashable {
        /// A parameter or a member of a body, by the name that ``OperationField/name`` has.
        case parameter(String)
        /// A place in the answer: `value/*`, empty for the whole.
        case answer(String)
        /// A place in what the service posts to a subscription, empty for the whole.
        case notification(String)
    }

    /// The connection that is used.
    public var connection: Connection
    /// The operation that is being edited.
    public var operation: String
    /// What is asked about.
    public var place: Place
    /// The values of its fields so far, by their names; a body whole, or member by member.
    public var values: JSONObject
    /// The folder to look into, as ``Choice/folder`` has it; nil for the top.
    public var folder: JSON?
    /// What the server opens besides the public internet.
    public var networks: NetworkPolicy

    /// Makes a question.
    public init(
        connection: Connection,
        operation: String,
        place: Place,
        values: JSONObject = JSONObject(),
        folder: JSON? = nil,
        networks: NetworkPolicy = .publicInternet
    ) {
        self.connection = connection
        self.operation = operation
        self.place = place
        self.values = values
        self.folder = folder
        self.networks = networks
    }
}

/// The choices of a field.
public struct ChoiceList: Sendable, Hashable {
    /// The choices in the order of the service.
    public var choices: [Choice]
    /// Whether these are all: false where the service has more than ``ConnectorRegistry/choiceLimit`` or more pages than are read.
    public var isComplete: Bool

    /// The list as JSON.
    public var json: JSON { ["value": .array(choices.map(\.json)), "isComplete": .bool(isComplete)] }
}

public import JSONTree
public import Outbound

/// One call of a connector as an action of a playbook makes it, its inputs evaluated.
public struct ConnectorCall: Sendable {
    /// Whose workflow calls.
    public var tenant: String
    /// The connection's name: the last part of its `connectionId`.
    public var connection: String
    /// The connector's name: the last part of `managedApis/…`; for messages, and where the connection says nothing.
    public var connector: String?
    /// The method in any case.
    public var method: String
    /// The path as the workflow encoded it; sent as it is, and it may bring a query.
    public var path: String
    /// Query parameters; null values are left out, arrays joined as the operation says.
    public var queries: [(name: String, value: JSON)]
    /// Header fields.
    public var headers: [(name: String, value: JSON)]
    /// The body: any JSON, a text, or a `$content` envelope; nil sends none.
    public var body: JSON?
    /// The key of the action's execution (tenant, run, action, iterations): the same for every attempt.
    public var executionKey: String
    /// The time for the call.
    public var timeout: Duration
    /// The networks that server and workflow allow; the connection's are added.
    public var networks: NetworkPolicy
    /// A short word for logs.
    public var tag: String?
    /// The operation as `METHOD /path/{template}`, where it is known and need not be found by the path.
    public internal(set) var operation: String?
    /// Where the service is to call back; put in where the definition has `x-ms-notification-url` and the call gives nothing.
    public var callback: String?
    /// The parameters whose values the definition itself gives, so that they are not held against it.
    var ownValues: Set<String> = []
    /// Where a polling trigger goes on; nil at its first poll and for everything else.
    public var cursor: JSON?

    /// Makes a call.
    public init(
        tenant: String,
        connection: String,
        connector: String? = nil,
        method: String,
        path: String,
        queries: [(name: String, value: JSON)] = [],
        headers: [(name: String, value: JSON)] = [],
        body: JSON? = nil,
        executionKey: String,
        timeout: Duration = OutboundRequest.defaultTimeout,
        networks: NetworkPolicy = .publicInternet,
        tag: String? = nil
    ) {
        self.tenant = tenant
        self.connection = connection
        self.connector = connector
        self.method = method
        self.path = path
        self.queries = queries
        self.headers = headers
        self.body = body
        self.executionKey = executionKey
        self.timeout = timeout
        self.networks = networks
        self.tag = tag
    }

    /// The header by which a playbook carries its business key; read here and never sent on.
    public static let businessKeyHeader = "x-tocsin-business-key"
}

extension OperationIndex {
    /// The operation of a call, with the encoded values of its path.
    func find(_ call: ConnectorCall) -> Found? {
        if let place = call.operation, let found = find(place: place, path: call.path) { return found }
        return find(
            method: call.method,
            path: call.path,
            queries: call.queries.map { ($0.name, $0.value.stringValue ?? $0.value.text) }
        )
    }
}

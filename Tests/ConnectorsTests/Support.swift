import Connectors
import JSONTree
import Moments
import Outbound
import Secrets
import Synchronization

/// Where this repository's own connectors and the corpus of public ones lie.
enum Folders {
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    static let connectors = "\(root)/Connectors"
}

/// A transport that keeps what was sent and answers by a function.
final class RecordingTransport: Transport {
    private let sent = Mutex<[OutboundRequest]>([])
    private let answer: @Sendable (OutboundRequest) throws -> OutboundResponse

    init(_ answer: @escaping @Sendable (OutboundRequest) throws -> OutboundResponse = { _ in .init(status: 200) }) {
        self.answer = answer
    }

    var requests: [OutboundRequest] { sent.withLock { $0 } }

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        sent.withLock { $0.append(request) }
        return try answer(request)
    }
}

extension OutboundResponse {
    static func json(_ json: JSON, status: Int = 200, headers: OutboundHeaders = [:]) -> OutboundResponse {
        var headers = headers
        headers["Content-Type"] = "application/json"
        return OutboundResponse(status: status, headers: headers, body: json.bytes())
    }
}

enum Fixtures {
    static var clock: any WallClock { VirtualClock(noon) }
    static let noon = Timestamp(unixSeconds: 1_772_445_600)

    static let freshdesk = Connection(
        tenant: "t1",
        name: "freshdesk-soc",
        connector: "freshdesk",
        parameters: ["domain": "contoso"],
        secretNames: ["api_key"]
    )
    static let graph = Connection(tenant: "t1", name: "graph", connector: "microsoftgraphsecurity")

    static func registry(
        _ connections: [Connection] = [freshdesk, graph],
        transport: any Transport = RecordingTransport(),
        own: (any Transport)? = nil,
        folders: [String] = [Folders.connectors],
        clock: any WallClock = VirtualClock(noon)
    ) -> ConnectorRegistry {
        var ownTransport: ConnectorRegistry.OwnTransport?
        if let own { ownTransport = { _ in own } }
        return ConnectorRegistry(
            folders: folders,
            connections: FixedConnections(
                connections,
                secrets: ["freshdesk-soc/api_key": SecretValue("K3y"), "custom/clientSecret": SecretValue("s&cret")]
            ),
            transport: transport,
            ownTransport: ownTransport,
            clock: clock
        )
    }

    static let ticket: JSON = [
        "subject": "Alert", "description": "d", "email": "soc@contoso.example", "priority": 3, "status": 2,
        "tags": ["alert"],
    ]

    static func createTicket(
        key: String? = "a-1",
        body: JSON = ticket,
        connection: String = "freshdesk-soc",
        tenant: String = "t1",
        execution: String = "t1/run/Create_ticket/0"
    ) -> ConnectorCall {
        var call = ConnectorCall(
            tenant: tenant,
            connection: connection,
            method: "post",
            path: "/api/v2/tickets",
            body: body,
            executionKey: execution
        )
        if let key { call.headers.append((name: "X-Tocsin-Business-Key", value: .string(key))) }
        return call
    }
}

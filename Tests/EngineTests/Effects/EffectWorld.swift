import Connectors
import Durable
import JSONTree
import Moments
import Outbound
import Playbooks
import Scripting
import Secrets
import Synchronization
import Testing

@testable import Engine

/// A transport that keeps what was sent and answers by a function.
final class FakeTransport: Transport {
    private let sent = Mutex<[OutboundRequest]>([])
    private let answer: @Sendable (OutboundRequest) async throws -> OutboundResponse

    init(_ answer: @escaping @Sendable (OutboundRequest) async throws -> OutboundResponse = { _ in .init(status: 200) })
    {
        self.answer = answer
    }

    var requests: [OutboundRequest] { sent.withLock { $0 } }

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        sent.withLock { $0.append(request) }
        return try await answer(request)
    }
}

extension OutboundResponse {
    static func json(_ json: JSON, status: Int = 200, headers: OutboundHeaders = [:]) -> OutboundResponse {
        var headers = headers
        headers["Content-Type"] = "application/json"
        return OutboundResponse(status: status, headers: headers, body: json.bytes())
    }
}

extension OutboundRequest {
    var text: String { String(decoding: body ?? [], as: UTF8.self) }
}

/// Keeps what children and batches were asked.
final class FakeSiblings: ChildWorkflows, BatchSink {
    let calls = Mutex<[ChildCall]>([])
    let messages = Mutex<[BatchMessage]>([])
    let answer = Mutex(EffectOutcome.Answer(status: 200, headers: .object(JSONObject()), body: "child"))

    func call(_ call: ChildCall) async -> EffectOutcome {
        calls.withLock { $0.append(call) }
        return .answered(answer.withLock { $0 })
    }

    func send(_ message: BatchMessage) async -> EffectOutcome {
        messages.withLock { $0.append(message) }
        return .answered(.init(status: 202, headers: .object(JSONObject()), body: nil))
    }
}

/// The waits that a performer wanted; none takes any time.
final class Pauses: Sendable {
    let lengths = Mutex<[Duration]>([])
}

/// A performer over fakes, and effects for it.
struct EffectWorld {
    static let noon = Timestamp(unixSeconds: 1_772_445_600)
    static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    static let run = RunHeader(
        number: RunNumber(1),
        tenant: "t1",
        scope: "w1",
        name: "08586RUN",
        program: "1",
        opened: noon
    )
    static let freshdesk = Connection(
        tenant: "t1",
        name: "freshdesk-soc",
        connector: "freshdesk",
        parameters: ["domain": "contoso"],
        secretNames: ["api_key"]
    )

    let transport: FakeTransport
    let siblings = FakeSiblings()
    let clock = VirtualClock(noon)
    let pauses = Pauses()
    let effects: LiveEffects

    init(
        networks: NetworkPolicy = .publicInternet,
        identities: (any ManagedIdentityTokens)? = nil,
        scripts: ScriptPool? = nil,
        limits: EffectLimits = EffectLimits(),
        connections: [Connection] = [freshdesk],
        folders: [String] = ["\(root)/Connectors"],
        _ answer: @escaping @Sendable (OutboundRequest) async throws -> OutboundResponse = { _ in .init(status: 200) }
    ) {
        transport = FakeTransport(answer)
        effects = LiveEffects(
            transport: transport,
            networks: networks,
            registry: ConnectorRegistry(
                folders: folders,
                connections: FixedConnections(
                    connections,
                    secrets: ["freshdesk-soc/api_key": SecretValue("canary-connection")]
                ),
                transport: transport,
                clock: clock
            ),
            scripts: scripts,
            identities: identities,
            children: siblings,
            batches: siblings,
            clock: clock,
            limits: limits,
            pause: { [pauses] wait in pauses.lengths.withLock { $0.append(wait) } }
        )
    }

    var requests: [OutboundRequest] { transport.requests }

    /// An effect of an action of a workflow, which may run after the Compose action 'Source'.
    static func effect(
        _ action: JSON,
        _ kind: ActionEffect.Kind = .call,
        inputs: JSON? = nil,
        networks: [String] = [],
        holdsKey: Bool = false,
        isResend: Bool = false,
        attempt: Int = 1,
        lastAttempt: Timestamp? = nil
    ) throws -> ActionEffect {
        let compiled = Definition.compile(
            [
                "triggers": ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]],
                "parameters": ["$connections": ["type": "Object", "defaultValue": connections]],
                "actions": ["Source": ["type": "Compose", "inputs": "0123456789"], "Call it": action],
            ],
            parameters: JSONObject()
        )
        let definition = try #require(compiled.definition, "\(compiled.diagnostics.map(\.message))")
        let program = WorkflowProgram(
            identity: .init(tenant: "t1", id: "W1", name: "flöw", resourceID: "/workflows/w1", version: "v7"),
            definition: definition,
            allowedNetworks: networks
        )
        return ActionEffect(
            kind: kind,
            program: program,
            node: try #require(definition.node(named: "Call it")),
            inputs: inputs ?? action["inputs"] ?? .null,
            executionKey: "t1/w1/08586RUN/Call it",
            trackingID: "TRACK",
            clientTrackingID: "CLIENT",
            holdsKey: holdsKey,
            isResend: isResend,
            attempt: attempt,
            lastAttempt: lastAttempt,
            context: nil
        )
    }

    private static let connections: JSON = [
        "freshdesk": [
            "connectionId": "/subscriptions/s/connections/freshdesk-soc",
            "id": "/subscriptions/s/managedApis/freshdesk",
        ]
    ]

    /// The inputs of an Http action.
    static func http(_ inputs: JSON, options: String? = nil, runtime: JSON? = nil) -> JSON {
        var action: JSONObject = ["type": "Http", "inputs": inputs]
        action["operationOptions"] = options.map(JSON.string)
        action["runtimeConfiguration"] = runtime
        return .object(action)
    }

    /// The action of a connector.
    static func connector(
        _ method: String,
        _ path: String,
        _ more: JSONObject = [:],
        type: String = "ApiConnection"
    ) -> JSON {
        var inputs: JSONObject = [
            "host": ["connection": ["name": "/subscriptions/s/connections/freshdesk-soc"]],
            "method": .string(method), "path": .string(path),
        ]
        for (name, value) in more { inputs[name] = value }
        return ["type": .string(type), "inputs": .object(inputs)]
    }

    static let ticket: JSONObject = [
        "body": ["subject": "Alert", "description": "d", "email": "soc@contoso.example", "priority": 3, "status": 2],
        "headers": ["X-Tocsin-Business-Key": "alert-1"],
    ]

    func outcome(_ effect: ActionEffect) async throws -> EffectOutcome {
        let input = await effects.perform(effect, run: Self.run, flight: 3)
        guard case .landed(3, let outcome) = input else {
            Issue.record("not landed: \(input)")
            return .undecided
        }
        return outcome
    }
}

extension EffectOutcome {
    /// The kind and what tells it apart, in one line.
    var brief: String {
        switch self {
        case .answered(let answer): "answered \(answer.status)"
        case .refused(let error, let code): "refused \(error.code) \(code)"
        case .unreachable(let error): "unreachable \(error.code)"
        case .doubtful(let error, let status, let delay):
            "doubtful \(error?.code ?? "-") \(status.map(String.init) ?? "-") \(delay.ticks / 10_000_000)"
        case .unknown(let error): "unknown \(error.code)"
        case .needsKey(let key): "needsKey \(key)"
        case .found(let answer): "found \(answer.status)"
        case .absent: "absent"
        case .undecided: "undecided"
        case .held(let error): "held \(error.code)"
        case .stillHeld(let error): "stillHeld \(error.code)"
        case .released: "released"
        case .value(let value): "value \(value.text)"
        }
    }

    var answer: Answer? {
        switch self {
        case .answered(let answer), .found(let answer): answer
        default: nil
        }
    }

    /// Everything that may be recorded of it.
    var everything: String {
        switch self {
        case .answered(let answer), .found(let answer): "\(answer.outputs.text) \(answer.nextPage ?? "")"
        case .refused(let error, let code): "\(error.json.text) \(code)"
        case .unreachable(let error), .unknown(let error), .held(let error), .stillHeld(let error): error.json.text
        case .doubtful(let error, _, _): error?.json.text ?? ""
        default: brief
        }
    }
}

public import Connectors
import JSONTree
public import Moments
public import Outbound
import Synchronization

/// Stand-ins of all services behind connectors, each made from its connector's definition.
///
/// It answers in three places: calls of connectors (``StandIns``), requests to hosts that a connector knows or nobody does
/// (``Transport``), and services that do not speak HTTP (``service(_:)``). What a definition refuses is refused with 400.
///
/// ```swift
/// let lab = GeneratedLab(options, clock: clock, connectors: { definitions })
/// let registry = ConnectorRegistry(folders: folders, connections: connections, transport: lab, standIns: lab, …)
/// ```
public final class GeneratedLab: StandIns, Transport {
    /// How it behaves.
    public let options: LabOptions
    private let clock: any WallClock
    private let connectors: @Sendable () -> [ConnectorDefinition]
    private let pause: @Sendable (Duration) async throws -> Void
    private let state: Mutex<LabState>

    /// Makes stand-ins that remember nothing yet.
    ///
    /// - Parameters:
    ///   - options: How they behave.
    ///   - clock: The present.
    ///   - connectors: The connectors by whose hosts plain HTTP calls are answered; asked for at each such call.
    ///   - pause: How they take their time.
    public init(
        _ options: LabOptions = LabOptions(),
        clock: any WallClock = SystemClock(),
        connectors: @escaping @Sendable () -> [ConnectorDefinition] = { [] },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.options = options
        self.clock = clock
        self.connectors = connectors
        self.pause = pause
        state = Mutex(LabState(faults: options.faults))
    }

    /// What the requests of a call of a connector are sent through.
    public func transport(for call: StagedCall) -> any Transport { StagedLab(lab: self, call: call) }

    /// A stand-in of a service that does not speak HTTP.
    ///
    /// - Parameter definition: Gives the connector of a name.
    /// - Returns: The stand-in.
    public func service(_ definition: @escaping @Sendable (String) -> ConnectorDefinition?) -> any ConnectorService {
        LabService(lab: self, definition: definition)
    }

    /// Answers a request that is no connector's.
    public func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        if TokenStandIn.isMeant(request) { return Self.marked(TokenStandIn.answer, "token").response }
        let host = LabURL.host(request.url)
        if let found = HostedOperation(request, in: connectors()) {
            return try await answering(found.connector.name, found.operation.id) { state in
                let service = GeneratedService(
                    connector: found.connector,
                    operation: found.operation,
                    request: found.request,
                    url: request.url,
                    seed: self.options.seed,
                    now: self.clock.now
                )
                return Self.marked(
                    self.paced(service, followUp: request.url, &state),
                    "generated \(found.connector.name) \(found.operation.id)"
                )
            }.response
        }
        return try await answering(host, nil) { _ in Self.marked(UnmatchedAnswer.make(request), "unmatched") }.response
    }

    /// Answers a call of a connector's operation, with what it does wrong.
    func answer(_ call: StagedCall, _ request: OutboundRequest) async throws -> OutboundResponse {
        if let step = call.step(of: request) {
            return Self.marked(LabAnswer(example: call.steps[step] ?? .null), "example").response
        }
        return try await answering(call.connector.name, call.operation?.id) { state in
            guard let operation = call.operation else {
                let (method, path) = (
                    call.request["method"]?.stringValue ?? "", call.request["path"]?.stringValue ?? ""
                )
                return Self.marked(
                    .refusal(
                        404,
                        "UnknownOperation",
                        "'\(call.connector.name)' has no operation for \(method) \(path)."
                    ),
                    "generated"
                )
            }
            let service = GeneratedService(
                connector: call.connector,
                operation: operation,
                request: Self.request(of: call, request),
                url: request.url,
                seed: self.options.seed,
                now: self.clock.now
            )
            guard call.isMapped || call.example != nil else {
                return Self.marked(self.paced(service, followUp: request.url, &state), "generated")
            }
            return Self.mapped(call, request, service, &state)
        }.response
    }

    /// Answers an operation of a service that does not speak HTTP.
    func answer(
        _ connector: ConnectorDefinition,
        _ operation: OperationDescription,
        _ request: JSON
    ) async throws
        -> LabAnswer
    {
        try await answering(connector.name, operation.id) { state in
            GeneratedService(
                connector: connector,
                operation: operation,
                request: LabRequest(request),
                url: "",
                seed: self.options.seed,
                now: self.clock.now
            ).answer(&state.memory)
        }
    }

    // MARK: - How an answer comes about

    /// Lets limits and faults have their say, does the work, and takes its time.
    private func answering(
        _ connector: String,
        _ operation: String?,
        _ work: (inout LabState) -> LabAnswer
    ) async throws -> LabAnswer {
        let now = clock.now
        let (fault, limited) = state.withLock { state in
            let limited = options.rateLimits[connector.lowercased()].flatMap { state.wait($0, connector, now) }
            return (limited == nil ? state.takeFault(connector, operation) : nil, limited)
        }
        if let limited {
            return Self.marked(LabFaultAnswer.tooMany(limited), "fault")
        }
        switch fault {
        case .latency(let duration): try await pause(duration)
        case .cutBefore:
            throw OutboundError(
                code: .connectionFailed,
                message: "The connection failed, as this rehearsal wants it.",
                certainlyNotSent: true
            )
        case .status(let status):
            return Self.marked(LabFaultAnswer.status(status, retryAfter: options.retryAfter), "fault")
        case .cutAfter, .wrongContentType, nil: break
        }
        let answer = state.withLock { work(&$0) }
        switch fault {
        case .cutAfter:
            throw OutboundError(
                code: .lostReply,
                message: "The connection ended before the answer, as this rehearsal wants it.",
                certainlyNotSent: false
            )
        case .wrongContentType:
            return Self.marked(LabFaultAnswer.page, "fault")
        default: return answer
        }
    }

    /// A long operation is answered with 202 first, and asked for at the address that this names.
    private func paced(_ service: GeneratedService, followUp url: String, _ state: inout LabState) -> LabAnswer {
        if let id = LabURL.queries(url).first(where: { $0.name == LabState.statusMark })?.value {
            return state.poll(id, url: url, retryAfter: options.retryAfter)
        }
        let answer = service.answer(&state.memory)
        guard service.operation.isLongRunning, answer.isSuccess, service.operation.method != "GET" else {
            return answer
        }
        return state.begin(answer, url: url, polls: options.pollsUntilDone, retryAfter: options.retryAfter)
    }

    /// The service behind the operation answers with the example; without one the operation is answered whole.
    private static func mapped(
        _ call: StagedCall,
        _ request: OutboundRequest,
        _ service: GeneratedService,
        _ state: inout LabState
    ) -> LabAnswer {
        guard service.refusal == nil else { return marked(service.answer(&state.memory), "generated") }
        guard let example = call.example else {
            var answer = service.answer(&state.memory)
            if answer.isSuccess { answer.headers.append((StagedCall.wholeAnswerHeader, "true")) }
            return marked(answer, "generated")
        }
        var answer = LabAnswer(example: example)
        if !call.mapsAnswer, answer.isForeign(to: service.generated()) {
            return marked(service.answer(&state.memory), "generated")
        }
        let isFollowUp = answer.headers.contains { $0.name.isSame(ignoringCase: "Location") && $0.value == request.url }
        if answer.status == 202, isFollowUp {
            return marked(
                LabAnswer(200, service.generated(), headers: [(StagedCall.wholeAnswerHeader, "true")]),
                "generated"
            )
        }
        answer.endPages(service.operation.nextLinkName)
        if request.method != "GET", let body = answer.body, let sent = LabRequest.body(request) {
            answer.body = Echo.merged(body, with: sent)
        }
        return marked(answer, "example")
    }

    /// The request of a call; a link to a further page brings its own place.
    private static func request(of call: StagedCall, _ request: OutboundRequest) -> LabRequest {
        var result = LabRequest(call.request)
        if let skip = LabURL.queries(request.url).first(where: { $0.name == Paging.mark }) {
            result.queries.insert((skip.name, skip.value), at: 0)
        }
        return result
    }

    private static func marked(_ answer: LabAnswer, _ origin: String) -> LabAnswer {
        var result = answer
        result.headers.append((StagedCall.originHeader, origin))
        return result
    }
}

/// Sends the requests of one call of a connector to its stand-in.
private struct StagedLab: Transport {
    let lab: GeneratedLab
    let call: StagedCall

    func send(_ request: OutboundRequest) async throws -> OutboundResponse { try await lab.answer(call, request) }
}

import Connectors
import JSONTree
import Moments
import Outbound
import Synchronization

/// Writes down what would have been sent, on its way to the stand-ins.
final class CallRecorder: Sendable {
    /// The most requests that are kept: 20,000; further ones are only counted.
    static let limit = 20_000

    private struct State {
        var requests: [RehearsedRequest] = []
        var dropped = 0
        var action = ""
        var hidesInputs = false
        /// The child workflows under way, each with `/` behind it.
        var path = ""
        var missing: [String] = []
        var assumed: [(action: String, members: [String])] = []

        var title: String { path + action }
    }

    let clock: VirtualClock
    private let state = Mutex(State())

    init(clock: VirtualClock) { self.clock = clock }

    var requests: [RehearsedRequest] { state.withLock { $0.requests } }

    /// The action whose call is under way.
    var action: String { state.withLock { $0.action } }

    /// Names the action whose call comes next.
    func begin(_ action: String, hidesInputs: Bool) {
        state.withLock { ($0.action, $0.hidesInputs) = (action, hidesInputs) }
    }

    /// Enters the child workflow that the action under way calls: the child's actions bear its name before theirs.
    ///
    /// - Returns: Leaves the child again.
    func enter() -> @Sendable () -> Void {
        let before = state.withLock { state in
            defer { state.path = "\(state.title)/" }
            return (state.path, state.action, state.hidesInputs)
        }
        return { [self] in state.withLock { ($0.path, $0.action, $0.hidesInputs) = before } }
    }

    /// Notes members of the answer to the action under way that its definition does not have.
    func assume(_ members: [String]) {
        guard !members.isEmpty else { return }
        state.withLock { state in
            let title = state.title
            let index = state.assumed.firstIndex { $0.action == title } ?? state.assumed.count
            if index == state.assumed.count { state.assumed.append((title, [])) }
            for member in members where !state.assumed[index].members.contains(member) {
                state.assumed[index].members.append(member)
            }
        }
    }

    /// Notes a connector that is not installed.
    func miss(_ connector: String) {
        state.withLock { state in
            if !state.missing.contains(connector) { state.missing.append(connector) }
        }
    }

    /// The connectors that are called and are not installed.
    var missing: [String] { state.withLock { $0.missing } }

    /// What was assumed, by action.
    var assumed: [(action: String, members: [String])] { state.withLock { $0.assumed } }

    /// Writes a request down and gives its number; nil when there are too many.
    func add(_ request: OutboundRequest, connector: String?, operation: String?) -> Int? {
        add(
            method: request.method,
            url: request.url,
            headers: RehearsedRequest.headers(of: request),
            body: RehearsedRequest.body(of: request),
            connector: connector,
            operation: operation
        )
    }

    func add(
        method: String,
        url: String,
        headers: JSONObject = JSONObject(),
        body: JSON?,
        connector: String?,
        operation: String?
    ) -> Int? {
        let now = clock.now
        return state.withLock { state in
            guard state.requests.count < Self.limit else {
                state.dropped += 1
                return nil
            }
            state.requests.append(
                RehearsedRequest(
                    at: now,
                    action: state.title,
                    connector: connector,
                    operation: operation,
                    method: method,
                    url: state.hidesInputs ? String(url.prefix { $0 != "?" }) : url,
                    isSecured: state.hidesInputs,
                    headers: state.hidesInputs ? JSONObject() : headers,
                    body: state.hidesInputs ? nil : body,
                    status: nil,
                    origin: "no answer"
                )
            )
            return state.requests.count - 1
        }
    }

    func answered(_ number: Int?, status: Int?, origin: String) {
        guard let number else { return }
        state.withLock { state in
            guard state.requests.indices.contains(number) else { return }
            state.requests[number].status = status
            state.requests[number].origin = origin
            // A plain HTTP call that a connector's stand-in answers says whose.
            let words = origin.split(separator: " ").map(String.init)
            if words.count == 3, state.requests[number].connector == nil {
                state.requests[number].connector = words[1]
                state.requests[number].operation = words[2]
                state.requests[number].origin = words[0]
            }
        }
    }

    /// The connector and the operation that an action has asked last; nil when it has asked none.
    func last(of action: String) -> (connector: String, operation: String)? {
        state.withLock { state in
            guard let last = state.requests.last, last.action == state.path + action, let connector = last.connector,
                let operation = last.operation
            else { return nil }
            return (connector, operation)
        }
    }

    /// Forgets a request that was none of the playbook's.
    func remove(_ number: Int?) {
        guard let number else { return }
        state.withLock { state in
            if number == state.requests.count - 1 { state.requests.removeLast() }
        }
    }
}

/// Records requests on their way to a stand-in.
struct RecordedTransport: Transport {
    let inner: any Transport
    let recorder: CallRecorder
    let connector: String?
    let operation: String?

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let number = recorder.add(request, connector: connector, operation: operation)
        do {
            var response = try await inner.send(request)
            let origin = response.headers[StagedCall.originHeader] ?? "answered"
            response.headers.remove(StagedCall.originHeader)
            if origin == "token" {
                recorder.remove(number)
            } else {
                recorder.answered(number, status: response.status, origin: origin)
            }
            return response
        } catch let error as OutboundError {
            recorder.answered(number, status: nil, origin: error.code.text)
            throw error
        }
    }
}

/// Records what stand-ins of connectors are asked.
struct RecordedStandIns: StandIns {
    let inner: any StandIns
    let recorder: CallRecorder

    func transport(for call: StagedCall) -> any Transport {
        RecordedTransport(
            inner: inner.transport(for: call),
            recorder: recorder,
            connector: call.connector.name,
            operation: call.operation?.id
        )
    }
}

/// Records what services are asked that do not speak HTTP.
struct RecordedService: ConnectorService {
    let name: String
    let inner: any ConnectorService
    let recorder: CallRecorder

    func perform(_ call: ServiceCall) async throws -> ConnectorOutputs {
        var body = JSONObject()
        for part in ["queries", "body"] {
            guard let value = call.request[part]?.nonNull, value.objectValue?.isEmpty != true else { continue }
            body[part] = value
        }
        let path = call.request["path"]?.stringValue ?? ""
        let number = recorder.add(
            method: call.request["method"]?.stringValue ?? "POST",
            url: "\(name)://\(call.connection.name)\(path)",
            body: .object(body),
            connector: call.connection.connector,
            operation: call.operation
        )
        do {
            let outputs = try await inner.perform(call)
            recorder.answered(number, status: outputs.statusCode, origin: "generated")
            return outputs
        } catch let error as OutboundError {
            recorder.answered(number, status: nil, origin: error.code.text)
            throw error
        }
    }
}

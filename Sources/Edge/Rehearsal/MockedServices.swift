import Durable
import Engine
public import JSONTree
import Outbound
import Playbooks

/// The outside world of a rehearsal: answers to outbound calls from a list of mocks.
///
/// A mock belongs to an `action` (all its calls: retries, polls, further pages, subscription), a polling `trigger`, or
/// everything that fits `match` (`method`, `uri`; missing members match all). The first mock that fits answers; its
/// `responses` are given in order, the last one repeats. A response is `status`, `headers` and `body`, or
/// `{"error": "connection"}`: no answer at all.
public struct MockedServices: Sendable {
    private let mocks: [JSON]
    private let callbacks: [JSON]
    private var uses: [Int: Int] = [:]

    /// Makes services from a list of mocks, or from an object with `mocks` and `callbacks`; nil or null: none, so that
    /// every call fails.
    ///
    /// A callback says that a third party calls the callback URL of webhook action `action`, `after` (an ISO 8601 duration)
    /// the subscription was answered, with `request` (`headers`, `body`).
    public init(_ mocks: JSON?) {
        self.mocks = mocks?.arrayValue ?? mocks?["mocks"]?.arrayValue ?? []
        callbacks = mocks?["callbacks"]?.arrayValue ?? []
    }

    /// The callbacks of a webhook action.
    func callbacks(of action: String) -> [JSON] {
        callbacks.filter { $0["action"]?.stringValue?.isSame(ignoringCase: action) ?? false }
    }

    /// Whether a mock answers a call of an action.
    func answers(_ name: String, _ call: HTTPCall) -> Bool {
        mocks.contains { Self.fits($0, name, kind: "action", call) }
    }

    /// Answers a call of an action; `hidesAddress` keeps the address out of the error where inputs are secured.
    mutating func answer(action name: String, call: HTTPCall, hidesAddress: Bool = false) -> EffectOutcome {
        answer(name, kind: "action", call, hidesAddress: hidesAddress)
    }

    /// Answers a call of a polling trigger.
    mutating func answer(trigger name: String, call: HTTPCall) -> EffectOutcome {
        answer(name, kind: "trigger", call)
    }

    private mutating func answer(
        _ name: String,
        kind: String,
        _ call: HTTPCall,
        hidesAddress: Bool = false
    ) -> EffectOutcome {
        guard let index = mocks.firstIndex(where: { Self.fits($0, name, kind: kind, call) }) else {
            return Self.unanswered(name, kind: kind, call, hidesAddress)
        }
        let responses = mocks[index]["responses"]?.arrayValue ?? []
        let use = uses[index, default: 0]
        uses[index] = use + 1
        guard let response = responses.indices.contains(use) ? responses[use] : responses.last else {
            return Self.unanswered(name, kind: kind, call, hidesAddress)
        }
        if response["error"] != nil {
            return .unreachable(RunError("ConnectionFailed", "The connection to the server failed."))
        }
        return .answered(
            .init(
                status: Int(response["status"]?.integerValue ?? 200),
                headers: response["headers"] ?? .object(JSONObject()),
                body: response["body"].flatMap(\.nonNull)
            )
        )
    }

    private static func fits(_ mock: JSON, _ name: String, kind: String, _ call: HTTPCall) -> Bool {
        if let wanted = mock[kind]?.stringValue { return wanted.isSame(ignoringCase: name) }
        guard let match = mock["match"] else { return mock["action"] == nil && mock["trigger"] == nil }
        return (match["method"]?.stringValue.map { $0.isSame(ignoringCase: call.method) } ?? true)
            && (match["uri"]?.stringValue.map { $0 == call.uri } ?? true)
    }

    /// No mock answers: the call fails as if nobody listened, and the text says which mock is missing.
    private static func unanswered(
        _ name: String,
        kind: String,
        _ call: HTTPCall,
        _ hidesAddress: Bool
    ) -> EffectOutcome {
        // The query may hold keys, so that the text leaves it out.
        let address = hidesAddress ? "(secured)" : call.uri.prefix { $0 != "?" }
        return .unreachable(
            RunError(
                "ConnectionFailed",
                "No mock answers '\(call.method) \(address)' of \(kind) '\(name)'. "
                    + "Add { \"\(kind)\": \"\(name)\", \"responses\": [ { \"status\": 200, \"body\": … } ] } to the --mocks, or make real calls with --live."
            )
        )
    }

    /// The call that an effect makes; for connectors, method and path of the operation.
    static func call(of effect: ActionEffect) throws(RunError) -> HTTPCall {
        switch effect.kind {
        case .poll(let location), .page(let location):
            return HTTPCall(method: "GET", uri: address(location, of: effect))
        case .subscribe where effect.node.type == .httpWebhook:
            return try HTTPCall(inputs: effect.inputs[ignoringCase: "subscribe"] ?? .null)
        case .unsubscribe where effect.node.type != .httpWebhook:
            let location = effect.inputs["subscription"]?["headers"]?[ignoringCase: "location"]?.stringValue ?? ""
            return HTTPCall(method: "DELETE", uri: location)
        default:
            guard let path = effect.inputs[ignoringCase: "path"]?.stringValue,
                effect.inputs[ignoringCase: "host"] != nil
            else { return try HTTPCall(inputs: effect.inputs) }
            return HTTPCall(
                method: effect.inputs[ignoringCase: "method"]?.stringValue?.uppercased() ?? "POST",
                uri: path,
                body: effect.inputs[ignoringCase: "body"]
            )
        }
    }

    /// An address that an answer gave: relative ones are meant from that of the action's own call.
    private static func address(_ reference: String, of effect: ActionEffect) -> String {
        guard !reference.contains("://"), let own = effect.inputs[ignoringCase: "uri"]?.stringValue else {
            return reference
        }
        do throws(OutboundError) {
            return try OutboundURL(own).resolving(reference).description
        } catch {
            return reference
        }
    }
}

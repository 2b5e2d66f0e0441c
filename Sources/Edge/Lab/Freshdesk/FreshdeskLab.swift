import Content
import JSONTree
public import Moments
public import Serving

/// A stand-in of Freshdesk's API version 2, with what goes wrong in life: limits, faults, late indexes, lost answers.
///
/// | below the mount | what |
/// | --- | --- |
/// | `/api/v2/…` | the API: tickets, search, replies, notes, contacts, agents |
/// | `/tickets`, `/tickets.json` | what there is, for people and scripts, without key |
/// | `POST /faults` | `{"faults": [{"kind": "cutAfter", "count": 2}]}`, see ``FreshdeskFault`` |
public struct FreshdeskLab: Vendor {
    /// How it behaves.
    public let options: FreshdeskOptions

    /// Makes the stand-in.
    public init(_ options: FreshdeskOptions = FreshdeskOptions()) { self.options = options }

    /// No tickets.
    public func start(at now: Timestamp) -> FreshdeskState { FreshdeskState(start: now) }

    /// Answers a call of the API, or shows what there is.
    public func reply(to request: Request, path: [String], state: inout FreshdeskState, now: Timestamp) -> VendorReply {
        state.settle(now, limit: options.ticketLimit)
        guard path.starts(with: ["api", "v2"]) else {
            return VendorReply(FreshdeskPage.response(request, path, &state))
        }
        state.calls += 1
        if let refusal = authenticate(request) { return VendorReply(refusal) }
        if let limited = limit(&state, now) { return VendorReply(limited) }
        let isCreation = request.method == "POST" && path == ["api", "v2", "tickets"]
        let index = state.faults.firstIndex { isCreation || !$0.onlyCreation }
        let fault = index.map { state.faults.remove(at: $0) }
        if fault != nil { state.faultsDone += 1 }
        var reply = perform(fault?.kind, request, path, &state, now)
        reply.response.headers["X-RateLimit-Total"] = String(options.callsPerMinute)
        reply.response.headers["X-RateLimit-Remaining"] = String(max(0, options.callsPerMinute - state.windowCalls))
        reply.response.headers["X-RateLimit-Used-CurrentRequest"] = "1"
        return reply
    }

    private func perform(
        _ fault: FreshdeskFault.Kind?,
        _ request: Request,
        _ path: [String],
        _ state: inout FreshdeskState,
        _ now: Timestamp
    ) -> VendorReply {
        let api = FreshdeskAPI(options: options, request: request, now: now)
        switch fault {
        case nil: return VendorReply(api.answer(Array(path.dropFirst(2)), &state))
        case .tooManyRequests(let seconds)?: return VendorReply(FreshdeskErrors.tooMany(seconds))
        case .serverError?: return VendorReply(FreshdeskErrors.server)
        case .cutBefore?: return VendorReply(FreshdeskErrors.server, isCut: true)
        case .cutAfter?: return VendorReply(api.answer(Array(path.dropFirst(2)), &state), isCut: true)
        case .doneLate(let span)?:
            // Only what would be created is created later; anything else is as if the connection had ended before.
            if let ticket = api.newTicket() { state.late.append(.init(due: now + span, ticket: ticket)) }
            return VendorReply(FreshdeskErrors.server, isCut: true)
        case .slow(let span)?:
            return VendorReply(api.answer(Array(path.dropFirst(2)), &state), delay: span.duration)
        }
    }

    private func authenticate(_ request: Request) -> Response? {
        let header = request.headers["Authorization"] ?? ""
        let words = header.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let bytes = Base64.decode(String(words[1])) else {
            return FreshdeskErrors.credentials
        }
        let user = String(decoding: bytes.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
        return options.keys.contains(user) ? nil : FreshdeskErrors.credentials
    }

    private func limit(_ state: inout FreshdeskState, _ now: Timestamp) -> Response? {
        if now - state.windowStart >= .minutes(1) || now < state.windowStart {
            state.windowStart = now
            state.windowCalls = 0
        }
        state.windowCalls += 1
        guard state.windowCalls > options.callsPerMinute else { return nil }
        let rest = TimeSpan.minutes(1) - (now - state.windowStart)
        return FreshdeskErrors.tooMany(max(1, Int((rest.totalSeconds).rounded(.up))))
    }
}

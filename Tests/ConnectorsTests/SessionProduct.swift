import JSONTree
import Outbound
import Synchronization

/// A product that wants a login in front of all calls, as its maker describes it.
final class SessionProduct: Transport {
    /// What a test sees of a request.
    struct Seen: Sendable {
        let line: String
        let headers: [String: String]
        let body: String
    }

    private struct State {
        var seen: [Seen] = []
        var sessions: Set<String> = []
        var count = 0
        var isDown = false
    }

    private let state = Mutex(State())
    private let isLogin: @Sendable (OutboundRequest) -> Bool
    private let isLogout: @Sendable (OutboundRequest) -> Bool
    /// The session that a request shows; nil when it shows none.
    private let shown: @Sendable (OutboundRequest) -> String?
    private let isWelcome: @Sendable (OutboundRequest) -> Bool
    private let answer: @Sendable (String) -> OutboundResponse
    private let refusal: OutboundResponse

    init(
        login: String,
        logout: String = "",
        shown: @escaping @Sendable (OutboundRequest) -> String?,
        isWelcome: @escaping @Sendable (OutboundRequest) -> Bool,
        refusal: OutboundResponse = OutboundResponse(status: 401),
        answer: @escaping @Sendable (String) -> OutboundResponse
    ) {
        isLogin = { "\($0.method) \($0.url)" == login }
        isLogout = { "\($0.method) \($0.url)" == logout }
        self.shown = shown
        self.isWelcome = isWelcome
        self.refusal = refusal
        self.answer = answer
    }

    var seen: [Seen] { state.withLock { $0.seen } }
    var lines: [String] { seen.map(\.line) }
    var logins: Int { seen.count { $0.line.hasPrefix("login") } }
    var sessions: Set<String> { state.withLock { $0.sessions } }

    func endSessions() { state.withLock { $0.sessions = [] } }
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? ""
        func note(_ line: String, _ state: inout State) {
            state.seen.append(Seen(line: line, headers: headers, body: body))
        }
        return state.withLock { state in
            if isLogin(request) {
                if state.isDown {
                    note("login 503", &state)
                    return OutboundResponse(status: 503)
                }
                guard isWelcome(request) else {
                    note("login refused", &state)
                    return OutboundResponse(status: 403)
                }
                state.count += 1
                state.sessions.insert("s\(state.count)")
                note("login", &state)
                return answer("s\(state.count)")
            }
            guard let session = shown(request), state.sessions.contains(session) else {
                note("refused \(shown(request) ?? "-")", &state)
                return refusal
            }
            if isLogout(request) {
                state.sessions.remove(session)
                note("logout \(session)", &state)
                return OutboundResponse(status: 200)
            }
            note("call \(session)", &state)
            return .json(["ok": true])
        }
    }
}

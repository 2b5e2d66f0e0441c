import Content
import Crypto
import Foundation
import JSONTree
import Moments
import Outbound
import Synchronization

/// An OAuth 2.0 provider that forgives nothing: it checks client, secret, redirect address, PKCE, that a code is used once, and that a
/// refresh token is the last one given.
final class StrictProvider: Transport {
    struct Grant: Sendable {
        var client: String
        var redirect: String
        var challenge: String?
        var scope: String
    }

    private struct State {
        var codes: [String: Grant] = [:]
        var refresh: String?
        var access: Set<String> = []
        var number = 0
        var deviceCodes: [String: Bool] = [:]
        var log: [String] = []
        var isRevoked = false
        var isDown = false
        var calls: [OutboundRequest] = []
    }

    static let origin = "https://login.example"
    static let client = "app-1"
    static let secret = "s3cret/&="

    let redirect: String
    private let state = Mutex(State())

    init(redirect: String = "https://tocsin.example/connections/consent/callback") { self.redirect = redirect }

    /// What was asked of the token endpoint: `grant outcome`.
    var log: [String] { state.withLock { $0.log } }
    /// The calls of the service itself.
    var calls: [OutboundRequest] { state.withLock { $0.calls } }
    var refreshToken: String? { state.withLock { $0.refresh } }

    /// The person takes back the consent.
    func revoke() { state.withLock { ($0.isRevoked, $0.access) = (true, []) } }

    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// The service forgets all access tokens, as after a breach.
    func dropAccess() { state.withLock { $0.access = [] } }

    /// The person finishes with the device.
    func approveDevices() {
        state.withLock { state in for code in state.deviceCodes.keys { state.deviceCodes[code] = true } }
    }

    /// What the browser of a person who consents does at the authorization address: the address that it is sent back to.
    func consent(_ address: String) throws -> String {
        let url = try OutboundURL(address)
        let query = Self.fields(url.target.split(separator: "?").last.map(String.init) ?? "")
        guard url.origin == Self.origin, url.target.hasPrefix("/authorize?"), query["client_id"] == Self.client,
            query["redirect_uri"] == redirect, query["response_type"] == "code", let sent = query["state"]
        else { throw OutboundError(code: .invalidRequest, message: "refused: \(address)", certainlyNotSent: true) }
        let code = state.withLock { state in
            state.number += 1
            let code = "code-\(state.number)"
            let isS256 = query["code_challenge_method"] == "S256"
            state.codes[code] = Grant(
                client: Self.client,
                redirect: redirect,
                challenge: isS256 ? query["code_challenge"] : nil,
                scope: query["scope"] ?? ""
            )
            state.isRevoked = false
            return code
        }
        return "\(redirect)?code=\(code)&state=\(sent)&iss=\(Percent.encodeAll(Self.origin))"
    }

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let url = try OutboundURL(request.url)
        guard url.origin == Self.origin else { return service(request) }
        let fields = Self.fields(String(decoding: request.body ?? [], as: UTF8.self))
        if state.withLock({ $0.isDown }) {
            note(fields, "503")
            return OutboundResponse(status: 503)
        }
        let answer = url.target == "/device" ? device(fields) : token(request, fields)
        note(fields, answer.status == 200 ? "200" : "\(answer.status) \(error(answer))")
        // Others come meanwhile.
        for _ in 0..<20 { await Task.yield() }
        return answer
    }

    private func note(_ fields: [String: String], _ outcome: String) {
        let grant = fields["grant_type"].map { $0.split(separator: ":").last.map(String.init) ?? $0 } ?? "device"
        state.withLock { $0.log.append("\(grant) \(outcome)") }
    }

    private func error(_ answer: OutboundResponse) -> String {
        (try? JSON.parse(answer.body))?["error"]?.stringValue ?? ""
    }

    private func service(_ request: OutboundRequest) -> OutboundResponse {
        state.withLock { state in
            state.calls.append(request)
            let token = request.headers["Authorization"]?.split(separator: " ").last.map(String.init)
            return OutboundResponse(status: token.map { state.access.contains($0) } == true ? 200 : 401)
        }
    }

    private func device(_ fields: [String: String]) -> OutboundResponse {
        guard fields["client_id"] == Self.client, fields["client_secret"] == Self.secret else {
            return refusal("invalid_client", 401)
        }
        return state.withLock { state in
            state.number += 1
            state.deviceCodes["device-\(state.number)"] = false
            return .json([
                "device_code": .string("device-\(state.number)"), "user_code": "BDWP-HQPK",
                "verification_uri": "https://login.example/device", "expires_in": 900, "interval": 5,
            ])
        }
    }

    private func token(_ request: OutboundRequest, _ fields: [String: String]) -> OutboundResponse {
        guard request.method == "POST", request.headers["Content-Type"] == "application/x-www-form-urlencoded" else {
            return refusal("invalid_request")
        }
        guard fields["client_id"] == Self.client, fields["client_secret"] == Self.secret else {
            return refusal("invalid_client", 401)
        }
        return state.withLock { state in
            switch fields["grant_type"] {
            case "authorization_code":
                // A code is spent by any attempt.
                guard let grant = state.codes.removeValue(forKey: fields["code"] ?? ""),
                    grant.redirect == fields["redirect_uri"], let challenge = grant.challenge,
                    challenge
                        == Base64.encode(
                            SHA256.hash(data: Array((fields["code_verifier"] ?? "").utf8)),
                            alphabet: .url,
                            padded: false
                        )
                else { return refusal("invalid_grant") }
                return issue(&state)
            case "refresh_token":
                guard !state.isRevoked, let last = state.refresh, fields["refresh_token"] == last else {
                    return refusal("invalid_grant")
                }
                return issue(&state)
            case "urn:ietf:params:oauth:grant-type:device_code":
                guard let isApproved = state.deviceCodes[fields["device_code"] ?? ""] else {
                    return refusal("invalid_grant")
                }
                guard isApproved else { return refusal("authorization_pending") }
                state.deviceCodes[fields["device_code"] ?? ""] = nil
                return issue(&state)
            case "client_credentials": return issue(&state, refreshes: false)
            default: return refusal("unsupported_grant_type")
            }
        }
    }

    private func issue(_ state: inout State, refreshes: Bool = true) -> OutboundResponse {
        state.number += 1
        state.access.insert("access-\(state.number)")
        var answer: JSONObject = [
            "access_token": .string("access-\(state.number)"), "token_type": "Bearer", "expires_in": 3600,
        ]
        if refreshes {
            state.refresh = "refresh-\(state.number)"
            answer["refresh_token"] = state.refresh.map(JSON.string)
        }
        return .json(.object(answer))
    }

    private func refusal(_ word: String, _ status: Int = 400) -> OutboundResponse {
        .json(["error": .string(word), "error_description": "canary-description"], status: status)
    }

    static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            fields[Percent.decodeAll(halves[0])] = halves.count == 2 ? Percent.decodeAll(halves[1]) : ""
        }
        return fields
    }
}

/// Percent-encoding that is not the one under test.
private enum Percent {
    static func encodeAll(_ text: String) -> String {
        text.utf8.map { "%" + (String($0, radix: 16).count == 1 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func decodeAll(_ text: String) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? text
    }
}

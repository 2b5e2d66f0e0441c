import Content
import JSONTree
import Moments
import Outbound
import Secrets

/// Keeps tokens of directories: each is fetched once for all who wait, and anew some time before it expires.
actor ServiceTokens {
    private struct Token {
        let value: SecretValue
        /// When it is to be fetched anew; until it expires it serves when that fails.
        let renewal: Timestamp
        let expiry: Timestamp
    }

    /// The most tokens that are kept: 10,000; beyond, those that expired are dropped, then all.
    static let limit = 10_000
    /// How long before its end a token is fetched anew.
    static let renewalMargin = TimeSpan.minutes(5)
    /// How long before its end a token is used no more.
    static let expiryMargin = TimeSpan.seconds(30)

    private let clock: any WallClock
    private var tokens: [DirectoryCredential.Key: Token] = [:]
    private var flights: [DirectoryCredential.Key: Task<Token, any Error>] = [:]

    init(clock: any WallClock) { self.clock = clock }

    /// A token for a credential.
    ///
    /// - Throws: `CallFailure`: `.refused` when the endpoint says no, `.unreachable` when it does not answer.
    func token(
        _ credential: DirectoryCredential,
        networks: NetworkPolicy,
        transport: any Transport
    ) async throws(CallFailure) -> SecretValue {
        let key = credential.key
        let kept = tokens[key]
        if let kept, kept.renewal > clock.now { return kept.value }
        let flight = flights[key] ?? start(credential, key, networks, transport)
        switch await flight.result {
        case .success(let token): return token.value
        case .failure(let error):
            if let kept, kept.expiry > clock.now { return kept.value }
            throw error as? CallFailure ?? Self.unreachable("the call was cancelled.")
        }
    }

    /// Forgets a token that a service has refused.
    func forget(_ credential: DirectoryCredential) { tokens[credential.key] = nil }

    private func start(
        _ credential: DirectoryCredential,
        _ key: DirectoryCredential.Key,
        _ networks: NetworkPolicy,
        _ transport: any Transport
    ) -> Task<Token, any Error> {
        let clock = clock
        // Not a child of the caller's task: others wait for it when the caller is cancelled. The request's own time ends it.
        let flight = Task {
            do {
                let token = try await Self.fetch(credential, networks, transport, clock)
                self.keep(token, key)
                return token
            } catch {
                self.flights[key] = nil
                throw error
            }
        }
        flights[key] = flight
        return flight
    }

    private func keep(_ token: Token, _ key: DirectoryCredential.Key) {
        flights[key] = nil
        if tokens.count >= Self.limit {
            let now = clock.now
            tokens = tokens.filter { $0.value.expiry > now }
            if tokens.count >= Self.limit { tokens = [:] }
        }
        tokens[key] = token
    }

    private static func fetch(
        _ credential: DirectoryCredential,
        _ networks: NetworkPolicy,
        _ transport: any Transport,
        _ clock: any WallClock
    ) async throws(CallFailure) -> Token {
        var fields = [
            ("grant_type", "client_credentials"), ("client_id", credential.clientID), ("resource", credential.audience),
        ]
        switch credential.proof {
        case .secret(let secret): fields.append(("client_secret", secret.text))
        case .certificate(let certificate):
            let assertion: String
            do throws(RunError) {
                assertion = try ClientAssertion.make(
                    certificate,
                    clientID: credential.clientID,
                    endpoint: credential.endpoint,
                    now: clock.now
                )
            } catch {
                throw .refused(error)
            }
            fields.append(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
            fields.append(("client_assertion", assertion))
        }
        let form = fields.map { "\($0.0)=\(PercentEncoding.encodeForm($0.1))" }.joined(separator: "&")
        let response: OutboundResponse
        do {
            response = try await transport.send(
                OutboundRequest(
                    method: "POST",
                    url: credential.endpoint,
                    headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
                    body: Array(form.utf8),
                    timeout: .seconds(30),
                    networks: networks,
                    redirects: .handOver,
                    responseLimit: 1_048_576,
                    tag: "token"
                )
            )
        } catch let error as OutboundError {
            // Asking for a token twice does no harm, and the call itself was not sent.
            throw CallFailure(outcome: CallErrors.outcome(of: error, .harmless, isSecured: false))
        } catch {
            throw unreachable("the call was cancelled.")
        }
        return try token(response, clock.now)
    }

    private static func token(_ response: OutboundResponse, _ now: Timestamp) throws(CallFailure) -> Token {
        if StatusCodes.isRetried(response.status) { throw unreachable("it answered \(response.status).") }
        guard response.status == 200, let answer = parsed(response.body),
            let text = answer["access_token"]?.stringValue, !text.isEmpty
        else {
            // `error` is a word of the specification; the description may repeat what was sent.
            let word = parsed(response.body)?["error"]?.stringValue.map { " (\($0.prefix(64)))" } ?? ""
            throw .refused(
                "AuthenticationFailed",
                "The directory gave no token: its token endpoint answered \(response.status)\(word). Check tenant, clientId, audience and credential.",
                record: "Unauthorized"
            )
        }
        let seconds = answer["expires_in"]?.integerValue ?? answer["expires_in"]?.stringValue.flatMap(Int64.init) ?? 300
        let life = TimeSpan.seconds(max(0, min(seconds, 86_400)))
        let half = TimeSpan(ticks: life.ticks / 2)
        return Token(
            value: SecretValue(text),
            renewal: now + max(half, life - renewalMargin),
            expiry: now + max(half, life - expiryMargin)
        )
    }

    private static func parsed(_ bytes: [UInt8]) -> JSON? {
        do {
            return try JSON.parse(bytes)
        } catch {
            return nil
        }
    }

    private static func unreachable(_ reason: String) -> CallFailure {
        CallFailure(
            outcome: .unreachable(
                RunError("AuthenticationUnavailable", "The directory's token endpoint gave no token: \(reason)")
            )
        )
    }
}

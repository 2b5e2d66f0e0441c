import Content
import Crypto
import JSONTree
import Moments
import Outbound
import Secrets

/// What a connection asks a token endpoint for.
struct TokenDemand: Sendable {
    enum Kind: Sendable {
        /// In its own name: client credentials, or an assertion. The fields are made anew for every request.
        case app(TokenEndpoint, fields: @Sendable (Timestamp) throws -> [(String, String)])
        /// In the name of a person who has consented.
        case consent(ConsentRule)
        /// A session that a login with the connection's credentials begins.
        case login(SessionLogin)
    }

    let kind: Kind
    /// What a token is kept under: whoever has another proof, scope or endpoint does not get it.
    let key: String

    /// `identity`: all that tells the token apart, the proof among it; only its digest is kept.
    init(_ kind: Kind, identity: [String]) {
        self.kind = kind
        let joined = identity.map { "\($0.utf8.count):\($0)" }.joined()
        key = String(AwsSignature.hex(SHA256.hash(data: Array(joined.utf8))).prefix(40))
    }

    /// The login of a demand for a session.
    var login: SessionLogin? {
        guard case .login(let login) = kind else { return nil }
        return login
    }

    /// The rule of a demand that rests on a person's consent.
    var consent: ConsentRule? {
        guard case .consent(let rule) = kind else { return nil }
        return rule
    }
}

/// A token endpoint, and how an app shows itself there.
struct TokenEndpoint: Sendable {
    let url: String
    /// Id and secret in the `Authorization` header; nil: they are among the fields, or there are none.
    var basic: (id: String, secret: SecretValue)?

    /// A request with a form.
    func request(_ form: String, networks: NetworkPolicy, route: OutboundRoute) -> OutboundRequest {
        var request = OutboundRequest(
            method: "POST",
            url: url,
            headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
            body: Array(form.utf8),
            timeout: .seconds(30),
            networks: networks,
            redirects: .handOver,
            responseLimit: 1_048_576,
            route: route,
            tag: "token"
        )
        if let basic {
            // Both are form-encoded first (RFC 6749, section 2.3.1).
            let pair = "\(Percent.encode(basic.id)):\(Percent.encode(basic.secret.text))"
            request.headers["Authorization"] = "Basic \(Base64.encode(Array(pair.utf8)))"
        }
        return request
    }

    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(Percent.encode($0.0))=\(Percent.encode($0.1))" }.joined(separator: "&")
    }
}

/// By what way tokens are fetched.
struct TokenWay: Sendable {
    let transport: any Transport
    let networks: NetworkPolicy
    let route: OutboundRoute
    let source: any ConnectionSource
}

/// What a token endpoint has answered.
struct TokenAnswer: Sendable {
    let access: SecretValue
    let refresh: SecretValue?
    /// How long the token can be used; nil when the endpoint does not say.
    let life: TimeSpan?

    /// The endpoint's refusal: the word of the specification, never its description, which may repeat what was sent.
    struct Refusal: Error {
        let status: Int
        let word: String
    }

    init(access: SecretValue, life: TimeSpan?) {
        self.access = access
        self.life = life
        refresh = nil
    }

    /// Reads an answer.
    ///
    /// - Throws: ``Refusal``; `OutboundError` when the endpoint could not work and may be asked again.
    init(_ response: OutboundResponse) throws {
        if response.status == 408 || response.status == 429 || response.status >= 500 {
            throw OutboundError(
                code: .connectionFailed,
                message: "The token endpoint gave no token: it answered \(response.status).",
                certainlyNotSent: true
            )
        }
        let answer = Self.parsed(response)
        guard response.status == 200, let text = answer?["access_token"]?.stringValue, !text.isEmpty else {
            throw Refusal(status: response.status, word: Self.word(answer))
        }
        access = SecretValue(text)
        refresh = answer?["refresh_token"]?.stringValue.flatMap { $0.isEmpty ? nil : SecretValue($0) }
        let written = answer?["expires_in"]
        let seconds = written?.integerValue ?? written?.stringValue.flatMap(Int64.init)
        life = seconds.map { .seconds(max(0, min($0, 366 * 86_400))) }
    }

    static func parsed(_ response: OutboundResponse) -> JSON? {
        do {
            return try JSON.parse(response.body)
        } catch {
            return nil
        }
    }

    /// The member `error`, where it is a word.
    static func word(_ answer: JSON?) -> String {
        guard let word = answer?["error"]?.stringValue, (1...64).contains(word.utf8.count),
            word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return "without a token" }
        return word
    }
}

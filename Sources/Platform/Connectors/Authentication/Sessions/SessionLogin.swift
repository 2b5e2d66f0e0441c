import Content
import JSONTree
import Moments
import Outbound
import Secrets

/// A session of a connection: how it begins, how it is shown, how it ends.
///
/// Its templates see secrets and answers, so that what goes wrong in them is said without any value.
struct SessionLogin: Sendable {
    let rule: SessionRule
    /// The connection's name, for messages.
    let connection: String
    /// What all templates see: `connection`, `connectionParameters`, `baseUrl`, `origin`.
    let values: [String: JSON]
    /// What templates of login and logout see as `secrets`, by the names of the parameters in small letters.
    let secrets: [String: SecretValue]
    /// The address of the main host.
    let mainURL: String
    /// The user name and password of calls that show them, by the parameters that hold them.
    let parameters: [String: String]
    /// The certificate of the connection; nil when it has none.
    var certificate: ClientCertificate?

    // MARK: - Requests

    /// The call that signs in.
    func login(now: Timestamp, by way: TokenWay) throws -> OutboundRequest {
        try request(rule.login, "login", session: nil, now, way)
    }

    /// The call that ends a session; nil where the rule names none.
    func logout(_ session: SecretValue, now: Timestamp, by way: TokenWay) throws -> OutboundRequest? {
        guard let logout = rule.logout else { return nil }
        var request = try request(logout, "logout", session: Self.value(session), now, way)
        for (name, value) in try headers(session, now: now) where !request.headers.contains(name) {
            Self.show(name, value, in: &request)
        }
        return request
    }

    private func request(
        _ call: SessionRule.Call,
        _ what: String,
        session: JSON?,
        _ now: Timestamp,
        _ way: TokenWay
    ) throws -> OutboundRequest {
        var all = values
        var shown = JSONObject()
        for (name, secret) in secrets.sorted(by: { $0.key < $1.key }) { shown[name] = .string(secret.text) }
        all["secrets"] = .object(shown)
        all["session"] = session
        let context = AdapterContext(values: all, now: now)
        var request = OutboundRequest(
            method: call.method,
            url: try address(call, what, context),
            timeout: .seconds(30),
            networks: way.networks,
            redirects: .handOver,
            responseLimit: 1_048_576,
            route: way.route,
            tag: what
        )
        request.clientCertificate = certificate
        if let headers = call.headers {
            for (name, value) in try evaluate(headers, "\(what)/headers", context).objectValue ?? JSONObject()
            where !value.isNull {
                request.headers[name] = value.stringValue ?? value.text
                request.credentialHeaders.insert(name)
            }
        }
        if let basic = call.basic {
            let pair = "\(try parameter(basic.user)):\(try parameter(basic.password))"
            request.headers["Authorization"] = "Basic \(Base64.encode(Array(pair.utf8)))"
            request.credentialHeaders.insert("Authorization")
        }
        if let form = call.form {
            let fields = try evaluate(form, "\(what)/form", context).objectValue ?? JSONObject()
            request.body = Array(
                TokenEndpoint.form(fields.map { ($0.name, $0.value.stringValue ?? $0.value.text) }).utf8
            )
            Self.fill("Content-Type", "application/x-www-form-urlencoded", in: &request)
        } else if let body = call.body {
            let value = try evaluate(body, "\(what)/body", context)
            request.body = value.stringValue.map { Array($0.utf8) } ?? value.bytes()
            Self.fill("Content-Type", value.stringValue == nil ? "application/json" : "text/plain", in: &request)
        }
        Self.fill("Accept", "application/json", in: &request)
        return request
    }

    private func address(_ call: SessionRule.Call, _ what: String, _ context: AdapterContext) throws -> String {
        let isPath = call.path != nil
        guard let template = call.path ?? call.url,
            let text = try evaluate(template, "\(what)/\(isPath ? "path" : "url")", context).stringValue, !text.isEmpty
        else { throw failed("\(what)/\(isPath ? "path" : "url")") }
        return isPath ? URLText.join(mainURL, text) : text
    }

    private func parameter(_ name: String) throws -> String {
        let name = name.lowercased()
        if let value = secrets[name]?.text ?? parameters[name] { return value }
        throw ConnectorError(.incompleteConnection, "The connection '\(connection)' lacks the parameter '\(name)'.")
    }

    private static func fill(_ name: String, _ value: String, in request: inout OutboundRequest) {
        if !request.headers.contains(name) { request.headers[name] = value }
    }

    // MARK: - Answers

    /// The session that an answer to the login gives.
    ///
    /// - Throws: `TokenAnswer.Refusal` where it gives none; `OutboundError` when the service could not work and may be asked again.
    func session(in response: OutboundResponse, now: Timestamp) throws -> TokenAnswer {
        if response.status == 408 || response.status == 429 || response.status >= 500 {
            throw OutboundError(
                code: .connectionFailed,
                message: "The service did not answer the login: it answered \(response.status).",
                certainlyNotSent: true
            )
        }
        guard response.status < 400 else { throw TokenAnswer.Refusal(status: response.status, word: "to the login") }
        var all = values
        all["answer"] = Self.answer(response)
        let context = AdapterContext(values: all, now: now)
        let session = try evaluate(rule.session, "session", context)
        guard !session.isNull, session != "" else {
            throw TokenAnswer.Refusal(status: response.status, word: "without a session")
        }
        let life = try rule.life.map { try span(try evaluate($0, "life", context)) } ?? nil
        return TokenAnswer(access: SecretValue(bytes: session.bytes()), life: life)
    }

    private func span(_ json: JSON) throws -> TimeSpan? {
        if json.isNull || json == "" { return nil }
        if let seconds = json.integerValue ?? json.stringValue.flatMap(Int64.init) {
            return .seconds(max(0, min(seconds, 366 * 86_400)))
        }
        guard let span = json.stringValue.flatMap({ ISODuration($0)?.exactSpan }) else { throw failed("life") }
        return span
    }

    /// An answer as templates see it: `statusCode`, `headers` (names in small letters), `cookies` by name, `body`.
    private static func answer(_ response: OutboundResponse) -> JSON {
        let outputs = BodyCoding.outputs(response)
        var headers = JSONObject()
        for (name, value) in outputs.headers { headers[name.lowercased()] = value }
        var cookies = JSONObject()
        for (name, value) in response.headers where name.isSame(ignoringCase: "Set-Cookie") {
            let pair = value.prefix { $0 != ";" }
            let key = pair.prefix { $0 != "=" }
            cookies[String(key).trimmed] = .string(String(pair.dropFirst(key.count + 1)).trimmed)
        }
        return [
            "statusCode": .integer(Int64(response.status)), "headers": .object(headers), "cookies": .object(cookies),
            "body": outputs.body ?? .null,
        ]
    }

    // MARK: - Calls

    /// The headers that show a session.
    func headers(_ session: SecretValue, now: Timestamp) throws -> [(name: String, value: String)] {
        var all = values
        all["session"] = Self.value(session)
        let context = AdapterContext(values: all, now: now)
        return try rule.headers.compactMap { header in
            let value = try evaluate(header.value, "headers/\(header.name)", context)
            return value.isNull ? nil : (header.name, value.stringValue ?? value.text)
        }
    }

    /// Puts a header into a request; a cookie takes the place of the one of its name, beside others.
    static func show(_ name: String, _ value: String, in request: inout OutboundRequest) {
        request.credentialHeaders.insert(name)
        guard name.isSame(ignoringCase: "Cookie"), let present = request.headers["Cookie"] else {
            request.headers[name] = value
            return
        }
        func key(_ cookie: some StringProtocol) -> String { String(cookie.prefix { $0 != "=" }).trimmed }
        let mine = Set(value.split(separator: ";").map(key))
        let others = present.split(separator: ";").filter { !mine.contains(key($0)) }.map { String($0).trimmed }
        request.headers["Cookie"] = (others + [value]).joined(separator: "; ")
    }

    /// Whether an answer to a call says that its session is over.
    func isRefused(by response: OutboundResponse, now: Timestamp) -> Bool {
        if rule.refusals.contains(response.status) { return true }
        guard let isRefusal = rule.isRefusal else { return false }
        var all = values
        all["answer"] = Self.answer(response)
        do {
            return try evaluate(isRefusal, "refused/when", AdapterContext(values: all, now: now)) == .bool(true)
        } catch {
            // An answer of another form says nothing about the session.
            return false
        }
    }

    // MARK: - Templates

    private static func value(_ session: SecretValue) -> JSON {
        do {
            return try JSON.parse(session.bytes)
        } catch {
            return .string(session.text)
        }
    }

    private func evaluate(_ template: AdapterTemplate, _ what: String, _ context: AdapterContext) throws -> JSON {
        do {
            return try template.evaluate(in: context)
        } catch {
            // What expressions say of their failures may repeat the values that they work on.
            throw failed(what)
        }
    }

    private func failed(_ what: String) -> ConnectorError {
        ConnectorError(
            .adapterFailed,
            "'\(what)' in the rule by which the connection '\(connection)' signs in cannot be evaluated. "
                + "Check the rule against what the connection gives and the service answers."
        )
    }
}

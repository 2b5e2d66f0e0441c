import JSONTree
import Moments
import Outbound
import Secrets

/// Shows a session that a login has begun; one that the service refuses is replaced once.
struct SessionStep: LastStep {
    let login: SessionLogin
    let demand: TokenDemand
    let connection: Connection
    let tokens: ConnectionTokens
    let way: TokenWay
    let clock: any WallClock

    func finish(_ request: inout OutboundRequest) async throws {
        let session = try await tokens.token(demand, for: connection, by: way)
        for (name, value) in try login.headers(session, now: clock.now) { SessionLogin.show(name, value, in: &request) }
    }

    func renews(after response: OutboundResponse, to request: OutboundRequest) async -> Bool {
        guard login.isRefused(by: response, now: clock.now) else { return false }
        do {
            // Where another session is there already, or none, there is something new to show.
            guard let kept = try await tokens.entry(demand, for: connection, source: way.source)?.access else {
                return true
            }
            guard try isShown(kept, in: request) else { return true }
            return try await tokens.refused(kept, demand, for: connection, by: way)
        } catch {
            // The answer stands as it is.
            return false
        }
    }

    private func isShown(_ session: SecretValue, in request: OutboundRequest) throws -> Bool {
        try login.headers(session, now: clock.now).allSatisfy { name, value in
            let shown = request.headers[name] ?? ""
            guard name.lowercased() == "cookie" else { return shown == value }
            return "; \(shown);".contains("; \(value);")
        }
    }
}

extension RuleReader {
    /// `SessionLogin`: `login`, `session`, `headers`, `life`, `when`, `refused`, `logout`; nil for calls that show no session.
    func sessionLogin() throws -> TokenDemand? {
        let compiled: SessionRule
        do {
            compiled = try SessionRule(rule, AdapterReader(place: "the authentication of '\(connection)'"))
        } catch let error as ConnectorError {
            throw ConnectorError(.incompleteConnection, error.message)
        }
        if let when = compiled.when {
            let context = AdapterContext(values: ["request": reader.call], now: reader.clock.now)
            guard try context.evaluate(when, "authentication/when") == .bool(true) else { return nil }
        }
        guard let mainURL, !mainURL.isEmpty, let origin = URLText.origin(mainURL) else {
            throw reader.incomplete("a 'baseUrl', where its service signs in")
        }
        var parameters = JSONObject()
        for (name, value) in reader.connection.parameters.sorted(by: { $0.key < $1.key }) { parameters[name] = value }
        var login = SessionLogin(
            rule: compiled,
            connection: connection,
            values: [
                "connection": .string(connection), "connectionParameters": .object(parameters),
                "baseUrl": .string(mainURL), "origin": .string(origin),
            ],
            secrets: values.hidden,
            mainURL: mainURL,
            parameters: values.visible
        )
        if let file = values.value("clientCertificate"), file.count > 0 {
            login.certificate = try CertificateText.unchecked(
                file,
                password: values.text("clientCertificatePassword"),
                connection: connection
            )
        }
        // Whoever has other credentials has another session, and templates may change with time: the rule itself counts.
        let plain = values.visible.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        let secret = values.hidden.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value.text] }
        return TokenDemand(.login(login), identity: ["login", mainURL, rule.text] + plain + secret)
    }
}

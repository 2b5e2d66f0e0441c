public import JSONTree
public import Moments

/// How a connection stands: whether a person has to sign in, and how its service does.
public struct ConnectionStatus: Sendable, Hashable {
    /// Whether the connection can show who it is.
    public enum SignIn: Sendable, Hashable {
        /// It needs no person: a key, a password, an app's own credentials.
        case notNeeded
        /// A person has consented; the token at hand is good until then.
        case signedIn(until: Timestamp?)
        /// A person has to sign in; calls wait.
        case needed(reason: String)
        /// Its settings do not suffice.
        case incomplete(reason: String)
    }

    /// Whether it can show who it is.
    public var signIn: SignIn
    /// What its calls have shown; nil before the first since the server started.
    public var traffic: ConnectionTraffic.Figures?

    /// One word: `ready`, `needsSignIn`, `incomplete`, `suspended` while the circuit is open, `paused` while the service asks for a
    /// pause.
    public var word: String {
        switch signIn {
        case .needed: return "needsSignIn"
        case .incomplete: return "incomplete"
        case .notNeeded, .signedIn: break
        }
        guard let traffic else { return "ready" }
        return traffic.circuit != "closed" ? "suspended" : traffic.pausedUntil != nil ? "paused" : "ready"
    }

    /// The status as JSON, for people.
    public var json: JSON {
        var object: JSONObject = ["state": .string(word)]
        switch signIn {
        case .notNeeded: break
        case .signedIn(let until): object["tokenExpires"] = until.map { .string($0.iso8601) }
        case .needed(let reason), .incomplete(let reason): object["message"] = .string(reason)
        }
        if let traffic {
            object["circuit"] = .string(traffic.circuit)
            object["failures"] = .integer(Int64(traffic.failures))
            object["waitingCalls"] = .integer(Int64(traffic.waiting))
            object["refusedCalls"] = .integer(Int64(traffic.refused))
            object["pausedUntil"] = traffic.pausedUntil.map { .string($0.iso8601) }
        }
        return .object(object)
    }
}

extension ConnectorRegistry {
    /// How a connection stands; nothing is asked of any service.
    ///
    /// - Throws: What reading the connection's secrets throws.
    public func status(of connection: Connection) async throws -> ConnectionStatus {
        let traffic = traffic.figures(of: connection)
        do {
            guard let demand = try await consentDemand(of: connection) else {
                return ConnectionStatus(signIn: .notNeeded, traffic: traffic)
            }
            let entry = try await tokens.entry(demand, for: connection, source: connections)
            if let entry, entry.refresh != nil || entry.access != nil && entry.expiry > clock.now {
                return ConnectionStatus(
                    signIn: .signedIn(until: entry.access == nil ? nil : entry.expiry),
                    traffic: traffic
                )
            }
            let error = ConnectionTokens.signIn(connection, entry?.refusal ?? (entry == nil ? nil : "it has expired"))
            return ConnectionStatus(signIn: .needed(reason: error.message), traffic: traffic)
        } catch let error as ConnectorError {
            return ConnectionStatus(signIn: .incomplete(reason: error.message), traffic: traffic)
        }
    }

    /// What a connection that rests on a person's consent asks for; nil for all others.
    func consentDemand(of connection: Connection) async throws -> TokenDemand? {
        let definition = try definition(of: connection)
        guard !isOwn(connection, definition) else { return nil }
        let reader = CredentialReader(
            connection: connection,
            definition: definition,
            source: connections,
            clock: clock
        )
        for credential in try await reader.credentials() {
            if case .token(let demand) = credential, demand.consent != nil { return demand }
        }
        return nil
    }

    /// Whether this server itself answers a connection's calls.
    func isOwn(_ connection: Connection, _ definition: ConnectorDefinition) -> Bool {
        connection.home == .tocsin || (definition.adapter.isOwn && connection.baseURL == nil)
    }

    /// Forgets what is in memory of a connection, after it was changed or deleted: tokens, turns, the state of the breaker.
    public func forget(_ connection: Connection) async {
        await tokens.forget(connection)
        traffic.forget(connection)
    }

    /// Marks a connection as one whose person has to sign in again, because its service says so.
    public func noteRefused(_ connection: Connection, reason: String) async throws {
        guard let demand = try await consentDemand(of: connection) else { return }
        try await tokens.refuse(demand, for: connection, word: reason, source: connections)
    }
}

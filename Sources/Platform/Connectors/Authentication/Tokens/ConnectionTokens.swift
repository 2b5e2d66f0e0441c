public import Moments
import Outbound
import Secrets

/// Gets tokens from token endpoints, once for all who wait, and anew before they expire; they outlive the process, sealed with
/// the connection's secrets.
public actor ConnectionTokens {
    private struct Place: Hashable {
        let tenant: String
        let connection: String

        init(_ connection: Connection) {
            tenant = connection.tenant
            self.connection = connection.name.lowercased()
        }
    }

    private struct Shelf {
        var record: TokenRecord
        var flights: [String: Task<SecretValue, any Error>] = [:]
        /// How sessions end that a login has begun.
        var logins: [String: (login: SessionLogin, way: TokenWay)] = [:]
        /// Logins that the service has refused, with what it said and until when nobody asks again.
        var refusals: [String: (until: Timestamp, error: ConnectorError)] = [:]
        /// The last write; the next one waits for it, so that an older record never replaces a newer one.
        var write: Task<Void, any Error>?
    }

    /// The most connections whose tokens are in memory: 10,000; beyond, all that nobody waits for are read again from the store.
    public static let limit = 10_000
    /// How old a token is at least when its refusal by a service makes a new one worth while: 30 seconds.
    static let renewableAge = TimeSpan.seconds(30)
    /// How long a login that was refused is not tried again, because services lock accounts: 60 seconds.
    static let refusedLoginPause = TimeSpan.seconds(60)

    private let clock: any WallClock
    private var shelves: [Place: Shelf] = [:]
    /// Raised when a connection's tokens are forgotten, so that what is under way then is not kept.
    private var epochs: [Place: Int] = [:]

    /// Makes an empty keep.
    public init(clock: any WallClock = SystemClock()) { self.clock = clock }

    /// A token.
    ///
    /// - Throws: `ConnectorError`: `.needsSignIn` where a person has to consent, `.authenticationFailed` where the endpoint refuses;
    ///   `OutboundError` where it does not answer.
    func token(_ demand: TokenDemand, for connection: Connection, by way: TokenWay) async throws -> SecretValue {
        let place = Place(connection)
        let entry = try await shelf(of: connection, way.source).record[demand.key]
        let now = clock.now
        if let login = demand.login { shelves[place]?.logins[demand.key] = (login, way) }
        if let entry, let access = entry.access, entry.renewal > now { return access }
        if let refusal = shelves[place]?.refusals[demand.key], refusal.until > now { throw refusal.error }
        let flight = shelves[place]?.flights[demand.key] ?? start(demand, for: connection, by: way)
        switch await flight.result {
        case .success(let token): return token
        case .failure(let error):
            // The old one still serves, unless the consent is gone.
            let isGone = (error as? ConnectorError)?.code == .needsSignIn
            if !isGone, let access = entry?.access, let expiry = entry?.expiry, expiry > clock.now { return access }
            throw error
        }
    }

    /// A service has refused a token.
    ///
    /// - Returns: Whether there is another to be had; not where the token is fresh, which the service refuses for other reasons.
    func refused(
        _ token: SecretValue,
        _ demand: TokenDemand,
        for connection: Connection,
        by way: TokenWay
    ) async throws -> Bool {
        guard let entry = try await shelf(of: connection, way.source).record[demand.key], let kept = entry.access else {
            return false
        }
        guard kept.isEqual(to: token) else { return true }
        guard clock.now - entry.obtained >= Self.renewableAge else { return false }
        if demand.consent != nil, entry.refresh == nil {
            try await refuse(demand, for: connection, word: "the service answered 401", source: way.source)
            return false
        }
        shelves[Place(connection)]?.record[demand.key]?.access = nil
        try await write(connection, way.source)
        return true
    }

    /// Keeps what the endpoint answered to a consent.
    func keep(
        _ answer: TokenAnswer,
        _ demand: TokenDemand,
        for connection: Connection,
        source: any ConnectionSource
    ) async throws {
        let old = try await shelf(of: connection, source).record[demand.key]
        shelves[Place(connection)]?.record[demand.key] = Self.entry(answer, demand, old: old, now: clock.now)
        try await write(connection, source)
    }

    /// Marks a connection as one whose person has to sign in again.
    func refuse(
        _ demand: TokenDemand,
        for connection: Connection,
        word: String,
        source: any ConnectionSource
    ) async throws {
        let now = clock.now
        _ = try await shelf(of: connection, source)
        shelves[Place(connection)]?.record[demand.key] = TokenRecord.Entry(
            obtained: now,
            renewal: now,
            expiry: now,
            refusal: word
        )
        try await write(connection, source)
    }

    /// What is known of a token, without asking any endpoint.
    func entry(
        _ demand: TokenDemand,
        for connection: Connection,
        source: any ConnectionSource
    ) async throws -> TokenRecord.Entry? {
        try await shelf(of: connection, source).record[demand.key]
    }

    /// Forgets the tokens of a connection in memory, after it was changed or deleted.
    public func forget(_ connection: Connection) {
        let place = Place(connection)
        epochs[place, default: 0] += 1
        let shelf = shelves.removeValue(forKey: place)
        for (key, begun) in shelf?.logins ?? [:] {
            guard let session = shelf?.record[key]?.access else { continue }
            Task {
                // What is kept is used again; only what was dropped with the old settings is over.
                guard try await begun.way.source.keptTokens(of: connection) == nil else { return }
                await self.end(session, begun.login, begun.way)
            }
        }
    }

    /// Logs a session out; what fails ends by itself at the service.
    private func end(_ session: SecretValue, _ login: SessionLogin, _ way: TokenWay) async {
        do {
            guard let request = try login.logout(session, now: clock.now, by: way) else { return }
            _ = try await way.transport.send(request)
        } catch {
            return
        }
    }

    // MARK: - Shelves

    private func shelf(of connection: Connection, _ source: any ConnectionSource) async throws -> Shelf {
        let place = Place(connection)
        if let known = shelves[place] { return known }
        let epoch = epochs[place, default: 0]
        let record = try await source.keptTokens(of: connection).map { TokenRecord($0) } ?? TokenRecord()
        if let known = shelves[place] { return known }
        let shelf = Shelf(record: record)
        guard epochs[place, default: 0] == epoch else { return shelf }
        if shelves.count >= Self.limit {
            shelves = shelves.filter { !$0.value.flights.isEmpty || $0.value.write != nil }
            epochs = epochs.filter { shelves[$0.key] != nil }
        }
        shelves[place] = shelf
        return shelf
    }

    /// Seals the connection's tokens as they are when its turn comes; returns when they are durable.
    private func write(_ connection: Connection, _ source: any ConnectionSource) async throws {
        let place = Place(connection)
        let before = shelves[place]?.write
        let task = Task {
            if let before { _ = await before.result }
            guard let record = self.shelves[place]?.record else { return }
            try await source.keepTokens(record.secret, of: connection)
        }
        shelves[place]?.write = task
        try await task.value
        if shelves[place]?.write == task { shelves[place]?.write = nil }
    }

    // MARK: - Fetching

    private func start(
        _ demand: TokenDemand,
        for connection: Connection,
        by way: TokenWay
    ) -> Task<SecretValue, any Error> {
        let place = Place(connection)
        let epoch = epochs[place, default: 0]
        // Not a child of the caller's task: others wait for it when the caller is cancelled. The request's own time ends it.
        let flight = Task {
            defer { self.shelves[place]?.flights[demand.key] = nil }
            return try await self.fetch(demand, for: connection, by: way, epoch: epoch)
        }
        shelves[place]?.flights[demand.key] = flight
        return flight
    }

    private func fetch(
        _ demand: TokenDemand,
        for connection: Connection,
        by way: TokenWay,
        epoch: Int
    ) async throws -> SecretValue {
        let place = Place(connection)
        let old = shelves[place]?.record[demand.key]
        do {
            let request = try request(demand, old, connection, way)
            let response = try await way.transport.send(request)
            let answer = try demand.login?.session(in: response, now: clock.now) ?? TokenAnswer(response)
            shelves[place]?.refusals[demand.key] = nil
            guard epochs[place, default: 0] == epoch, shelves[place] != nil else { return answer.access }
            shelves[place]?.record[demand.key] = Self.entry(answer, demand, old: old, now: clock.now)
            try await write(connection, way.source)
            if let login = demand.login, let former = old?.access, let expiry = old?.expiry, expiry > clock.now {
                Task { await self.end(former, login, way) }
            }
            return answer.access
        } catch let refusal as TokenAnswer.Refusal where demand.login != nil {
            let error = ConnectorError(
                .authenticationFailed,
                "No session for the connection '\(connection.name)': the service answered \(refusal.status) \(refusal.word). "
                    + "Check the user name and the password, and whether the account is locked."
            )
            shelves[place]?.refusals[demand.key] = (clock.now + Self.refusedLoginPause, error)
            throw error
        } catch let refusal as TokenAnswer.Refusal {
            guard demand.consent != nil, Self.endsConsent.contains(refusal.word) else {
                throw ConnectorError(
                    .authenticationFailed,
                    "No token for the connection '\(connection.name)': the token endpoint answered \(refusal.status) \(refusal.word). "
                        + "Check its client id, its secret and its scope."
                )
            }
            if epochs[place, default: 0] == epoch {
                try await refuse(demand, for: connection, word: refusal.word, source: way.source)
            }
            throw Self.signIn(connection, refusal.word)
        }
    }

    private func request(
        _ demand: TokenDemand,
        _ old: TokenRecord.Entry?,
        _ connection: Connection,
        _ way: TokenWay
    ) throws -> OutboundRequest {
        switch demand.kind {
        case .app(let endpoint, let fields):
            return endpoint.request(
                TokenEndpoint.form(try fields(clock.now)),
                networks: way.networks,
                route: way.route
            )
        case .consent(let rule):
            guard let refresh = old?.refresh else { throw Self.signIn(connection, old?.refusal) }
            let (endpoint, form) = try rule.refresh(refresh, connection: connection.name)
            return endpoint.request(form, networks: way.networks, route: way.route)
        case .login(let login): return try login.login(now: clock.now, by: way)
        }
    }

    private static func entry(
        _ answer: TokenAnswer,
        _ demand: TokenDemand,
        old: TokenRecord.Entry?,
        now: Timestamp
    ) -> TokenRecord.Entry {
        let refresh = answer.refresh ?? old?.refresh
        // Endpoints that name no end give apps a short one and people, who could not be asked again, none; a session lasts until
        // the service refuses it.
        let isEndless = demand.login != nil || demand.consent != nil && refresh == nil
        let silent: TimeSpan =
            isEndless ? .seconds(366 * 86_400) : demand.consent == nil ? .minutes(5) : .minutes(60)
        return TokenRecord.Entry(answer, keeping: old?.refresh, silentLife: silent, now: now)
    }

    /// The words by which endpoints say that a consent is over (RFC 6749, section 5.2, and OpenID Connect).
    private static let endsConsent: Set<String> = [
        "invalid_grant", "interaction_required", "consent_required", "login_required", "access_denied",
    ]

    /// The error of a connection whose person has to sign in.
    static func signIn(_ connection: Connection, _ word: String?) -> ConnectorError {
        let reason =
            word.map { "Its consent is not valid any more (\($0))." } ?? "Nobody has signed in for it yet."
        return ConnectorError(
            .needsSignIn,
            "The connection '\(connection.name)' waits for a person to sign in. \(reason) "
                + "Run: tocsin connections authorize \(connection.name)"
        )
    }
}

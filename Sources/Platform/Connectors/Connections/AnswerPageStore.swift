import Crypto
import JSONTree
public import Moments
public import Stores

/// The pages on which people answer, in the server's store, sealed.
public struct AnswerPageStore: AnswerPages {
    /// How long a page waits for an answer: 90 days, as long as a run may take.
    public static let life = TimeSpan.days(90)
    /// The most pages of a tenant that wait: 100,000.
    public static let limit = 100_000

    /// The steps of its table.
    public static let migrations: [Migration] = [
        Migration(
            room: "Answers",
            number: 1,
            statements: [
                """
                CREATE TABLE connectors_answer_page (
                    tenant TEXT NOT NULL,
                    call_key TEXT NOT NULL,
                    address TEXT NOT NULL UNIQUE,
                    record BLOB NOT NULL,
                    expires INTEGER NOT NULL,
                    answered INTEGER,
                    PRIMARY KEY (tenant, call_key)
                )
                """,
                "CREATE INDEX connectors_answer_page_expires ON connectors_answer_page (expires)",
            ]
        )
    ]

    private static let context = "connectors/answer-page"

    private let store: Store
    private let sealer: any Sealer
    private let origin: String
    private let clock: any WallClock

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - store: The server's database.
    ///   - sealer: Seals what pages say.
    ///   - origin: Scheme, host and port by which people reach this server.
    ///   - clock: The present.
    public init(store: Store, sealer: any Sealer, origin: String, clock: any WallClock = SystemClock()) {
        self.store = store
        self.sealer = sealer
        self.origin = origin
        self.clock = clock
    }

    /// The address of a page; the same key gives the same page.
    public func address(of page: AnswerPage, key: String) async throws -> String {
        let token = Self.newToken()
        let record: JSON = ["token": .string(token), "page": page.json]
        let sealed = try sealer.seal(record.bytes(), tenant: page.tenant, context: Self.context)
        let now = clock.now
        try await store.commit(.rest) { transaction in
            try transaction.execute(
                "DELETE FROM connectors_answer_page WHERE rowid IN "
                    + "(SELECT rowid FROM connectors_answer_page WHERE expires < ? LIMIT 100)",
                [.integer(now.ticks)]
            )
            let count = try transaction.first(
                "SELECT count(*) FROM connectors_answer_page WHERE tenant = ? AND answered IS NULL",
                [.text(page.tenant)]
            )
            guard try (count?[0].integer ?? 0) < Self.limit else {
                throw ConnectorError(.invalidParameter, "A tenant has at most \(Self.limit) questions that wait.")
            }
            try transaction.execute(
                "INSERT INTO connectors_answer_page (tenant, call_key, address, record, expires) "
                    + "VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, call_key) DO NOTHING",
                [
                    .text(page.tenant), .text(key), .text(Self.digest(token)), .blob(sealed),
                    .integer((now + Self.life).ticks),
                ]
            )
        }
        let row = try await store.read { snapshot in
            try snapshot.first(
                "SELECT record FROM connectors_answer_page WHERE tenant = ? AND call_key = ?",
                [.text(page.tenant), .text(key)]
            )
        }
        guard let row else { throw ConnectorError(.adapterFailed, "The page could not be kept.") }
        let kept = try JSON.parse(sealer.open(try row[0].blob, tenant: page.tenant, context: Self.context))
        return "\(origin)/answers/\(kept["token"]?.stringValue ?? "")"
    }

    /// A page that somebody asks for.
    public struct Found: Sendable {
        /// The page.
        public let page: AnswerPage
        /// When it was answered; nil while it waits.
        public let answered: Timestamp?
    }

    /// The page of an address's last part; nil when there is none, or its time is over.
    public func page(_ token: String) async throws -> Found? {
        guard token.utf8.count <= 64 else { return nil }
        let now = clock.now
        let row = try await store.read { snapshot in
            try snapshot.first(
                "SELECT tenant, record, answered FROM connectors_answer_page WHERE address = ? AND expires > ?",
                [.text(Self.digest(token)), .integer(now.ticks)]
            )
        }
        guard let row else { return nil }
        let tenant = try row[0].text
        let record = try JSON.parse(sealer.open(try row[1].blob, tenant: tenant, context: Self.context))
        guard let page = record["page"].flatMap({ AnswerPage($0, tenant: tenant) }) else { return nil }
        return Found(page: page, answered: row[2].isNull ? nil : Timestamp(ticks: try row[2].integer))
    }

    /// Notes that a page was answered.
    ///
    /// - Returns: Whether this was the first answer.
    public func answer(_ token: String) async throws -> Bool {
        let now = clock.now
        return try await store.commit(.rest) { transaction in
            try transaction.execute(
                "UPDATE connectors_answer_page SET answered = ? WHERE address = ? AND answered IS NULL",
                [.integer(now.ticks), .text(Self.digest(token))]
            ) > 0
        }
    }

    /// 128 random bits as 32 hexadecimal digits.
    private static func newToken() -> String {
        let digits = Array("0123456789abcdef")
        var generator = SystemRandomNumberGenerator()
        return String((0..<32).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
    }

    /// What stands for an address in the database, so that who reads it cannot answer.
    private static func digest(_ token: String) -> String {
        SHA256.hash(data: Array(token.utf8)).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
    }
}

extension AnswerPage {
    /// The page for the store.
    var json: JSON {
        var object: JSONObject = [
            "notify": .string(notify), "title": .string(title), "options": .array(options.map(JSON.string)),
            "body": body, "values": values,
        ]
        object["message"] = message.map(JSON.string)
        object["card"] = card
        return .object(object)
    }

    init?(_ json: JSON, tenant: String) {
        guard let notify = json["notify"]?.stringValue else { return nil }
        self.init(
            tenant: tenant,
            notify: notify,
            title: json["title"]?.stringValue ?? "",
            message: json["message"]?.stringValue,
            options: json["options"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            card: json["card"],
            body: json["body"] ?? .null,
            values: json["values"] ?? .null
        )
    }
}

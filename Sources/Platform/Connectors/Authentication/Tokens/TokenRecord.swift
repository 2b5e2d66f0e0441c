import JSONTree
import Moments
import Secrets

/// The tokens of a connection as they are sealed in the store.
struct TokenRecord: Sendable {
    /// One token, and what can get the next.
    struct Entry: Sendable {
        var access: SecretValue?
        var refresh: SecretValue?
        var obtained: Timestamp
        /// When it is to be fetched anew; until it expires it serves when that fails.
        var renewal: Timestamp
        var expiry: Timestamp
        /// Why a person has to sign in again: the endpoint's word.
        var refusal: String?
    }

    /// The most tokens of a connection: 8; the oldest go first.
    ///
    /// More than one is kept after a change of its settings only.
    static let limit = 8

    private(set) var entries: [String: Entry] = [:]

    subscript(key: String) -> Entry? {
        get { entries[key] }
        set {
            entries[key] = newValue
            while entries.count > Self.limit, let oldest = entries.min(by: { $0.value.obtained < $1.value.obtained }) {
                entries[oldest.key] = nil
            }
        }
    }

    init() {}

    /// Reads what was sealed; what cannot be read counts as nothing, so that tokens are fetched anew.
    init(_ sealed: SecretValue) {
        let json: JSON
        do {
            json = try JSON.parse(sealed.bytes)
        } catch {
            return
        }
        for (key, value) in json["tokens"]?.objectValue ?? JSONObject() {
            func instant(_ name: String) -> Timestamp { Timestamp(ticks: value[name]?.integerValue ?? 0) }
            entries[key] = Entry(
                access: value["access"]?.stringValue.map { SecretValue($0) },
                refresh: value["refresh"]?.stringValue.map { SecretValue($0) },
                obtained: instant("obtained"),
                renewal: instant("renewal"),
                expiry: instant("expiry"),
                refusal: value["refusal"]?.stringValue
            )
        }
    }

    /// What is to be sealed.
    var secret: SecretValue {
        var tokens = JSONObject()
        for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
            var value: JSONObject = [
                "obtained": .integer(entry.obtained.ticks), "renewal": .integer(entry.renewal.ticks),
                "expiry": .integer(entry.expiry.ticks),
            ]
            value["access"] = entry.access.map { .string($0.text) }
            value["refresh"] = entry.refresh.map { .string($0.text) }
            value["refusal"] = entry.refusal.map(JSON.string)
            tokens[key] = .object(value)
        }
        return SecretValue(bytes: JSON.object(["version": 1, "tokens": .object(tokens)]).bytes())
    }
}

extension TokenRecord.Entry {
    /// How long before its end a token is fetched anew: 5 minutes, but never before half of its life is over.
    static let renewalMargin = TimeSpan.minutes(5)
    /// How long before its end a token is used no more: 30 seconds.
    static let expiryMargin = TimeSpan.seconds(30)

    /// The entry of an answer.
    ///
    /// - Parameters:
    ///   - answer: What the endpoint answered.
    ///   - old: The refresh token so far, which stays where the endpoint gives no new one.
    ///   - silentLife: How long the token counts as good where the endpoint does not say.
    ///   - now: The present.
    init(_ answer: TokenAnswer, keeping old: SecretValue?, silentLife: TimeSpan, now: Timestamp) {
        let life = answer.life ?? silentLife
        let half = TimeSpan(ticks: life.ticks / 2)
        self.init(
            access: answer.access,
            refresh: answer.refresh ?? old,
            obtained: now,
            renewal: now + max(half, life - Self.renewalMargin),
            expiry: now + max(half, life - Self.expiryMargin)
        )
    }
}

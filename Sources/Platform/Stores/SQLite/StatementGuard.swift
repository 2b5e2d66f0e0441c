/// Keeps statements of rooms to reading and writing rows.
///
/// Transactions, savepoints, pragmas and the schema belong to the store: a COMMIT inside of a submission would make
/// other callers' work durable by halves.
enum StatementGuard {
    private static let allowed: Set<String> = [
        "SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "REPLACE", "EXPLAIN",
    ]

    static func refusal(of sql: String) -> StoreError? {
        let word = firstWord(of: sql)
        guard !allowed.contains(word) else { return nil }
        return StoreError(
            .invalidSQL,
            "A statement of a room begins with \(allowed.sorted().joined(separator: ", ")), not with \"\(word.prefix(20))\"."
        )
    }

    private static func firstWord(of sql: String) -> String {
        var rest = sql.utf8[...]
        while let first = rest.first {
            if first <= 32 {
                rest = rest.dropFirst()
            } else if rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else {
                break
            }
        }
        let word = rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        return String(decoding: word, as: UTF8.self).uppercased()
    }
}

import JSONTree

/// The body of a checkpoint: `["hash of the last row covered, in hex", state]`.
enum SnapshotRow {
    /// Checkpoints above this many bytes lie beside the database (1 MiB).
    static let inlineLimit = 1 << 20

    static func body(_ state: JSON, hash: [UInt8]) -> [UInt8] {
        JSON.array([.string(HexText.digits(hash)), state]).bytes()
    }

    static func parse(_ body: [UInt8]) throws -> (state: JSON, hash: [UInt8]) {
        let json = try JSON.parse(body, limits: JournalRow.limits)
        guard case .array(let parts) = json, parts.count == 2, let text = parts[0].stringValue,
            let hash = HexText.bytes(text)
        else {
            throw DurableError(.damagedJournal, "A checkpoint does not have the form [hash, state].")
        }
        return (parts[1], hash)
    }
}

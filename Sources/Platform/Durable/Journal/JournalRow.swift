import Crypto
public import JSONTree
public import Moments

/// The body of a journal row: `[format, instant, [event, …]]` as JSON text, and its place in the run's hash chain.
public enum JournalRow {
    /// What a row may hold when it is read: values nest as deep as any value may, and a little deeper inside of a row.
    public static let limits = JSONLimits(depth: JSONLimits.greatestDepth, bytes: 1 << 30)

    /// Puts a body together.
    public static func body(format: Int, at instant: Timestamp, events: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(events.count + 40)
        bytes.append(UInt8(ascii: "["))
        bytes.append(contentsOf: String(format).utf8)
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: String(instant.ticks).utf8)
        bytes.append(contentsOf: [UInt8(ascii: ","), UInt8(ascii: "[")])
        bytes.append(contentsOf: events)
        bytes.append(contentsOf: [UInt8(ascii: "]"), UInt8(ascii: "]")])
        return bytes
    }

    /// Takes a body apart.
    ///
    /// - Throws: `DurableError` with code `damagedJournal`.
    public static func parse(_ body: [UInt8]) throws(DurableError) -> (format: Int, at: Timestamp, events: [JSON]) {
        let json: JSON
        do {
            json = try JSON.parse(body, limits: limits)
        } catch {
            throw DurableError(.damagedJournal, "A journal row is not JSON: \(error.message)")
        }
        guard case .array(let parts) = json, parts.count == 3, let format = parts[0].integerValue,
            let ticks = parts[1].integerValue,
            let events = parts[2].arrayValue
        else {
            throw DurableError(.damagedJournal, "A journal row does not have the form [format, instant, [event, …]].")
        }
        return (Int(format), Timestamp(ticks: ticks), events)
    }

    /// The hash of a row: SHA-256 over the hash before it and the body.
    public static func hash(after previous: [UInt8], body: [UInt8]) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: previous)
        hasher.update(data: body)
        return Array(hasher.finalize())
    }
}

public import JSONTree

/// Where a polling trigger goes on, as the address of its next poll.
///
/// Services that keep no place for us get one here: the answer of a poll carries it as its `Location`, so that the trigger
/// keeps it with the rest of its state.
public enum PollCursor {
    static let scheme = "tocsin-cursor:"

    /// The most bytes of a cursor: 8,192.
    static let limit = 8_192

    /// The address that stands for a cursor.
    ///
    /// - Throws: ``ConnectorError`` with `.adapterFailed` when the cursor is larger than the limit.
    static func location(_ cursor: JSON) throws -> String {
        let text = Percent.encode(cursor.text)
        guard text.utf8.count <= limit else {
            throw ConnectorError(.adapterFailed, "The cursor of the poll is longer than \(limit) bytes.")
        }
        return scheme + text
    }

    /// The cursor that an address stands for; nil when it is a real address.
    public static func read(_ location: String) -> JSON? {
        guard location.hasPrefix(scheme) else { return nil }
        do {
            return try JSON.parse(Percent.decode(location.dropFirst(scheme.count)))
        } catch {
            return .null
        }
    }
}

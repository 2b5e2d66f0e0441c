import Durable
import JSONTree

/// Values in the journal: as they are, sealed, set aside, or marked as what they are.
enum StoredValue {
    private static let sealed = "$sealed"
    private static let plain = "$plain"
    private static let body = "$body"

    /// The value in a form that is not taken for a sealed one: what comes from outside may look like one.
    static func escaped(_ value: JSON) -> JSON {
        guard case .object(let object) = value, object.count == 1, let name = object.names.first,
            name == sealed || name == plain || name == body
        else { return value }
        return [plain: value]
    }

    /// The value whose text is this: one that was left out of a history, and read by itself.
    static func value(text: [UInt8], open: (String) throws -> [UInt8]) throws -> JSON {
        try value(of: try JSON.parse(text, limits: JournalRow.limits), bodies: .none, open: open)
    }

    /// The value with what was set aside in its place.
    static func whole(_ stored: JSON, _ bodies: JournalBodies) throws -> JSON {
        guard let bytes = try bodies.content(of: stored) else { return stored }
        return try JSON.parse(bytes, limits: JournalRow.limits)
    }

    static func isSealed(_ whole: JSON) -> Bool { sealedText(whole) != nil }

    /// The value as the rules see it.
    static func value(of stored: JSON, bodies: JournalBodies, open: (String) throws -> [UInt8]) throws -> JSON {
        let whole = try whole(stored, bodies)
        guard case .object(let object) = whole, object.count == 1 else { return whole }
        if let text = sealedText(whole) { return try JSON.parse(try open(text), limits: JournalRow.limits) }
        return object[plain] ?? whole
    }

    private static func sealedText(_ whole: JSON) -> String? {
        guard case .object(let object) = whole, object.count == 1 else { return nil }
        return object[sealed]?.stringValue
    }
}

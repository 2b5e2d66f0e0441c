public import JSONTree
public import Moments

/// What the stand-in remembers.
public struct FreshdeskState: Sendable {
    /// A ticket, and when it is to be found.
    public struct Ticket: Sendable {
        /// The ticket as the API gives it, with its description.
        public var json: JSONObject
        /// When it was made.
        public let created: Timestamp
        /// When it was changed.
        public var updated: Timestamp
        /// Whether it is in the trash.
        public var isDeleted = false
        /// Its replies and notes.
        public var conversations: [JSON] = []

        /// Its number.
        public var id: Int64 { json["id"]?.integerValue ?? 0 }
    }

    struct Late: Sendable {
        let due: Timestamp
        let ticket: JSONObject
    }

    /// The tickets by their number, oldest first.
    public internal(set) var tickets: [Ticket] = []
    /// The contacts, oldest first.
    public internal(set) var contacts: [JSON] = []
    /// Faults that are still to come; each takes the first call that it fits.
    public var faults: [FreshdeskFault] = []
    /// How many calls of the API came in.
    public internal(set) var calls = 0
    /// How many faults happened.
    public internal(set) var faultsDone = 0

    var late: [Late] = []
    var nextID: Int64 = 1
    var windowStart: Timestamp
    var windowCalls = 0

    init(start: Timestamp) { windowStart = start }

    /// Makes the tickets whose time has come; call it before looking.
    mutating func settle(_ now: Timestamp, limit: Int) {
        guard !late.isEmpty else { return }
        for entry in late where entry.due <= now { add(entry.ticket, at: entry.due, limit: limit) }
        late.removeAll { $0.due <= now }
    }

    @discardableResult
    mutating func add(_ fields: JSONObject, at time: Timestamp, limit: Int) -> Ticket {
        var json: JSONObject = [
            "cc_emails": [], "fwd_emails": [], "reply_cc_emails": [], "to_emails": nil, "fr_escalated": false,
            "spam": false, "email_config_id": nil, "group_id": nil, "responder_id": nil, "company_id": nil,
            "product_id": nil, "source": 2, "type": nil, "tags": [], "custom_fields": [:], "is_escalated": false,
        ]
        json["id"] = .integer(nextID)
        for (name, value) in fields where !["email", "name", "phone", "unique_external_id"].contains(name) {
            json[name] = value
        }
        if json["requester_id"] == nil { json["requester_id"] = .integer(requester(fields, time)) }
        json["description_text"] = .string(Self.text(ofHTML: fields["description"]?.stringValue ?? ""))
        let stamp = JSON.string(Self.time(time))
        json["created_at"] = stamp
        json["updated_at"] = stamp
        let ticket = Ticket(json: json, created: time, updated: time)
        nextID += 1
        tickets.append(ticket)
        if tickets.count > limit { tickets.removeFirst(tickets.count - limit) }
        return ticket
    }

    private mutating func requester(_ fields: JSONObject, _ time: Timestamp) -> Int64 {
        for name in ["email", "phone", "unique_external_id"] {
            guard let value = fields[name]?.stringValue else { continue }
            if let known = contacts.first(where: { $0[name]?.stringValue?.lowercased() == value.lowercased() }) {
                return known["id"]?.integerValue ?? 0
            }
            var contact: JSONObject = ["name": fields["name"] ?? .string(value), "active": false]
            contact[name] = .string(value)
            return addContact(contact, at: time)["id"]?.integerValue ?? 0
        }
        return 0
    }

    mutating func addContact(_ fields: JSONObject, at time: Timestamp) -> JSON {
        var contact = fields
        contact["id"] = .integer(1_000 + Int64(contacts.count) + 1)
        contact["created_at"] = .string(Self.time(time))
        contact["updated_at"] = .string(Self.time(time))
        contacts.append(.object(contact))
        return .object(contact)
    }

    /// A time as Freshdesk writes it, to the second.
    static func time(_ instant: Timestamp) -> String { String(instant.iso8601.prefix(19)) + "Z" }

    /// The text without tags, and with the commonest entities decoded.
    static func text(ofHTML html: String) -> String {
        var text = ""
        var isTag = false
        for character in html {
            if character == "<" {
                isTag = true
            } else if character == ">" {
                if isTag { text.append(" ") } else { text.append(character) }
                isTag = false
            } else if !isTag {
                text.append(character)
            }
        }
        for (entity, plain) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
            text = text.replacing(entity, with: plain)
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

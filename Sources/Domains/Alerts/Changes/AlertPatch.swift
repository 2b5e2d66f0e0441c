public import JSONTree
import Moments

/// A change of an alert as a client sends it, checked.
///
/// The body must have `vendorInformation` with `provider` and `vendor`. Writable are `assignedTo`, `closedDateTime`,
/// `comments`, `feedback`, `status` and `tags`; what is not sent stays, null clears.
public struct AlertPatch: Sendable, Hashable {
    /// The new values by property, in the order of the body.
    public let values: JSONObject
    /// The provider that the client names.
    public let provider: String
    /// The vendor that the client names.
    public let vendor: String

    /// The properties that may be changed.
    public static let writable = ["assignedTo", "closedDateTime", "comments", "feedback", "status", "tags"]

    /// Reads a change.
    ///
    /// - Throws: ``AlertError`` with `.invalidChange` that names the property and what it takes.
    public init(_ body: JSON, limits: AlertLimits = AlertLimits()) throws(AlertError) {
        guard let object = body.objectValue else {
            throw Self.invalid("The body of the request must be a JSON object.")
        }
        guard let vendor = object["vendorInformation"], !vendor.isNull else {
            throw Self.invalid("The property 'vendorInformation' with 'provider' and 'vendor' is required.")
        }
        provider = try Self.name(vendor, "provider")
        self.vendor = try Self.name(vendor, "vendor")
        var values = JSONObject()
        for (name, value) in object where name != "vendorInformation" && !name.hasPrefix("@odata.") {
            guard Self.writable.contains(name) else { throw Self.notWritable(name) }
            values[name] = try Self.checked(name, value, limits)
        }
        guard !values.isEmpty else {
            throw Self.invalid("The body changes nothing; send one of \(Self.writable.joined(separator: ", ")).")
        }
        self.values = values
    }

    private static func name(_ vendor: JSON, _ member: String) throws(AlertError) -> String {
        guard let text = vendor[member]?.stringValue, !text.isEmpty else {
            throw invalid("The property 'vendorInformation/\(member)' must be a text that is not empty.")
        }
        return text
    }

    private static func notWritable(_ name: String) -> AlertError {
        let isKnown = AlertSchema.topLevel.contains { $0.name == name }
        let near = writable.first { $0.lowercased() == name.lowercased() }
        return invalid(
            isKnown
                ? "The property '\(name)' cannot be changed; writable are \(writable.joined(separator: ", "))."
                : "The property '\(name)' does not exist on type 'microsoft.graph.alert'."
                    + (near.map { " Did you mean '\($0)'?" } ?? "")
        )
    }

    private static func checked(_ name: String, _ value: JSON, _ limits: AlertLimits) throws(AlertError) -> JSON {
        switch name {
        case "assignedTo":
            guard let text = value.stringValue else {
                if value.isNull { return .null }
                throw invalid("The property 'assignedTo' must be a text or null.")
            }
            guard text.count <= limits.nameCharacters else {
                throw invalid("The property 'assignedTo' has at most \(limits.nameCharacters) characters.")
            }
            return value
        case "closedDateTime":
            if value.isNull { return .null }
            guard let instant = value.stringValue.flatMap({ Timestamp(iso8601: $0) }) else {
                throw invalid("The property 'closedDateTime' must be a time such as 2026-03-02T09:00:00Z, or null.")
            }
            return .string(instant.iso8601)
        case "status":
            guard let member = member(value, AlertSchema.statuses) else {
                throw invalid("The property 'status' must be one of \(AlertSchema.statuses.joined(separator: ", ")).")
            }
            return .string(member)
        case "feedback":
            if value.isNull { return .null }
            guard let member = member(value, AlertSchema.feedbacks) else {
                throw invalid(
                    "The property 'feedback' must be null or one of \(AlertSchema.feedbacks.joined(separator: ", "))."
                )
            }
            return .string(member)
        case "comments": return try texts(name, value, limits.entries, limits.commentCharacters, takesOne: true)
        default: return try texts(name, value, limits.entries, limits.nameCharacters, takesOne: false)
        }
    }

    private static func member(_ value: JSON, _ members: [String]) -> String? {
        value.stringValue.flatMap { text in members.first { $0.lowercased() == text.lowercased() } }
    }

    private static func texts(
        _ name: String,
        _ value: JSON,
        _ entries: Int,
        _ characters: Int,
        takesOne: Bool
    ) throws(AlertError) -> JSON {
        if value.isNull { return [] }
        // Public playbooks send a bare text as comment.
        let items = takesOne && value.stringValue != nil ? [value] : value.arrayValue
        guard let items, items.allSatisfy({ $0.stringValue != nil }) else {
            throw invalid("The property '\(name)' must be an array of texts, or null.")
        }
        guard items.count <= entries else { throw invalid("The property '\(name)' has at most \(entries) entries.") }
        guard items.allSatisfy({ ($0.stringValue ?? "").count <= characters }) else {
            throw invalid("An entry of '\(name)' has at most \(characters) characters.")
        }
        return .array(items)
    }

    private static func invalid(_ message: String) -> AlertError { AlertError(.invalidChange, message) }
}

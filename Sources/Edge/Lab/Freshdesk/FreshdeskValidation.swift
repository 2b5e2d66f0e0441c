import JSONTree
import Moments

/// Freshdesk's rules for the fields of tickets, with the words of its errors.
enum FreshdeskValidation {
    /// One entry of `errors`.
    struct Fault: Sendable, Hashable {
        let field: String
        let message: String
        let code: String

        var json: JSON { ["field": .string(field), "message": .string(message), "code": .string(code)] }
    }

    static let missing = "missing_field"
    static let invalid = "invalid_value"
    static let mismatch = "datatype_mismatch"

    static let requesters = ["requester_id", "phone", "email", "twitter_id", "facebook_id", "unique_external_id"]

    private static let texts: Set<String> = [
        "subject", "description", "email", "phone", "name", "type", "twitter_id", "facebook_id", "unique_external_id",
        "due_by", "fr_due_by",
    ]
    private static let numbers: Set<String> = [
        "requester_id", "priority", "status", "source", "group_id", "responder_id", "company_id", "product_id",
        "email_config_id", "parent_id",
    ]
    private static let lists: Set<String> = ["tags", "cc_emails", "attachments", "related_ticket_ids"]

    /// What is wrong with a new ticket; empty when nothing is.
    static func faults(ofNew ticket: JSONObject) -> [Fault] {
        var faults = faults(of: ticket)
        for name in ["subject", "description"] where ticket[name]?.stringValue?.isEmpty ?? true {
            guard ticket[name].map({ $0.isNull || $0.stringValue != nil }) ?? true else { continue }
            faults.append(
                Fault(field: name, message: "It should not be blank as this is a mandatory field", code: missing)
            )
        }
        for (name, values) in [("priority", "1,2,3,4"), ("status", "2,3,4,5,6,7")] where ticket[name]?.isNull ?? true {
            faults.append(Fault(field: name, message: "It should be one of these values: '\(values)'", code: missing))
        }
        if !requesters.contains(where: { !(ticket[$0]?.isNull ?? true) }) {
            let names = requesters.joined(separator: ", ")
            faults.append(
                Fault(field: "requester_id", message: "Please fill at least 1 of \(names) fields.", code: missing)
            )
        }
        if ticket["phone"]?.stringValue != nil, ticket["email"] == nil, ticket["name"]?.stringValue?.isEmpty ?? true {
            faults.append(
                Fault(field: "name", message: "It should not be blank as this is a mandatory field", code: missing)
            )
        }
        return faults
    }

    /// What is wrong with the fields that are there.
    static func faults(of ticket: JSONObject) -> [Fault] {
        ticket.compactMap { name, value in fault(name, value) }
    }

    private static func fault(_ name: String, _ value: JSON) -> Fault? {
        if value.isNull { return nil }
        if texts.contains(name) {
            guard let text = value.stringValue else { return type(name, value, "String") }
            return fault(inText: text, name)
        }
        if numbers.contains(name) {
            guard let number = value.integerValue else { return type(name, value, "Integer") }
            return fault(inNumber: number, name)
        }
        if lists.contains(name) {
            guard let items = value.arrayValue else { return type(name, value, "Array") }
            return fault(inList: items, name)
        }
        if name == "custom_fields" {
            guard let fields = value.objectValue else { return type(name, value, "key/value pair") }
            return fields.first { !$0.name.hasPrefix("cf_") }.map { unknown("custom_fields.\($0.name)") }
        }
        return unknown(name)
    }

    private static func unknown(_ name: String) -> Fault {
        Fault(field: name, message: "Unexpected/invalid field in request", code: "invalid_field")
    }

    private static func type(_ name: String, _ value: JSON, _ wanted: String) -> Fault {
        let found =
            switch value {
            case .string: "String"
            case .bool: "Boolean"
            case .array: "Array"
            case .object: "key/value pair"
            default: "Number"
            }
        return Fault(
            field: name,
            message: "Value set is of type \(found).It should be a/an \(wanted)",
            code: mismatch
        )
    }

    private static func fault(inText text: String, _ name: String) -> Fault? {
        switch name {
        case "subject" where text.count > 255:
            return Fault(
                field: name,
                message: "Has \(text.count) characters, it can have maximum of 255 characters",
                code: invalid
            )
        case "email" where !isEmail(text):
            return Fault(field: name, message: "It should be in the 'valid email address' format", code: invalid)
        case "due_by", "fr_due_by":
            guard Timestamp(iso8601: text) == nil else { return nil }
            return Fault(
                field: name,
                message: "It should be in the 'combined date and time ISO8601' format",
                code: "invalid_date"
            )
        default: return nil
        }
    }

    private static func fault(inNumber number: Int64, _ name: String) -> Fault? {
        let choices: [String: ClosedRange<Int64>] = ["priority": 1...4, "status": 2...7]
        if let range = choices[name], !range.contains(number) {
            let values = range.map(String.init).joined(separator: ",")
            return Fault(field: name, message: "It should be one of these values: '\(values)'", code: invalid)
        }
        if name == "source", ![1, 2, 3, 7, 9, 10].contains(number) {
            return Fault(field: name, message: "It should be one of these values: '1,2,3,7,9,10'", code: invalid)
        }
        guard number > 0 else { return Fault(field: name, message: "It should be a Positive Integer", code: invalid) }
        return nil
    }

    private static func fault(inList items: [JSON], _ name: String) -> Fault? {
        for item in items {
            guard let text = item.stringValue else {
                return Fault(field: name, message: "It should contain elements of type String only", code: mismatch)
            }
            if name == "tags", text.contains(",") {
                return Fault(field: name, message: "special characters ',' are not allowed", code: invalid)
            }
            if name == "tags", text.count > 32 {
                return Fault(
                    field: name,
                    message: "It should only contain elements that have maximum of 32 characters",
                    code: invalid
                )
            }
            if name == "cc_emails", !isEmail(text) {
                return Fault(
                    field: name,
                    message: "It should contain elements that are in the 'valid email address' format",
                    code: invalid
                )
            }
        }
        return nil
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".")
            && !parts[1].hasSuffix(".") && !text.contains(where: \.isWhitespace)
    }
}

import Connectors
import JSONTree

/// Why a message was not taken, as the answer that a playbook sees.
struct MailFailure: Error, Sendable, Hashable {
    /// The status of the answer.
    let status: Int
    /// A word for the kind of failure.
    let code: String
    /// What is wrong and what to do about it.
    let message: String
    /// Recipients that the mail server refused.
    var refused: [RefusedRecipient] = []

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// A refusal of the mail server.
    ///
    /// - Parameters:
    ///   - reply: What the server said.
    ///   - step: What was tried, such as "the sender".
    /// - Returns: The failure.
    static func refusal(_ reply: SMTPReply, of step: String) -> MailFailure {
        let said = "The mail server refused \(step): \(reply.code) \(reply.text)"
        return switch reply.code {
        case 400..<500: MailFailure(429, "TemporarilyRefused", said)
        case 530, 534, 535, 538: MailFailure(401, "AuthenticationFailed", said)
        case 552: MailFailure(413, "MessageTooLarge", said)
        case 550, 551, 553, 554: MailFailure(403, "Refused", said)
        default: MailFailure(400, "Refused", said)
        }
    }

    /// The answer.
    var outputs: ConnectorOutputs {
        var error: JSONObject = ["code": .string(code), "message": .string(message)]
        if !refused.isEmpty { error["refused"] = .array(refused.map(\.json)) }
        return ConnectorOutputs(statusCode: status, body: ["error": .object(error)])
    }
}

/// A recipient that the mail server refused, while it may have taken others.
struct RefusedRecipient: Sendable, Hashable {
    let address: String
    let reply: SMTPReply

    var json: JSON {
        ["address": .string(address), "code": .integer(Int64(reply.code)), "message": .string(reply.text)]
    }
}

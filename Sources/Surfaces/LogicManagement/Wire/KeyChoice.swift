import JSONTree
import Moments
import Secrets
import Serving

/// The members `keyType` and `notAfter` of requests that have to do with keys.
enum KeyChoice {
    /// Which of the workflow's keys is meant; the primary one unless another is named.
    static func slot(_ body: JSON) throws(Problem) -> SigningKeys.Slot {
        guard let word = body[ignoringCase: "keyType"]?.nonNull else { return .primary }
        switch word.stringValue?.lowercased() {
        case "primary", "notspecified", "": return .primary
        case "secondary": return .secondary
        default:
            throw Problem(
                status: 400,
                code: "InvalidKeyType",
                message: "The key type \(word.text) is not valid; 'Primary' and 'Secondary' are."
            )
        }
    }

    /// Until when an address is to be valid; nil: for ever.
    static func notAfter(_ body: JSON, now: Timestamp) throws(Problem) -> Timestamp? {
        guard let written = body[ignoringCase: "notAfter"]?.nonNull else { return nil }
        guard let text = written.stringValue, let instant = Timestamp(iso8601: text), instant > now else {
            throw Problem(
                status: 400,
                code: "InvalidRequestContent",
                message: "The value \(written.text) of 'notAfter' is not a date and time in the future."
            )
        }
        return instant
    }
}

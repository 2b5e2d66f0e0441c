import CLibLDAP
import Outbound

/// A result of LDAP that is no success.
struct LDAPError: Error, Sendable, Hashable {
    /// The result code; negative ones are the library's.
    let code: Int32
    /// What the directory said; empty when it said nothing.
    let said: String

    init(_ code: Int32, _ directory: OpaquePointer?) {
        self.code = code
        var text: UnsafeMutablePointer<CChar>?
        if let directory { ldap_get_option(directory, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) }
        said = text.map { String(cString: $0) } ?? ""
        if let text { ldap_memfree(text) }
    }

    /// The library's words for the code, with what the directory said.
    var text: String {
        let words = String(cString: ldap_err2string(code))
        return said.isEmpty ? words : "\(words): \(said.prefix(500))"
    }

    /// Whether the connection is gone.
    var isLost: Bool { code == -1 || code == -2 }

    /// Whether the time was over.
    var isTimeout: Bool { code == -5 }

    /// The error of a call that has no answer; nil when this is an answer.
    func lost(hasBegun: Bool) -> OutboundError? {
        if isTimeout {
            return OutboundError(
                code: .timedOut,
                message: "The directory did not answer in time.",
                certainlyNotSent: !hasBegun
            )
        }
        guard isLost else { return nil }
        return OutboundError(
            code: hasBegun ? .lostReply : .connectionFailed,
            message: "The connection to the directory ended before it had answered.",
            certainlyNotSent: !hasBegun
        )
    }
}

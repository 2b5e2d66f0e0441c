import Connectors
import JSONTree

/// Why a directory did not do what was asked, as the answer that a playbook sees.
struct LDAPFailure: Error, Sendable, Hashable {
    /// The status of the answer.
    let status: Int
    /// A word for the kind of failure.
    let code: String
    /// What is wrong and what to do about it.
    let message: String
    /// The result code of LDAP; nil when the directory was not asked.
    var resultCode: Int32?
    /// What the directory said.
    var said: String?

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The failure for what the directory answered.
    init(_ error: LDAPError) {
        let (status, code) = Self.meaning(error.code)
        self.init(status, code, error.text)
        resultCode = error.code
        said = error.said
    }

    /// The answer.
    var outputs: ConnectorOutputs {
        var error: JSONObject = ["code": .string(code), "message": .string(message)]
        error["ldapResultCode"] = resultCode.map { .integer(Int64($0)) }
        error["ldapMessage"] = said.map(JSON.string)
        return ConnectorOutputs(statusCode: status, body: ["error": .object(error)])
    }

    /// By RFC 4511, appendix A.
    private static func meaning(_ code: Int32) -> (Int, String) {
        switch code {
        case 49: (401, "AuthenticationFailed")
        case 8, 13: (403, "StrongerAuthenticationRequired")
        case 50: (403, "AccessDenied")
        case 32: (404, "NotFound")
        case 20, 68: (409, "AlreadyExists")
        case 3, 4, 11: (413, "LimitExceeded")
        case 51: (429, "Busy")
        case 52, 80: (502, "DirectoryFailed")
        case 19: (400, "ConstraintViolation")
        case 53: (400, "UnwillingToPerform")
        case 34: (400, "InvalidName")
        case -7: (400, "InvalidFilter")
        default: (400, "DirectoryRefused")
        }
    }
}

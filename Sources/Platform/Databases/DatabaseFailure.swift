import Connectors
import JSONTree

/// Why a statement was not done, as the answer that a playbook sees.
struct DatabaseFailure: Error, Sendable, Hashable {
    /// The status of the answer.
    let status: Int
    /// A word for the kind of failure.
    let code: String
    /// What is wrong and what to do about it.
    let message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The answer for what a database said.
    init(_ error: DatabaseError, kind: DatabaseKind) {
        let (status, code) = Self.meaning(error, kind)
        self.init(status, code, "\(error.message) (SQLSTATE \(error.state))")
    }

    /// The answer: `status` and `message` as the managed connector gives them, and `error` as the others of ours do.
    var outputs: ConnectorOutputs {
        ConnectorOutputs(
            statusCode: status,
            body: [
                "status": .integer(Int64(status)), "message": .string(message),
                "error": ["code": .string(code), "message": .string(message)],
            ]
        )
    }

    /// Status and word by the number of the database, or by its SQLSTATE.
    private static func meaning(_ error: DatabaseError, _ kind: DatabaseKind) -> (Int, String) {
        if kind != .postgresql, let known = numbers[kind]?[error.native] { return known }
        switch error.state {
        case "42501": return (403, "AccessDenied")
        case "42P01", "42S02", "42883", "3F000", "42704": return (404, "NotFound")
        case "40001", "40P01", "55P03", "53300": return (429, "TryAgain")
        case "0A000", "IM001": return (400, "NotSupported")
        default: break
        }
        switch error.state.prefix(2) {
        case "28": return (401, "AuthenticationFailed")
        case "23": return (409, "Conflict")
        case "22", "21", "42", "07", "P0", "45", "44", "25": return (400, "InvalidStatement")
        case "53", "57", "58", "XX": return (502, "DatabaseFailed")
        default: return (400, "StatementFailed")
        }
    }

    private static let numbers: [DatabaseKind: [Int: (Int, String)]] = [
        .mariadb: [
            1_044: (403, "AccessDenied"), 1_045: (401, "AuthenticationFailed"), 1_142: (403, "AccessDenied"),
            1_143: (403, "AccessDenied"), 1_227: (403, "AccessDenied"), 1_370: (403, "AccessDenied"),
            1_049: (404, "NotFound"), 1_146: (404, "NotFound"), 1_305: (404, "NotFound"), 1_205: (429, "TryAgain"),
            1_213: (429, "TryAgain"), 1_040: (429, "TryAgain"), 1_203: (429, "TryAgain"), 1_062: (409, "Conflict"),
            1_451: (409, "Conflict"), 1_452: (409, "Conflict"),
        ],
        .sqlserver: [
            229: (403, "AccessDenied"), 230: (403, "AccessDenied"), 18_456: (401, "AuthenticationFailed"),
            4_060: (404, "NotFound"), 208: (404, "NotFound"), 2_812: (404, "NotFound"), 1_205: (429, "TryAgain"),
            1_222: (429, "TryAgain"), 2_601: (409, "Conflict"), 2_627: (409, "Conflict"), 547: (409, "Conflict"),
        ],
    ]
}

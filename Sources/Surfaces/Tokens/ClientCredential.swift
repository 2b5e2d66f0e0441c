import Foundation
import Identity
import Secrets
import Serving

/// Who an app says it is, and what it proves that with.
enum ClientCredential: Sendable {
    case secret(clientID: String, SecretValue)
    case assertion(clientID: String, String)

    private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// Reads it from the form, or from a `Basic` header.
    static func read(_ request: Request, _ form: Query) throws(TokenProblem) -> ClientCredential {
        if let (clientID, secret) = basic(request.headers["Authorization"]) {
            return .secret(clientID: clientID, SecretValue(secret))
        }
        guard let clientID = form["client_id"], !clientID.isEmpty else { throw .missing("client_id") }
        if let assertion = form["client_assertion"], !assertion.isEmpty {
            guard let type = form["client_assertion_type"] else { throw .missing("client_assertion_type") }
            guard type == assertionType else { throw .noCredential }
            return .assertion(clientID: clientID, assertion)
        }
        guard let secret = form["client_secret"], !secret.isEmpty else { throw .noCredential }
        return .secret(clientID: clientID, SecretValue(secret))
    }

    /// User name and password of a `Basic` header, each form-encoded before (RFC 6749, section 2.3.1).
    private static func basic(_ header: String?) -> (String, String)? {
        guard let header, header.prefix(6).lowercased() == "basic ",
            let data = Data(base64Encoded: header.dropFirst(6).trimmingCharacters(in: .whitespaces)),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":"),
            let decoded = Query(encoded: "id=\(text[..<colon])&secret=\(text[text.index(after: colon)...])"),
            let clientID = decoded["id"], let secret = decoded["secret"], !clientID.isEmpty, !secret.isEmpty
        else { return nil }
        return (clientID, secret)
    }
}

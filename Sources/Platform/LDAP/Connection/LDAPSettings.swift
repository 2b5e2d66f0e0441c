import Connectors
import JSONTree
import Secrets

/// How a connection reaches its directory.
struct LDAPSettings: Sendable {
    /// When TLS begins.
    enum Security: String, Sendable {
        case none
        case starttls
        case ldaps
    }

    let server: String
    let port: Int
    let security: Security
    let base: String
    let user: String
    let password: SecretValue
    /// Authorities in PEM that vouch for the server; nil: those of the system.
    let authority: String?

    /// Reads the parameters of the connection.
    ///
    /// - Throws: ``ConnectorError`` with `.incompleteConnection`.
    init(_ call: ServiceCall) async throws {
        func text(_ name: String) -> String? {
            call.setting(name).map { $0.stringValue ?? $0.text }.flatMap { $0.isEmpty ? nil : $0 }
        }
        func required(_ name: String) throws -> String {
            guard let value = text(name) else { throw Self.incomplete(call, "needs a '\(name)'") }
            return value
        }
        server = try required("serverAddress")
        let word = text("security")?.lowercased() ?? "ldaps"
        guard let security = Security(rawValue: word) else {
            throw Self.incomplete(call, "has 'security' with '\(word)'; it is ldaps, starttls or none")
        }
        self.security = security
        guard security != .none || text("allowPlain")?.lowercased() == "true" else {
            throw Self.incomplete(
                call,
                "would send its password in the clear. Set 'security' to ldaps or starttls, or 'allowPlain' to true if that "
                    + "is meant"
            )
        }
        if let port = text("port") {
            guard let number = Int(port), (1...65_535).contains(number) else {
                throw Self.incomplete(call, "has the port '\(port)', which is none")
            }
            self.port = number
        } else {
            port = security == .ldaps ? 636 : 389
        }
        base = try required("baseDN")
        user = try required("bindDN")
        // A bind without password would succeed as nobody.
        guard let password = try await call.secret("password"), password.count > 0 else {
            throw Self.incomplete(call, "has no 'password'")
        }
        self.password = password
        authority = text("certificateAuthority")
    }

    private static func incomplete(_ call: ServiceCall, _ what: String) -> ConnectorError {
        ConnectorError(.incompleteConnection, "The connection '\(call.connection.name)' \(what).")
    }
}

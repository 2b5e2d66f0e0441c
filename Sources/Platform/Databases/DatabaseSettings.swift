import Connectors
import JSONTree
import Outbound
import Secrets

/// How a connection reaches its database.
struct DatabaseSettings: Sendable {
    /// How the line is protected.
    enum Encryption: String, Sendable {
        /// TLS, and the certificate is checked.
        case required
        /// TLS with any certificate.
        case unchecked
        /// None.
        case off
    }

    let kind: DatabaseKind
    let server: String
    let port: Int
    let database: String
    let user: String
    let password: SecretValue
    let encryption: Encryption
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
        let word = try required("kind").lowercased()
        guard let kind = DatabaseKind(rawValue: word == "mysql" ? "mariadb" : word) else {
            throw Self.incomplete(call, "has the kind '\(word)'; it is postgresql, mariadb or sqlserver")
        }
        self.kind = kind
        server = try required("server")
        if let port = text("port") {
            guard let number = Int(port), (1...65_535).contains(number) else {
                throw Self.incomplete(call, "has the port '\(port)', which is none")
            }
            self.port = number
        } else {
            port = kind.port
        }
        database = try required("database")
        user = try required("username")
        guard let password = try await call.secret("password") else { throw Self.incomplete(call, "has no 'password'") }
        self.password = password
        let protection = text("encrypt")?.lowercased() ?? "required"
        guard let encryption = Encryption(rawValue: protection) else {
            throw Self.incomplete(call, "has 'encrypt' with '\(protection)'; it is required, unchecked or off")
        }
        self.encryption = encryption
        authority = text("certificateAuthority")
        guard kind != .sqlserver || encryption != .required else {
            throw Self.incomplete(
                call,
                "asks to check the certificate of a SQL Server, which the driver FreeTDS cannot do for one connection. Set "
                    + "'encrypt' to unchecked, inside a network that you trust"
            )
        }
        for value in [database, user, password.text] where value.unicodeScalars.contains(where: { $0.value == 0 }) {
            throw Self.incomplete(call, "has a parameter that holds a NUL")
        }
    }

    private static func incomplete(_ call: ServiceCall, _ what: String) -> ConnectorError {
        ConnectorError(.incompleteConnection, "The connection '\(call.connection.name)' \(what).")
    }
}

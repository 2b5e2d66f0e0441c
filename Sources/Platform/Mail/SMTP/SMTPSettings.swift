import Connectors
import JSONTree
import Secrets

/// How a connection reaches its mail server.
struct SMTPSettings: Sendable {
    /// When TLS begins.
    enum Security: String, Sendable {
        /// Never.
        case none
        /// After the greeting, and nothing goes on without it.
        case starttls
        /// With the first byte.
        case implicit
        /// After the greeting where the server offers it; nobody signs in without it.
        case opportunistic
    }

    let server: String
    let port: Int
    let security: Security
    let user: String?
    let password: SecretValue?
    /// Authorities in PEM that are trusted besides those of the server.
    let authority: String?

    /// Reads the parameters of the connection.
    ///
    /// - Throws: ``ConnectorError`` with `.incompleteConnection`.
    init(_ call: ServiceCall) async throws {
        func text(_ name: String) -> String? {
            call.setting(name).map { $0.stringValue ?? $0.text }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let server = text("serverAddress") else { throw Self.incomplete(call, "needs a 'serverAddress'") }
        self.server = server
        let port = text("port")
        if let port {
            guard let number = Int(port), (1...65_535).contains(number) else {
                throw Self.incomplete(call, "has the port '\(port)', which is none")
            }
            self.port = number
        } else {
            self.port = text("tls")?.lowercased() == "implicit" ? 465 : text("userName") == nil ? 25 : 587
        }
        if let word = text("tls")?.lowercased() {
            guard let known = Security(rawValue: word), known != .opportunistic else {
                throw Self.incomplete(call, "has the parameter 'tls' with '\(word)'; it is none, starttls or implicit")
            }
            security = known
        } else {
            switch text("enableSSL")?.lowercased() {
            case "true": security = self.port == 465 ? .implicit : .starttls
            case "false": security = .none
            case nil: security = self.port == 465 ? .implicit : .opportunistic
            case let other?: throw Self.incomplete(call, "has 'enableSSL' with '\(other)'; it is true or false")
            }
        }
        user = text("userName")
        password = try await call.secret("password")
        authority = text("certificateAuthority")
        if user != nil, password == nil { throw Self.incomplete(call, "has a 'userName' and no 'password'") }
    }

    private static func incomplete(_ call: ServiceCall, _ what: String) -> ConnectorError {
        ConnectorError(.incompleteConnection, "The connection '\(call.connection.name)' \(what).")
    }
}

import JSONTree
import Outbound
import Secrets

/// The parameters of a connection with their values, secrets among them, for filling in policies and credentials.
///
/// Its description shows no value. Texts that come out of it go into requests and nowhere else.
struct ConnectionValues: Sendable, CustomStringConvertible {
    private let plain: [String: String]
    private let secrets: [String: SecretValue]

    /// Gathers the values; names are matched without regard to case.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - source: Where its secrets are.
    ///   - defaults: Values of parameters that the connection does not give, by name in small letters.
    /// - Throws: What the source throws.
    init(_ connection: Connection, source: any ConnectionSource, defaults: [String: String] = [:]) async throws {
        var plain = defaults
        for (name, value) in connection.parameters where !value.isNull {
            plain[name.lowercased()] = value.stringValue ?? value.text
        }
        var secrets: [String: SecretValue] = [:]
        for name in try await source.secretNames(of: connection).sorted() {
            secrets[name.lowercased()] = try await source.secret(name, of: connection)
        }
        self.plain = plain
        self.secrets = secrets
    }

    /// A value as a text; nil when the connection has none of that name.
    func text(_ name: String) -> String? {
        let name = name.lowercased()
        return secrets[name]?.text ?? plain[name]
    }

    /// A value as a secret.
    func value(_ name: String) -> SecretValue? {
        let name = name.lowercased()
        return secrets[name] ?? plain[name].map { SecretValue($0) }
    }

    /// Whether there is a value that is not empty.
    func has(_ name: String) -> Bool { (value(name)?.count ?? 0) > 0 }

    /// The parameters that are secrets, by name in small letters.
    var hidden: [String: SecretValue] { secrets }

    /// The parameters that are no secrets, by name in small letters.
    var visible: [String: String] { plain.filter { secrets[$0.key] == nil } }

    /// Makes the headers that hold a secret known as credentials, so that no redirect to another origin carries them on.
    func markCredentials(in request: inout OutboundRequest) {
        for secret in secrets.values where secret.count >= 4 {
            let bytes = secret.bytes
            for (name, value) in request.headers where value.holds(bytes) { request.credentialHeaders.insert(name) }
        }
    }

    /// A text without any value.
    var description: String { "connection values (hidden)" }
}

import Outbound
import Secrets

/// The connection string of a driver.
enum ConnectionText {
    /// The text, with the password in it: never log it.
    ///
    /// - Parameters:
    ///   - settings: The connection's parameters.
    ///   - destination: The server as the guard has resolved it.
    ///   - address: The address to connect to.
    ///   - authority: The file with the authorities that vouch for the server.
    ///   - fingerprint: The certificate that was checked, for drivers that cannot check a name themselves.
    ///   - seconds: The time for the connection.
    /// - Returns: The text.
    static func make(
        _ settings: DatabaseSettings,
        _ destination: Destination,
        address: IPAddress,
        authority: String,
        fingerprint: String?,
        seconds: Int
    ) -> String {
        var parts = [
            ("DRIVER", settings.kind.driver.name), ("DATABASE", settings.database), ("UID", settings.user),
            ("PWD", settings.password.text), ("PORT", "\(settings.port)"),
        ]
        switch settings.kind {
        case .postgresql:
            // libpq connects to 'hostaddr', and checks the certificate for the name.
            parts += [
                ("SERVER", destination.host), ("SSLmode", mode(settings.encryption)), ("BoolsAsChar", "0"),
                ("LFConversion", "0"), ("ByteaAsLongVarBinary", "1"), ("UseServerSidePrepare", "1"),
                (
                    "pqopt",
                    "hostaddr=\(address) tcp_user_timeout=60000"
                        + (settings.encryption == .required ? " sslrootcert=\(authority)" : "")
                ),
            ]
        case .mariadb:
            parts += [
                ("SERVER", address.description), ("CONN_TIMEOUT", "\(seconds)"), ("CHARSET", "utf8mb4"),
                ("NO_PROMPT", "1"),
            ]
            if settings.encryption != .off { parts.append(("FORCETLS", "1")) }
            if let fingerprint { parts.append(("TLSPEERFP", fingerprint)) }
        case .sqlserver:
            parts += [
                ("SERVER", address.description), ("TDS_Version", "7.4"), ("ClientCharset", "UTF-8"),
                ("Encryption", settings.encryption == .off ? "off" : "require"),
            ]
        }
        return parts.map { "\($0)=\(value($1))" }.joined(separator: ";")
    }

    /// A value in braces, so that it ends where it ends; drivers take plain ones bare, and some of them only so.
    private static func value(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "._-:".utf8.contains(byte)
        }
        return isPlain && !text.isEmpty ? text : "{\(text.replacing("}", with: "}}"))}"
    }

    private static func mode(_ encryption: DatabaseSettings.Encryption) -> String {
        switch encryption {
        case .required: "verify-full"
        case .unchecked: "require"
        case .off: "disable"
        }
    }
}

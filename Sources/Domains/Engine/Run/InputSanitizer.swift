import JSONTree
import Signals

/// Takes credentials out of inputs before anybody sees them: in records, in history (section 11.1).
enum InputSanitizer {
    /// What stands in place of a credential.
    static let mark: JSON = "*sanitized*"

    private static let credentials: Set<String> = [
        "password", "secret", "pfx", "value", "credential", "token", "clientsecret", "apikey",
    ]

    /// The inputs with the credentials of `authentication`, of credential headers and of the cookie replaced.
    static func sanitized(_ inputs: JSON) -> JSON {
        guard case .object(var object) = inputs, RequiredInputs.holdsSecrets(inputs) else { return inputs }
        for (name, value) in object {
            switch name.lowercased() {
            case "authentication": object[name] = authentication(value)
            case "cookie", "subscriptionkey": object[name] = mark
            case "headers": object[name] = headers(value)
            case "subscribe", "unsubscribe": object[name] = sanitized(value)
            default: break
            }
        }
        return .object(object)
    }

    private static func authentication(_ value: JSON) -> JSON {
        guard case .object(var object) = value else { return mark }
        for (name, _) in object where credentials.contains(name.lowercased()) { object[name] = mark }
        return .object(object)
    }

    private static func headers(_ value: JSON) -> JSON {
        guard case .object(var object) = value else { return value }
        for (name, _) in object where Redaction.isSecretHeader(name) { object[name] = mark }
        return .object(object)
    }
}

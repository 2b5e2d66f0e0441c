/// Takes secrets out of what is logged, shown or stored as history.
///
/// What is taken out is replaced by ``mark``. The rules are by name, so they are wide: better one harmless value hidden
/// than one key shown. They are a second line of defence; secrets should not come here at all.
public enum Redaction {
    /// What stands in place of a secret, as in Azure's run history.
    public static let mark = "*sanitized*"

    /// True if a header, parameter, member or metadata entry of this name holds a secret.
    ///
    /// Compared without regard to case and without `-`, `_`, `.` and blanks: `Ocp-Apim-Subscription-Key`,
    /// `client_secret`, `sasToken`. Names that say something *about* a secret are not taken: `secretName`,
    /// `tokenEndpoint`, `token_type`, `expires_in`, `max_tokens`, `$skiptoken`.
    public static func isSecretName(_ name: String) -> Bool {
        var plain: [UInt8] = []
        plain.reserveCapacity(name.utf8.count)
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "$"): continue
            case 0x41...0x5A: plain.append(byte | 0x20)
            default: plain.append(byte)
            }
        }
        if exactNames.contains(plain) { return true }
        guard secretParts.contains(where: { holds(plain, $0) }) else { return false }
        return !harmlessEndings.contains { plain.count >= $0.count && plain.suffix($0.count).elementsEqual($0) }
    }

    /// Whether bytes are found in others.
    ///
    /// It is asked for every header of every call, so that no searcher is made for it.
    private static func holds(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard text.count >= part.count else { return false }
        return (0...text.count - part.count).contains { start in
            part.indices.allSatisfy { text[start + $0] == part[$0] }
        }
    }

    /// Names that are secret as a whole, though parts of them are common words.
    private static let exactNames: Set<[UInt8]> = Set(
        [
            "sig", "sas", "sasurl", "sasuri", "auth", "pwd", "pass", "jwt", "otp", "pin", "key1", "key2", "primarykey",
            "secondarykey", "connectionstring", "callbackurl", "assertion", "privatetoken",
        ].map { Array($0.utf8) }
    )

    /// Parts of names that make a name secret.
    private static let secretParts = [
        "password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "accountkey", "sharedkey",
        "subscriptionkey", "functionskey", "masterkey", "hostkey", "authkey", "signingkey", "encryptionkey",
        "privatekey", "saskey", "storagekey", "credential", "authorization", "cookie", "signature", "clientassertion",
        "pfx", "bearer",
    ].map { Array($0.utf8) }

    /// Endings of names that speak about a secret without being one.
    private static let harmlessEndings = [
        "name", "id", "type", "endpoint", "count", "length", "expiry", "expires", "expiresin", "expireson", "version",
        "algorithm", "method", "policy", "required", "enabled", "present", "fingerprint", "issuer", "audience",
        "lifetime", "location",
        // Counts of a language model, and marks of places in a list, which open nothing by themselves.
        "tokens", "skiptoken", "continuationtoken", "pagetoken", "deltatoken", "synctoken",
    ].map { Array($0.utf8) }
}

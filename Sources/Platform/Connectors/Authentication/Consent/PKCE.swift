import Content
import Crypto
import Secrets

/// The proof that who exchanges a code is who asked for it (RFC 7636).
struct PKCE: Sendable {
    let verifier: SecretValue

    /// A new one, of 256 random bits.
    init() { verifier = SecretValue(Self.token()) }

    /// What the authorization address carries.
    var challenge: String { Base64.encode(SHA256.hash(data: verifier.bytes), alphabet: .url, padded: false) }

    /// 256 random bits, in letters that need no encoding.
    static func token() -> String {
        Base64.encode(SecretValue.random(count: 32).bytes, alphabet: .url, padded: false)
    }
}

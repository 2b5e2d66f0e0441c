import Crypto
import JSONTree
public import Moments

/// A certificate with whose key an app may sign assertions.
public struct AppCertificate: Sendable, Hashable {
    /// The SHA-256 of the certificate, in hexadecimal.
    public let thumbprint: String
    /// When it ends.
    public let expires: Timestamp
    /// The certificate in DER.
    public let bytes: [UInt8]

    /// Whether a token's header names this certificate by `x5t` (SHA-1) or `x5t#S256`; one of the two must be there.
    func isNamed(by header: JSONObject) -> Bool {
        if let name = header["x5t#S256"]?.stringValue {
            return Base64URL.text(SHA256.hash(data: bytes)) == unpadded(name)
        }
        if let name = header["x5t"]?.stringValue {
            return Base64URL.text(Insecure.SHA1.hash(data: bytes)) == unpadded(name)
        }
        return false
    }

    private func unpadded(_ text: String) -> String { String(text.prefix { $0 != "=" }) }
}

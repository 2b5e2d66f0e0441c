/// A certificate with its private key, shown to servers that ask for one.
public struct ClientCertificate: Sendable, Hashable, CustomStringConvertible {
    /// How certificate and key are written.
    enum Form: Sendable, Hashable {
        case pkcs12([UInt8], password: String?)
        case pem(chain: String, key: String)
    }

    let form: Form

    /// A PKCS#12 file (`.pfx`, `.p12`), as the `ClientCertificate` authentication of actions carries it.
    public static func pkcs12(_ bytes: [UInt8], password: String?) -> ClientCertificate {
        ClientCertificate(form: .pkcs12(bytes, password: password))
    }

    /// A certificate chain and its key in PEM, leaf first.
    public static func pem(chain: String, key: String) -> ClientCertificate {
        ClientCertificate(form: .pem(chain: chain, key: key))
    }

    /// A text without the key.
    public var description: String { "client certificate (hidden)" }
}

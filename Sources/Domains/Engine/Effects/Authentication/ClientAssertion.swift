import Content
import Crypto
import CryptoExtras
import Foundation
import JSONTree
import Moments
import Outbound

/// A token that an app signs with its certificate's key to prove itself to a token endpoint (RFC 7523).
enum ClientAssertion {
    /// How long it can be used.
    static let life = TimeSpan.minutes(10)

    /// Makes one for an endpoint.
    ///
    /// - Throws: `RunError`, when the file cannot be read or its key is no RSA key.
    static func make(
        _ certificate: ClientCertificate,
        clientID: String,
        endpoint: String,
        now: Timestamp
    ) throws(RunError) -> String {
        let parts: ClientCertificate.Parts
        do throws(OutboundError) {
            parts = try certificate.parts()
        } catch {
            throw RunError("InvalidAuthentication", error.message)
        }
        let thumbprint = Base64.encode(Insecure.SHA1.hash(data: parts.certificate), alphabet: .url, padded: false)
        let header: JSON = ["alg": "RS256", "typ": "JWT", "x5t": .string(thumbprint)]
        let seconds = now.unixSeconds
        let claims: JSON = [
            "aud": .string(endpoint), "iss": .string(clientID), "sub": .string(clientID),
            "jti": .string(UUID().uuidString),
            "nbf": .integer(seconds - 60), "iat": .integer(seconds),
            "exp": .integer(seconds + life.ticks / 10_000_000),
        ]
        let text =
            Base64.encode(header.bytes(), alphabet: .url, padded: false) + "."
            + Base64.encode(claims.bytes(), alphabet: .url, padded: false)
        do {
            let key = try _RSA.Signing.PrivateKey(derRepresentation: Data(parts.key))
            let signature = try key.signature(for: Data(text.utf8), padding: .insecurePKCS1v1_5)
            return text + "." + Base64.encode(signature.rawRepresentation, alphabet: .url, padded: false)
        } catch {
            throw RunError(
                "InvalidAuthentication",
                "The certificate's key cannot sign in: it must be an RSA key of at least 2048 bits."
            )
        }
    }
}

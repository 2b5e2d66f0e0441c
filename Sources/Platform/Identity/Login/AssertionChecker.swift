import Crypto
import CryptoExtras
import Foundation
import JSONTree
import Moments
import SwiftASN1
import Synchronization
import X509

/// Checks client assertions: tokens that an app signs itself with a certificate's key (RFC 7523).
final class AssertionChecker: Sendable {
    /// The longest life of an assertion that is accepted.
    static let longestLife = TimeSpan.days(1)
    private static let capacity = 100_000

    private let clock: any WallClock
    /// The ids of assertions that were used, with their ends: each is good once.
    private let used = Mutex<[String: Int64]>([:])

    init(clock: any WallClock) { self.clock = clock }

    func isValid(_ text: String, clientID: String, audiences: Audience, certificates: [AppCertificate]) -> Bool {
        guard let token = CompactToken(text), token.header["crit"] == nil,
            let algorithm = token.header["alg"]?.stringValue, algorithm == "RS256" || algorithm == "PS256",
            certificates.contains(where: { signs($0, token, algorithm: algorithm) })
        else { return false }
        let claims = token.claims
        let now = clock.now.unixSeconds
        let skew = TokenValidator.clockSkew.ticks / 10_000_000
        guard claims["iss"]?.stringValue?.lowercased() == clientID,
            claims["sub"]?.stringValue?.lowercased() == clientID,
            let audience = claims["aud"]?.stringValue, audiences.contains(audience),
            let expires = claims.seconds("exp"), expires + skew > now,
            expires - now <= Self.longestLife.ticks / 10_000_000,
            (claims.seconds("nbf") ?? now) - skew <= now, let id = claims["jti"]?.stringValue
        else { return false }
        return used.withLock { used in
            if used.count >= Self.capacity { used = used.filter { $0.value + skew > now } }
            guard used.count < Self.capacity else { return false }
            return used.updateValue(expires, forKey: "\(clientID) \(id)") == nil
        }
    }

    private func signs(_ certificate: AppCertificate, _ token: CompactToken, algorithm: String) -> Bool {
        guard certificate.expires > clock.now, certificate.isNamed(by: token.header) else { return false }
        guard let parsed = try? Certificate(derEncoded: certificate.bytes),
            let key = _RSA.Signing.PublicKey(parsed.publicKey)
        else { return false }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: token.signature)
        let digest = SHA256.hash(data: token.signedPart)
        return key.isValidSignature(signature, for: digest, padding: algorithm == "PS256" ? .PSS : .insecurePKCS1v1_5)
    }
}

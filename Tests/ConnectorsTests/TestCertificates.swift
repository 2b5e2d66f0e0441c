import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import X509

/// Certificates that sign themselves, made for a test.
enum TestCertificates {
    /// PEM with certificate and key in one text, the certificate in DER, and the key.
    static func pem() throws -> (pem: String, certificate: [UInt8], key: _RSA.Signing.PrivateKey) {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let name = try DistinguishedName { CommonName("app") }
        let now = Date()
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PrivateKey(key).publicKey,
            notValidBefore: now.addingTimeInterval(-60),
            notValidAfter: now.addingTimeInterval(3_600),
            issuer: name,
            subject: name,
            signatureAlgorithm: .sha256WithRSAEncryption,
            extensions: try Certificate.Extensions {},
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return (
            try certificate.serializeAsPEM().pemString + "\n" + key.pkcs8PEMRepresentation,
            serializer.serializedBytes, key
        )
    }
}

import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// A certificate authority of its own for tests, with certificates of servers and clients.
struct TestAuthority {
    let certificatePEM: String
    private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    private let name: DistinguishedName

    init() throws {
        name = try DistinguishedName { CommonName("Test authority") }
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        }
        certificatePEM = try TestAuthority.make(key.publicKey, subject: name, issuer: name, key, extensions)
    }

    /// The settings of a server with these names and IPv4 addresses; it may ask for a certificate of this authority.
    func server(
        _ hosts: [String],
        addresses: [[UInt8]] = [],
        asksForCertificate: Bool = false
    ) throws -> NIOSSLContext {
        let extensions = try Certificate.Extensions {
            SubjectAlternativeNames(
                hosts.map { .dnsName($0) } + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
            )
        }
        let pair = try pair("Test server", extensions)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(pair.chain.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem))
        )
        configuration.applicationProtocols = ["http/1.1"]
        if asksForCertificate {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificatePEM.utf8)))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// Certificate and key of a client, in PEM.
    func client() throws -> (chain: String, key: String) {
        try pair("Test client", Certificate.Extensions { try ExtendedKeyUsage([.clientAuth]) })
    }

    private func pair(_ subject: String, _ extensions: Certificate.Extensions) throws -> (chain: String, key: String) {
        let own = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let subject = try DistinguishedName { CommonName(subject) }
        let chain = try TestAuthority.make(own.publicKey, subject: subject, issuer: name, key, extensions)
        return (chain, try own.serializeAsPEM().pemString)
    }

    private static func make(
        _ publicKey: Certificate.PublicKey,
        subject: DistinguishedName,
        issuer: DistinguishedName,
        _ issuerKey: Certificate.PrivateKey,
        _ extensions: Certificate.Extensions
    ) throws -> String {
        try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: publicKey,
            notValidBefore: Date(timeIntervalSinceNow: -3_600),
            notValidAfter: Date(timeIntervalSinceNow: 86_400),
            issuer: issuer,
            subject: subject,
            extensions: extensions,
            issuerPrivateKey: issuerKey
        ).serializeAsPEM().pemString
    }
}

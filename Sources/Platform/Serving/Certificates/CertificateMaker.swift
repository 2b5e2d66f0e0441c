import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes a certificate authority of its own and server certificates under it.
///
/// For demonstrations, tests and houses without an authority: clients are told to trust `ca.pem` once. Keys are on the
/// P-256 curve. The authority may only sign server certificates, not further authorities.
public struct CertificateMaker: Sendable {
    /// A certificate with its private key, both in PEM.
    public struct Pair: Sendable, CustomStringConvertible {
        /// The certificate.
        public let certificate: String
        /// The private key (PKCS#8); a secret.
        public let key: String
        /// A text without the key.
        public var description: String { "certificate and key (hidden)" }
    }

    /// The files that ``write(to:hosts:)`` makes.
    public struct Files: Sendable, Hashable {
        /// The authority's certificate, for clients: `ca.pem`.
        public let authority: String
        /// The server's certificate, followed by the authority's: `server.pem`.
        public let certificate: String
        /// The server's key: `server.key`, readable for its owner only.
        public let key: String
    }

    private let now: Date

    /// Makes a maker that dates certificates from the given moment, in seconds since 1970.
    public init(unixSeconds: Int64) { now = Date(timeIntervalSince1970: Double(unixSeconds)) }

    /// Makes an authority that is valid for ten years.
    ///
    /// - Parameter name: The name that people see, such as the machine's.
    /// - Returns: Certificate and key.
    /// - Throws: What the cryptography says; in practice never.
    public func authority(name: String) throws -> Pair {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let subject = try DistinguishedName {
            OrganizationName("Tocsin")
            CommonName(name)
        }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: key.publicKey,
            notValidBefore: now.addingTimeInterval(-3_600),
            notValidAfter: now.addingTimeInterval(3_650 * 86_400),
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key
        )
        return try pair(certificate, key)
    }

    /// Makes a server certificate that is valid for 397 days, the longest that clients accept.
    ///
    /// - Parameters:
    ///   - hosts: Names and addresses of the server; `localhost`, `127.0.0.1` and `::1` are always added.
    ///   - authority: The authority that signs.
    /// - Returns: Certificate and key.
    /// - Throws: When the authority cannot be read or a host is not a name or address.
    public func server(hosts: [String], authority: Pair) throws -> Pair {
        let issuer = try Certificate(pemEncoded: authority.certificate)
        let issuerKey = try Certificate.PrivateKey(pemEncoded: authority.key)
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        var names: [String] = []
        for host in hosts + ["localhost", "127.0.0.1", "::1"] where !names.contains(host) { names.append(host) }
        let alternatives = try names.map(alternative)
        let certificate = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: key.publicKey,
            notValidBefore: now.addingTimeInterval(-3_600),
            notValidAfter: now.addingTimeInterval(397 * 86_400),
            issuer: issuer.subject,
            subject: try DistinguishedName { CommonName(String(names[0].prefix(64))) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectKeyIdentifier(hash: key.publicKey)
                AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: issuer.publicKey).keyIdentifier)
                SubjectAlternativeNames(alternatives)
            },
            issuerPrivateKey: issuerKey
        )
        return try pair(certificate, key)
    }

    /// Makes authority and server certificate and writes `ca.pem`, `server.pem` and `server.key` into a folder.
    ///
    /// The folder is made with mode 0700 if it is missing, the files have mode 0600. The authority's key is not kept:
    /// when the server certificate ends, everything is made anew.
    ///
    /// - Parameters:
    ///   - folder: Where the files go; existing files of these names are replaced.
    ///   - hosts: Names and addresses of the server.
    /// - Returns: The paths.
    /// - Throws: When a file cannot be written or a host is not a name or address.
    public func write(to folder: String, hosts: [String]) throws -> Files {
        let authority = try authority(name: "Tocsin authority of \(hosts.first ?? "localhost")")
        let server = try server(hosts: hosts, authority: authority)
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let files = Files(
            authority: folder + "/ca.pem",
            certificate: folder + "/server.pem",
            key: folder + "/server.key"
        )
        try PrivateFile.write(authority.certificate, to: files.authority)
        try PrivateFile.write(server.certificate + "\n" + authority.certificate, to: files.certificate)
        try PrivateFile.write(server.key, to: files.key)
        return files
    }

    private func pair(_ certificate: Certificate, _ key: Certificate.PrivateKey) throws -> Pair {
        Pair(certificate: try certificate.serializeAsPEM().pemString, key: try key.serializeAsPEM().pemString)
    }

    private func alternative(_ host: String) throws -> GeneralName {
        switch IPAddress(host) {
        case .v4(let value): return .ipAddress(ASN1OctetString(contentBytes: ArraySlice(value.bigEndianBytes)))
        case .v6(let value): return .ipAddress(ASN1OctetString(contentBytes: ArraySlice(value.bigEndianBytes)))
        case nil: break
        }
        let isName =
            !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "*"):
                    true
                default: false
                }
            }
        guard isName else {
            throw ServingError(code: .invalidHost, message: "'\(host)' is neither a host name nor an address.")
        }
        return .dnsName(host)
    }
}

extension FixedWidthInteger {
    /// The bytes of the number, most significant first.
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

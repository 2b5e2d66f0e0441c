import NIOSSL
import SwiftASN1
import X509

/// The names that a server's certificate is for.
struct PeerCertificate {
    private let names: [String]

    /// Whether it also names an address, so that TLS may have taken it without looking for the name that was asked for.
    let namesAddress: Bool

    /// Reads a certificate.
    ///
    /// - Throws: What the decoder throws when it is none.
    init(_ certificate: NIOSSLCertificate) throws {
        let extensions = try Certificate(derEncoded: try certificate.toDERBytes()).extensions
        let alternatives = try extensions.subjectAlternativeNames ?? SubjectAlternativeNames([])
        names = alternatives.compactMap { if case .dnsName(let text) = $0 { text.lowercased() } else { nil } }
        namesAddress = alternatives.contains { if case .ipAddress = $0 { true } else { false } }
    }

    /// Whether a name of the certificate covers the host; a star stands for one whole label, the first (RFC 6125).
    func covers(_ host: String) -> Bool {
        let host = (host.hasSuffix(".") ? String(host.dropLast()) : host).lowercased()
        return names.contains { name in
            if name == host { return true }
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
            return host[dot...] == name.dropFirst() && name.dropFirst(2).contains(".")
        }
    }
}

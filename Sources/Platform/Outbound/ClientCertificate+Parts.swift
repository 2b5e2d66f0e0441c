import NIOSSL

extension ClientCertificate {
    /// The certificate and its key, for signing in by other means than TLS.
    public struct Parts: Sendable {
        /// The certificate itself, without those that vouch for it, in DER.
        public let certificate: [UInt8]
        /// The private key in DER.
        public let key: [UInt8]
    }

    /// Takes certificate and key out of the file.
    ///
    /// - Throws: ``OutboundError`` with `.invalidRequest` when the file cannot be read with its password.
    public func parts() throws(OutboundError) -> Parts {
        do {
            switch form {
            case .pkcs12(let bytes, let password):
                let bundle = try NIOSSLPKCS12Bundle(buffer: bytes, passphrase: password.map { Array($0.utf8) })
                guard let leaf = bundle.certificateChain.first else { throw OutboundError.unreadableCertificate }
                return Parts(certificate: try leaf.toDERBytes(), key: try bundle.privateKey.derBytes)
            case .pem(let chain, let key):
                guard let leaf = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8)).first else {
                    throw OutboundError.unreadableCertificate
                }
                let key = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
                return Parts(certificate: try leaf.toDERBytes(), key: try key.derBytes)
            }
        } catch {
            throw OutboundError.unreadableCertificate
        }
    }
}

extension OutboundError {
    static let unreadableCertificate = OutboundError(
        code: .invalidRequest,
        message: "The client certificate cannot be read. Check its form (PKCS#12 or PEM) and its password.",
        certainlyNotSent: true
    )
}

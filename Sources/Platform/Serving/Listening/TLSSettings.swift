import NIOSSL

/// The TLS settings of a listener.
enum TLSSettings {
    /// The configuration, or nil for plain HTTP where that is allowed.
    static func configuration(_ options: ServerOptions) throws(ServingError) -> TLSConfiguration? {
        do {
            switch options.security {
            case .plain(let behindProxy):
                guard behindProxy || isLoopback(options.host) else {
                    throw ServingError(
                        code: .insecure,
                        message: "Without TLS the server listens on this machine only (127.0.0.1 or ::1). Give a "
                            + "certificate (`tocsin certificate create` makes one), or say that a proxy does TLS."
                    )
                }
                return nil
            case .files(let certificate, let key):
                return try make(
                    chain: NIOSSLCertificate.fromPEMFile(certificate),
                    key: NIOSSLPrivateKey(file: key, format: .pem)
                )
            case .pem(let certificate, let key):
                return try make(
                    chain: NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)),
                    key: NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
                )
            }
        } catch let error as ServingError {
            throw error
        } catch {
            throw ServingError(
                code: .certificate,
                message: "Certificate or key cannot be read. Both must be PEM files that the server may read: \(error)."
            )
        }
    }

    private static func make(chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) throws -> TLSConfiguration {
        guard !chain.isEmpty else {
            throw ServingError(code: .certificate, message: "The certificate file holds no certificate.")
        }
        var result = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        result.minimumTLSVersion = .tlsv12
        return result
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        guard case .v4(let value) = IPAddress(host) else { return false }
        return value >> 24 == 127
    }
}

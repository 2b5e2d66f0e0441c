import Crypto
import CryptoExtras
import Foundation
import JSONTree
import Moments
import Stores
import SwiftASN1
import X509

extension Directory {
    /// Lets an app prove itself by assertions that are signed with a certificate's key.
    ///
    /// - Parameters:
    ///   - pem: The certificate in PEM, with an RSA key of at least 2,048 bits.
    ///   - app: The app.
    ///   - actor: Who does it.
    /// - Returns: The certificate.
    /// - Throws: ``IdentityError``: `.invalid`, `.notFound`, `.tooMany`; `StoreError`.
    public func addCertificate(_ pem: String, to app: App, by actor: String) async throws -> AppCertificate {
        let bytes: [UInt8]
        let expires: Timestamp
        do {
            let certificate = try Certificate(pemEncoded: pem)
            guard let key = _RSA.Signing.PublicKey(certificate.publicKey), key.keySizeInBits >= 2_048 else {
                throw IdentityError(.invalid, "The certificate must have an RSA key of at least 2,048 bits.")
            }
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            bytes = serializer.serializedBytes
            expires = Timestamp(unixSeconds: Int64(certificate.notValidAfter.timeIntervalSince1970))
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.invalid, "The certificate cannot be read; give it in PEM.")
        }
        let thumbprint = SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let entry = AppCertificate(thumbprint: thumbprint, expires: expires, bytes: bytes)
        let now = clock.now
        guard expires > now else { throw IdentityError(.invalid, "The certificate has ended.") }
        try await store.commit(.rest) { transaction in
            try Self.requireApp(app, in: transaction)
            let count = try transaction.first(
                "SELECT COUNT(*) FROM identity_certificate WHERE tenant = ? AND client_id = ?",
                [.text(app.tenant), .text(app.clientID)]
            )
            guard try (count?[0].integer ?? 0) < Directory.secretLimit else {
                throw IdentityError(.tooMany, "The app has \(Directory.secretLimit) certificates; remove one first.")
            }
            try transaction.execute(
                """
                INSERT INTO identity_certificate (tenant, client_id, thumbprint, certificate, created, expires)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, client_id, thumbprint) DO NOTHING
                """,
                [
                    .text(app.tenant), .text(app.clientID), .text(thumbprint), .blob(bytes), .integer(now.ticks),
                    .integer(expires.ticks),
                ]
            )
            try AuditLog.write(
                AuditEntry(
                    tenant: app.tenant,
                    actor: actor,
                    action: "app.certificate.add",
                    target: app.clientID,
                    detail: ["thumbprint": .string(thumbprint)]
                ),
                at: now,
                in: transaction
            )
        }
        return entry
    }

    /// The certificates of an app.
    public func certificates(of app: App) async throws -> [AppCertificate] {
        try await store.read { snapshot in
            try snapshot.query(
                """
                SELECT thumbprint, expires, certificate FROM identity_certificate
                WHERE tenant = ? AND client_id = ? ORDER BY created
                """,
                [.text(app.tenant), .text(app.clientID)]
            ).map {
                AppCertificate(
                    thumbprint: try $0[0].text,
                    expires: Timestamp(ticks: try $0[1].integer),
                    bytes: try $0[2].blob
                )
            }
        }
    }
}

import Crypto
import CryptoExtras
import Foundation
import Identity
import JSONTree
import Logging
import Secrets
import ServiceLifecycle
import Serving
import SwiftASN1
import TestSupport
import Testing
import X509

/// msal and azure-identity, unmodified, against the service over TLS.
@Suite(.enabled(if: PythonClients.python != nil, "the Python clients are not there: scripts/python-clients says why"))
struct PythonClientsTests {
    @Test(.timeLimit(.minutes(3)))
    func `the real clients get tokens and understand refusals`() async throws {
        let python = try #require(PythonClients.python)
        let fixture = try await TokenFixture()
        let folder = NSTemporaryDirectory() + "tocsin-python-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let maker = CertificateMaker(unixSeconds: Int64(Date().timeIntervalSince1970))
        let files = try maker.write(to: folder, hosts: ["localhost"])
        let certificate = try ClientCertificatePair()
        let entry = try await fixture.directory.addCertificate(certificate.certificate, to: fixture.app, by: "test")
        #expect(entry.thumbprint.count == 64)
        let pemPath = folder + "/client.pem"
        try (certificate.key + "\n" + certificate.certificate + "\n").write(
            toFile: pemPath,
            atomically: true,
            encoding: .utf8
        )

        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var options = ServerOptions(security: .files(certificate: files.certificate, key: files.key))
        options.port = 0
        let server = try Server(router: fixture.router, options: options, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        let results = try await withThrowingTaskGroup(of: JSON?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            let port = try #require(await server.port)
            let settings: JSON = [
                "authority": .string("https://localhost:\(port)"), "tenant": .string(fixture.tenant.id),
                "domain": "contoso.example", "client": .string(fixture.app.clientID),
                "secret": .string(fixture.secret.text), "certificate": .string(pemPath),
                "sha1": .string(certificate.sha1),
            ]
            let output = try await PythonClients.run(
                python,
                script: "tokens.py",
                input: settings,
                authority: files.authority
            )
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return output
        }

        for name in [
            "msal", "msalDomain", "msalOIDC", "msalCertificate", "azure", "azureVault", "azureOwnHost",
            "azureCertificate",
        ] {
            let token = try #require(results[name]?["token"]?.stringValue, "\(name): \(results[name]?.text ?? "")")
            let audience: Audience =
                switch name {
                case "azureVault": .vault
                case "azureOwnHost": Audience(["https://localhost"])
                default: .graph
                }
            let principal = try await TokenValidator(keys: fixture.keys).principal(of: token, audience: audience)
            #expect(principal.clientID == fixture.app.clientID)
        }
        #expect(results["msalCache"] == "cache")
        #expect(results["msalWrongSecret"]?["error_codes"] == [7_000_215])
        #expect(results["msalScope"]?["error_codes"] == [1_002_012])
        #expect(results["msalResource"]?["error_codes"] == [500_011])
        #expect(results["msalForeignCertificate"]?["error_codes"] == [700_027])
        #expect(results["msalUnknownTenant"]?["raised"] == "ValueError")
        #expect(results["azureWrongSecret"]?["raised"] == "ClientAuthenticationError")
        #expect(results["azureWrongSecret"]?["text"]?.stringValue?.contains("AADSTS7000215") == true)
        #expect(results["azureUnknownTenant"]?["raised"]?.stringValue != nil)
    }
}

/// A self-signed RSA certificate, as an administrator makes one for an app.
struct ClientCertificatePair {
    let certificate: String
    let key: String
    /// The SHA-1 thumbprint in hexadecimal.
    let sha1: String

    init() throws {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let privateKey = Certificate.PrivateKey(rsa)
        let name = try DistinguishedName { CommonName("Responder") }
        let made = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: privateKey.publicKey,
            notValidBefore: Date(timeIntervalSinceNow: -3_600),
            notValidAfter: Date(timeIntervalSinceNow: 86_400),
            issuer: name,
            subject: name,
            signatureAlgorithm: .sha256WithRSAEncryption,
            extensions: Certificate.Extensions(),
            issuerPrivateKey: privateKey
        )
        certificate = try made.serializeAsPEM().pemString
        key = rsa.pkcs8PEMRepresentation
        var serializer = DER.Serializer()
        try serializer.serialize(made)
        sha1 = Insecure.SHA1.hash(data: serializer.serializedBytes)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

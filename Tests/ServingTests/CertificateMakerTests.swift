import Foundation
import Serving
import Testing

struct CertificateMakerTests {
    @Test func `files are for their owner only`() throws {
        let folder = NSTemporaryDirectory() + "tocsin-certificates-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let maker = CertificateMaker(unixSeconds: Int64(Date().timeIntervalSince1970))
        let files = try maker.write(to: folder, hosts: ["soar.example", "*.kv.example", "10.1.2.3", "fd00::1"])
        for path in [files.authority, files.certificate, files.key] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
        let again = try maker.write(to: folder, hosts: ["soar.example"])
        #expect(again == files)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                "ca.pem", "server.key", "server.pem",
            ]
        )
        #expect(throws: Never.self) {
            try Server(
                router: Router([]),
                options: ServerOptions(security: .files(certificate: files.certificate, key: files.key))
            )
        }
    }

    @Test(arguments: ["", "a b", "a/b", "ü.example", "http://x"])
    func `hosts must be names or addresses`(host: String) throws {
        let maker = CertificateMaker(unixSeconds: 1_800_000_000)
        let authority = try maker.authority(name: "x")
        #expect(throws: ServingError.self) { try maker.server(hosts: [host], authority: authority) }
    }

    @Test func `keys do not show themselves`() throws {
        let authority = try CertificateMaker(unixSeconds: 1_800_000_000).authority(name: "x")
        #expect(!"\(authority)".contains("KEY"))
    }

    @Test func `plain HTTP stays on the machine`() throws {
        func options(_ host: String, _ security: ServerOptions.Security) -> ServerOptions {
            var options = ServerOptions(security: security)
            options.host = host
            return options
        }
        #expect(throws: ServingError.self) { try Server(router: Router([]), options: options("0.0.0.0", .plain())) }
        #expect(throws: ServingError.self) { try Server(router: Router([]), options: options("::", .plain())) }
        #expect(throws: ServingError.self) {
            try Server(router: Router([]), options: options("127.0.0.1", .files(certificate: "/none", key: "/none")))
        }
        #expect(throws: Never.self) { try Server(router: Router([]), options: options("127.0.0.1", .plain())) }
        #expect(throws: Never.self) {
            try Server(router: Router([]), options: options("0.0.0.0", .plain(behindProxy: true)))
        }
    }
}

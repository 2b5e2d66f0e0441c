import Foundation
import JSONTree
import Secrets
import Serving
import Testing

/// The token requests of real clients, as they were recorded, sent to our service.
struct RecordedRequestsTests {
    private static func recorded() throws -> [JSON] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Data/client-requests.json")
        let all = try JSON.parse(Array(try Data(contentsOf: file)))["requests"]?.arrayValue ?? []
        return all.filter { request in
            let target = request["target"]?.stringValue ?? ""
            let isToken = target.contains("/oauth2/v2.0/token") || target.contains("/.well-known/openid-configuration")
            return isToken || target.hasPrefix("/common/discovery/instance")
        }
    }

    @Test func `answers have the statuses and members that made the clients go on`() async throws {
        let requests = try Self.recorded()
        #expect(requests.count > 10)
        for recorded in requests {
            let fixture = try await TokenFixture()
            let target = try #require(recorded["target"]?.stringValue)
            let form = (recorded["body"]?.stringValue ?? "")
                .replacingOccurrences(of: "S3cret~one", with: fixture.secret.text)
            var headers = Headers()
            for (name, value) in recorded["headers"]?.objectValue ?? [:] { headers.add(name, value.stringValue ?? "") }
            let request = try Request(
                method: try #require(recorded["method"]?.stringValue),
                target: target,
                headers: headers,
                body: Array(form.utf8),
                origin: "https://server.example"
            )
            let response = await fixture.router.respond(to: request)
            let body = try JSON.parse(try await response.collected())
            let expected = try #require(recorded["answer"])
            #expect(response.status == Int(expected["status"]?.integerValue ?? 0), "\(target) \(form)")
            let expectedNames = Set(expected["body"]?.objectValue?.names ?? [])
            let names = Set(body.objectValue?.names ?? [])
            #expect(expectedNames.isSubset(of: names), "\(target) \(expectedNames.subtracting(names))")
            #expect(body["error"] == expected["body"]?["error"], "\(target)")
            #expect(body["error_codes"] == expected["body"]?["error_codes"], "\(target)")
        }
    }
}

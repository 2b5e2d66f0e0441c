import Serving
import Testing

struct RequestTests {
    @Test(arguments: [
        ("/a/b", ["a", "b"]), ("/a/b/", ["a", "b"]), ("/", []), ("/a//b", ["a", "", "b"]), ("/a%2Fb", ["a/b"]),
        ("/%E4%BE%8B", ["例"]), ("/a+b", ["a+b"]), ("/./../x", [".", "..", "x"]), ("/a?b/c", ["a"]),
    ])
    func `paths are cut, then decoded`(target: String, segments: [String]) throws {
        #expect(try Request(method: "GET", target: target).segments == segments)
    }

    @Test(arguments: ["/%", "/%zz", "/%ff", "/%00", "", "a", "http://x/", "*", "/?a=%ff", "/?%zz=1", "/?a=%00"])
    func `what cannot be read is refused`(target: String) {
        #expect(throws: Problem.self) { try Request(method: "GET", target: target) }
    }

    @Test func `too long and too deep is refused`() {
        let long = String(repeating: "a", count: 17_000)
        #expect(throws: Problem.self) { try Request(method: "GET", target: "/" + long) }
        #expect(throws: Problem.self) { try Request(method: "GET", target: String(repeating: "/a", count: 200)) }
        let many = String(repeating: "a&", count: 1_200)
        #expect(throws: Problem.self) { try Request(method: "GET", target: "/?" + many) }
    }

    @Test func `queries keep order and repetitions`() throws {
        let query = try Request(
            method: "GET",
            target: "/x?$filter=a%20eq+%27b%27&api-version=1.0&a=1&a=2&flag&e==&resource=https://vault.azure.net"
        ).query
        #expect(query["$filter"] == "a eq 'b'")
        #expect(query[ignoringCase: "API-Version"] == "1.0")
        #expect(query.values("a") == ["1", "2"])
        #expect(query["flag"]?.isEmpty == true)
        #expect(query["e"] == "=")
        #expect(query["resource"] == "https://vault.azure.net")
        #expect(query["none"] == nil)
    }

    @Test func `ids are random GUIDs`() throws {
        let ids = try (0..<100).map { _ in try Request(method: "GET", target: "/").id }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.count == 36 && Array($0.utf8)[14] == UInt8(ascii: "4") })
    }

    @Test func `a body that is not JSON is a problem with its place`() throws {
        let request = try Request(method: "POST", target: "/", body: Array("{\n  \"a\": }".utf8))
        let problem = #expect(throws: Problem.self) { try request.json() }
        #expect(problem?.status == 400)
        #expect(problem?.message.contains("line 2") == true)
    }
}

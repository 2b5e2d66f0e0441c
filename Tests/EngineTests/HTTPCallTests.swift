import Engine
import JSONTree
import Testing

/// How an Http action's inputs become a call (workflow definition language, section 6.1).
struct HTTPCallTests {
    @Test func `a null body is no body`() throws {
        let call = try HTTPCall(inputs: [
            "method": "post", "uri": "https://a.example/", "body": nil, "authentication": nil,
        ])
        #expect(call.body == Optional<JSON>.none)
        #expect(call.authentication == Optional<JSON>.none)
        #expect(call.method == "POST")
        #expect(call.headers.isEmpty)
    }

    @Test(
        arguments: [
            ("https://a.example/x", "https://a.example/x?a%20b=1%262&n=3"),
            ("https://a.example/x?y=z", "https://a.example/x?y=z&a%20b=1%262&n=3"),
        ]
    )
    func `queries are appended, percent-encoded`(_ uri: String, _ expected: String) throws {
        let inputs: JSON = ["method": "GET", "uri": .string(uri), "queries": ["a b": "1&2", "n": 3, "none": nil]]
        #expect(try HTTPCall(inputs: inputs).uri == expected)
    }

    @Test(arguments: ["Host", "Content-Length", "Accept-Language", "Cookie", "Transfer-Encoding", "Origin"])
    func `headers that the engine sets itself are dropped`(_ name: String) throws {
        let inputs: JSON = [
            "method": "GET", "uri": "https://a.example/", "headers": .object([name: "x", "Accept": "text/plain"]),
        ]
        #expect(try HTTPCall(inputs: inputs).headers.map(\.name) == ["Accept"])
    }

    @Test func `a header value cannot begin another header`() throws {
        let inputs: JSON = ["method": "GET", "uri": "https://a.example/", "headers": ["x-a": "1\r\nx-b: 2"]]
        #expect(try HTTPCall(inputs: inputs).headers.map(\.value) == ["1x-b: 2"])
    }

    @Test(arguments: [(["uri": "https://a.example/"], "method"), (["method": "GET"], "uri")] as [(JSON, String)])
    func `what is missing is named`(_ inputs: JSON, _ name: String) {
        #expect(throws: RunError.self) { try HTTPCall(inputs: inputs) }
        do throws(RunError) {
            _ = try HTTPCall(inputs: inputs)
        } catch {
            #expect(error.message.contains("'\(name)'"))
        }
    }
}

import Content
import JSONTree
import Testing

struct MultipartTests {
    private let form = """
        preamble --xyz\r
        --xyz\r
        Content-Disposition: form-data; name="t"\r
        Content-Type: text/plain\r
        \r
        some text\r
        --xyz  \r
        Content-Disposition: form-data;\r
          name="f"; filename="a.bin"\r
        \r
        hi\r
        --xyz-no\r
        --xyz\r
        content-type: application/json\r
        X-A: 1\r
        x-a: 2\r
        \r
        {"n":1}\r
        --xyz\r
        \r
        \r
        --xyz--\r
        epilogue
        """

    @Test
    func partsBecomeValues() {
        let value = Content.value(bytes: Array(form.utf8), contentType: "multipart/form-data; boundary=xyz")
        #expect(value["$content"]?.stringValue.flatMap { Base64.decode($0) } == Array(form.utf8))
        let expected: JSON = [
            [
                "headers": ["Content-Disposition": "form-data; name=\"t\"", "Content-Type": "text/plain"],
                "body": "some text",
            ],
            [
                "headers": ["Content-Disposition": "form-data; name=\"f\"; filename=\"a.bin\""],
                "body": ["$content-type": "application/octet-stream", "$content": "aGkNCi0teHl6LW5v"],
            ],
            ["headers": ["content-type": "application/json", "X-A": "1, 2"], "body": ["n": 1]],
            ["headers": [:], "body": nil],
        ]
        #expect(value["$multipart"] == expected)
        #expect(FormData.fields(inBody: value)?.map(\.key) == ["t", "f"])
        #expect(FormData.fields(inBody: value)?.first?.value == "some text")
    }

    @Test(arguments: [
        "", "--xyz", "--xyz--", "--xyz\r\n", "--xyz\r\n\r\nunfinished", "--xyz\r\nA: b\r\n",
        "--xyz\r\nno colon\r\n\r\n\r\n--xyz--",
        "--other\r\n\r\n\r\n--other--",
    ])
    func malformedContentsAreKeptWhole(_ body: String) {
        let parts = Multipart.parts(of: body.utf8, boundary: "xyz")
        #expect(parts?.isEmpty ?? true)
        let value = Content.value(bytes: Array(body.utf8), contentType: "multipart/mixed; boundary=xyz")
        if !body.isEmpty { #expect(value["$content"]?.stringValue == Base64.encode(body.utf8)) }
    }

    @Test
    func bareLineFeedsAreTaken() throws {
        let parts = try #require(Multipart.parts(of: "--b\nA: 1\n\nx\ny\n--b--".utf8, boundary: "b"))
        #expect(parts == [Multipart.Part(headers: [.init(name: "A", value: "1")], bytes: Array("x\ny".utf8))])
    }

    @Test
    func whatIsWrittenIsReadBack() throws {
        let value: JSON = [
            "$content-type": "multipart/form-data",
            "$multipart": [
                ["headers": ["Content-Disposition": "form-data; name=\"a\""], "body": "text\r\n--tocsin"],
                ["body": ["$content-type": "image/png", "$content": "AAEC"]],
                ["headers": ["X": "evil\r\nInjected: yes"], "body": ["n": 1]],
                ["headers": [:], "body": nil],
            ],
        ]
        let (bytes, header) = try Content.bytes(of: value)
        #expect(try Content.bytes(of: value).bytes == bytes, "the boundary must not be random")
        let type = try #require(header.flatMap(ContentType.init(parsing:)))
        let boundary = try #require(type["boundary"])
        let parts = try #require(Multipart.parts(of: bytes, boundary: boundary))
        #expect(parts.map(\.bytes) == [Array("text\r\n--tocsin".utf8), [0, 1, 2], Array(#"{"n":1}"#.utf8), []])
        #expect(parts.map { $0["content-type"] } == [nil, "image/png", "application/json", nil])
        #expect(parts[2]["X"] == "evilInjected: yes")
        #expect(parts[2]["Injected"] == nil)
    }

    @Test
    func theAuthorsBoundaryIsKept() throws {
        let value: JSON = [
            "$content-type": "multipart/mixed; boundary=mine", "$multipart": [["headers": [:], "body": "x"]],
        ]
        let (bytes, type) = try Content.bytes(of: value)
        #expect(String(decoding: bytes, as: UTF8.self) == "--mine\r\n\r\nx\r\n--mine--\r\n")
        #expect(type == "multipart/mixed; boundary=mine")
    }

    @Test
    func countsDepthAndHeadersAreBounded() {
        let many = String(repeating: "--b\r\n\r\n\r\n", count: 1_001) + "--b--"
        #expect(Multipart.parts(of: many.utf8, boundary: "b") == nil)
        #expect(Multipart.parts(of: many.utf8, boundary: "b", limits: ContentLimits(parts: 1_001))?.count == 1_001)
        let long = "--b\r\nA: \(String(repeating: "x", count: 20_000))\r\n\r\n\r\n--b--"
        #expect(Multipart.parts(of: long.utf8, boundary: "b") == nil)
        var nested = "end"
        for level in 0..<8 {
            nested =
                "--b\(level)\r\nContent-Type: \(level == 0 ? "text/plain" : "multipart/mixed; boundary=b\(level - 1)")"
                + "\r\n\r\n\(nested)\r\n--b\(level)--"
        }
        var value = Content.value(bytes: Array(nested.utf8), contentType: "multipart/mixed; boundary=b7")
        var depth = 0
        while let inner = value["$multipart"]?[0]?["body"] {
            value = inner
            depth += 1
        }
        #expect(depth == 4)
        #expect(FormData.fields("a&a&a".utf8, limits: ContentLimits(fields: 2)) == nil)
        #expect(Multipart.parts(of: [], boundary: String(repeating: "b", count: 71)) == nil)
    }

    /// Cut anywhere, or filled with look-alikes of the boundary, reading must neither crash nor take long.
    @Test
    func hostileContentsAreHandled() {
        let bytes = Array(form.utf8)
        for end in bytes.indices { _ = Multipart.parts(of: bytes[..<end], boundary: "xyz") }
        let hyphens = Array(repeating: UInt8(0x2D), count: 1_000_000)
        #expect(Multipart.parts(of: hyphens, boundary: String(repeating: "-", count: 69) + "x") == nil)
    }
}

import Content
import JSONTree
import Testing

struct ContentTests {
    @Test(arguments: [
        ("application/json", #"{"a":1.0}"#, #"{"a":1.0}"#), ("application/problem+json; charset=utf-8", "[1]", "[1]"),
        ("application/json", "{not", #""{not""#), ("application/json", "{'a':1}", #""{'a':1}""#),
        ("text/json", "5", "5"), ("text/plain", "hi", #""hi""#), ("text/xml", "<a/>", #""<a/>""#),
        (
            "text/plain; charset=unknown-1", "hi",
            #"{"$content-type":"text/plain; charset=unknown-1","$content":"aGk="}"#
        ),
        ("application/xml", "<a/>", #"{"$content-type":"application/xml","$content":"PGEvPg=="}"#),
        ("application/octet-stream", "hi", #"{"$content-type":"application/octet-stream","$content":"aGk="}"#),
        ("nonsense", "hi", #"{"$content-type":"nonsense","$content":"aGk="}"#), ("application/json", "", "null"),
        (
            "application/x-www-form-urlencoded", "Subject=Hello+world&e=&f&x=%26",
            #"{"$content-type":"application/x-www-form-urlencoded","$content":"U3ViamVjdD1IZWxsbyt3b3JsZCZlPSZmJng9JTI2","#
                + #""$formdata":[{"key":"Subject","value":"Hello world"},{"key":"e","value":""},{"key":"f","value":""},"#
                + #"{"key":"x","value":"&"}]}"#
        ),
    ])
    func bytesBecomeValues(_ type: String, _ body: String, _ expected: String) {
        #expect(Content.value(bytes: Array(body.utf8), contentType: type).text == expected)
    }

    @Test
    func withoutATypeNothingIsAssumed() {
        #expect(
            Content.value(bytes: [0x68, 0x69], contentType: nil)
                == ["$content-type": "application/octet-stream", "$content": "aGk="]
        )
        #expect(Content.value(bytes: [], contentType: nil) == nil)
    }

    @Test
    func charsetsAreHonoured() {
        let utf16: [UInt8] = [0xFF, 0xFE] + "{\"a\":\"ä\"}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(Content.value(bytes: utf16, contentType: "application/json; charset=utf-16") == ["a": "ä"])
        #expect(Content.value(bytes: [0xE4], contentType: "text/plain; charset=ISO-8859-1") == "ä")
        #expect(Content.value(bytes: [0x80], contentType: "text/plain; charset=windows-1252") == "€")
        #expect(Content.value(bytes: [0xE4], contentType: "text/plain") == "\u{FFFD}")
        #expect(Content.value(bytes: [0xEF, 0xBB, 0xBF, 0x31], contentType: "application/json") == 1)
    }

    struct Sent: Sendable {
        var value: JSON
        var type: String?
        var bytes: String
        var sentType: String?

        init(_ value: JSON, _ type: String?, _ bytes: String, _ sentType: String?) {
            self.value = value
            self.type = type
            self.bytes = bytes
            self.sentType = sentType
        }
    }

    static let sent: [Sent] = [
        Sent(nil, nil, "", nil), Sent("hi", nil, "hi", nil), Sent("hi", "text/html", "hi", "text/html"),
        Sent(["a": 1], nil, #"{"a":1}"#, "application/json"),
        Sent(["a": 1], "application/x+json", #"{"a":1}"#, "application/x+json"),
        Sent(5, nil, "5", "application/json"), Sent(false, nil, "false", "application/json"),
        Sent(["$content-type": "image/png", "$content": "aGk="], nil, "hi", "image/png"),
        Sent(["$content-type": "image/png", "$content": "aGk="], "image/x", "hi", "image/x"),
        Sent(["$content-type": "a/b", "$content": ""], nil, "", "a/b"),
        Sent(
            ["$content-type": "a/b", "$content": "aGk=", "x": 1],
            nil,
            #"{"$content-type":"a/b","$content":"aGk=","x":1}"#,
            "application/json"
        ),
        Sent(
            [
                "$content-type": "application/x-www-form-urlencoded",
                "$formdata": [["key": "a b", "value": "1&2"], ["key": "n", "value": 5]],
            ],
            nil,
            "a+b=1%262&n=5",
            "application/x-www-form-urlencoded"
        ),
    ]

    @Test(arguments: sent)
    func valuesBecomeBytes(_ row: Sent) throws {
        let (sent, contentType) = try Content.bytes(of: row.value, contentType: row.type)
        #expect(String(decoding: sent, as: UTF8.self) == row.bytes)
        #expect(contentType == row.sentType)
    }

    @Test
    func textsFollowTheCharsetOfTheAuthor() throws {
        #expect(try Content.bytes(of: "ä", contentType: "text/plain; charset=iso-8859-1").bytes == [0xE4])
    }

    @Test
    func badEnvelopesAreToldAndNotSent() {
        let error = #expect(throws: ContentError.self) {
            try Content.bytes(of: ["$content-type": "a/b", "$content": "***"])
        }
        #expect(error?.code == .badBase64)
        #expect(error?.message.contains("***") == false)
        #expect(throws: ContentError.self) {
            try Content.bytes(of: ["$content-type": "multipart/x", "$multipart": [5]])
        }
    }

    @Test
    func envelopesGiveTheirText() throws {
        let envelope = try #require(Envelope(["$content-type": "text/plain; charset=iso-8859-1", "$content": "5A=="]))
        #expect(try envelope.text() == "ä")
        #expect(Envelope(contentType: "a/b", bytes: [1, 2]).json == ["$content-type": "a/b", "$content": "AQI="])
        #expect(Envelope.isEnvelope(["$content-type": "a", "$multipart": []]))
        #expect(!Envelope.isEnvelope(["$content-type": "a"]))
        #expect(!Envelope.isEnvelope(["$content": "a"]))
        #expect(!Envelope.isEnvelope(["$content-type": 1, "$content": "a"]))
    }
}

import Content
import Testing

struct EncodingTests {
    @Test(arguments: [
        ("https://contoso.com", "https%3A%2F%2Fcontoso.com"), ("a b&c=d/e?f", "a%20b%26c%3Dd%2Fe%3Ff"),
        ("100%", "100%25"), ("AZaz09-_.~", "AZaz09-_.~"), ("ä😀", "%C3%A4%F0%9F%98%80"), ("!*'()", "%21%2A%27%28%29"),
        ("", ""), ("\0+", "%00%2B"),
    ])
    func percentEncodes(_ text: String, _ encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test(arguments: [
        ("a+b", "a+b", "a b"), ("%2b+%2B", "+++", "+ +"), ("100%", "100%", "100%"), ("%zz%4", "%zz%4", "%zz%4"),
        ("%c3%a4", "ä", "ä"), ("%FF", "\u{FFFD}", "\u{FFFD}"), ("é%20", "é ", "é "), ("%%41", "%A", "%A"),
    ])
    func percentDecodes(_ text: String, _ plain: String, _ form: String) {
        #expect(PercentEncoding.decode(text) == plain)
        #expect(PercentEncoding.decode(text, plusIsBlank: true) == form)
    }

    @Test
    func formsEncodeBlanksAsPlus() {
        #expect(PercentEncoding.encodeForm("a b+c~*é") == "a+b%2Bc%7E*%C3%A9")
    }

    @Test(arguments: [
        (Charset.utf8, [0xC3, 0xA4] as [UInt8], "ä"), (.utf8, [0xEF, 0xBB, 0xBF, 0x61], "a"),
        (.utf16, [0xFE, 0xFF, 0, 0x61], "a"), (.utf16, [0xFF, 0xFE, 0x61, 0], "a"), (.utf16, [0, 0x61], "a"),
        (.utf16LittleEndian, [0x61, 0, 0x3D, 0xD8, 0, 0xDE], "a😀"),
        (.utf16BigEndian, [0xD8, 0x3D, 0xDE, 0], "😀"), (.utf16BigEndian, [0xD8, 0x3D, 0], "\u{FFFD}\u{FFFD}"),
        (.latin1, [0xE4, 0x80], "ä\u{80}"), (.windows1252, [0xE4, 0x80, 0x9F, 0x81], "ä€Ÿ\u{81}"),
    ])
    func charsetsDecode(_ charset: Charset, _ bytes: [UInt8], _ text: String) {
        #expect(charset.text(bytes) == text)
    }

    @Test(arguments: [Charset.utf8, .utf16, .utf16LittleEndian, .utf16BigEndian, .windows1252])
    func charsetsEncode(_ charset: Charset) {
        #expect(charset.text(charset.bytes("Grüße – 5 €")) == "Grüße – 5 €")
    }

    @Test
    func charsetsSubstituteWhatTheyLack() {
        #expect(Charset.latin1.bytes("ä€😀") == [0xE4, 0x3F, 0x3F])
        #expect(Charset.windows1252.bytes("€😀") == [0x80, 0x3F])
        #expect(Charset(named: "ISO-8859-1") == .latin1)
        #expect(Charset(named: "shift_jis") == nil)
    }

    @Test(arguments: [
        ("application/json", "application/json", "application/json", true),
        (
            "Application/Problem+JSON; Charset=UTF-8", "application/problem+json",
            "application/problem+json; charset=UTF-8", true
        ),
        ("text/plain;charset=\"utf-8\" ; a=b c", "text/plain", "text/plain; charset=utf-8; a=\"b c\"", false),
        (
            "multipart/form-data; boundary=\"a;b\\\"c\"", "multipart/form-data",
            "multipart/form-data; boundary=\"a;b\\\"c\"", false
        ),
        ("text/html;;x;=y", "text/html", "text/html", false),
    ])
    func contentTypesAreRead(_ text: String, _ essence: String, _ written: String, _ isJSON: Bool) throws {
        let type = try #require(ContentType(parsing: text))
        #expect(type.essence == essence)
        #expect(type.text == written)
        #expect(type.isJSON == isJSON)
        #expect(ContentType(parsing: written)?.parameters == type.parameters)
    }

    @Test(arguments: ["", "json", "a/b/c", "/", "text/", "te xt/plain", "; a=b"])
    func whatIsNoContentTypeIsNil(_ text: String) {
        #expect(ContentType(parsing: text) == nil)
    }

    @Test
    func dispositionsKeepBackslashesOfPaths() {
        let value = HeaderValue(parsing: #"form-data; name="up\"load"; filename="C:\temp\a.txt""#)
        #expect(value.value == "form-data")
        #expect(value["NAME"] == "up\"load")
        #expect(value["filename"] == #"C:\temp\a.txt"#)
        #expect(!HeaderValue.quoted("a\r\nb").contains("\n"))
    }
}

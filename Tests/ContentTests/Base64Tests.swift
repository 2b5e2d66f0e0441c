import Content
import Testing

struct Base64Tests {
    /// The examples of RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("hello", "aGVsbG8="), ("ä", "w6Q="),
    ])
    func encodesAndDecodes(_ text: String, _ encoded: String) {
        #expect(Base64.encode(text.utf8) == encoded)
        for mode in [Base64.Mode.strict, .dotNet, .lenient] {
            #expect(Base64.decode(encoded, mode: mode) == Array(text.utf8))
        }
        let bare = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encode(text.utf8, padded: false) == bare)
        #expect(Base64.decode(bare, mode: .lenient) == Array(text.utf8))
    }

    @Test
    func everyLengthAndByteSurvives() {
        for length in 0..<200 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            let text = Base64.encode(bytes)
            #expect(text.utf8.count == (length + 2) / 3 * 4)
            #expect(Base64.decode(text, mode: .strict) == bytes)
            #expect(Base64.decode(Base64.encode(bytes, alphabet: .url, padded: false), mode: .lenient) == bytes)
            #expect(Base64.encode(bytes.lazy.map { $0 }) == text)
            var lines = ""
            for (place, character) in text.enumerated() {
                lines += place % 7 == 6 ? "\(character)\r\n" : "\(character)"
            }
            #expect(Base64.decode(lines) == bytes)
        }
        #expect(Base64.encode([0xFB, 0xFF], alphabet: .url) == "-_8=")
        #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
    }

    @Test(arguments: [
        ("***", false, false, false), ("Zg", false, false, true), ("Zg=", false, false, false),
        ("Z", false, false, false), ("Zm9vY", false, false, false), ("====", false, false, false),
        ("Z===", false, false, false), ("Zg==Zg==", false, false, false), ("Zg=g", false, false, false),
        ("Zm9v\n", false, true, true), (" Z m 9 v ", false, true, true), ("Zg= =", false, true, true),
        ("Zm9v\u{A0}", false, false, false), ("Zh==", false, true, true), ("Zm9=", false, true, true),
        ("-_8=", false, false, true), ("Zm9v====", false, false, false), ("=", false, false, false),
        ("Zm9v=", false, false, false), ("Zm\u{0B}9v", false, false, false), ("Zmé=", false, false, false),
    ])
    func modesDiffer(_ text: String, _ strict: Bool, _ dotNet: Bool, _ lenient: Bool) {
        #expect((Base64.decode(text, mode: .strict) != nil) == strict)
        #expect((Base64.decode(text, mode: .dotNet) != nil) == dotNet)
        #expect((Base64.decode(text, mode: .lenient) != nil) == lenient)
    }
}

import JSONTree
import Testing

struct JSONLenientTests {
    @Test(arguments: [
        ("{'a':'it\\'s \"so\"'}", #"{"a":"it's \"so\""}"#), ("{a:1,b_$2 : 2}", #"{"a":1,"b_$2":2}"#),
        ("// x\n[1, /* y \n */ 2 // z\n]", "[1,2]"), ("[1,2,]", "[1,2]"), ("{\"a\":1,}", #"{"a":1}"#),
        ("[1,,2]", "[1,null,2]"), ("[NaN,Infinity,-Infinity]", #"["NaN","Infinity","-Infinity"]"#),
        ("[0x1F,017,-0x10,.5,1.,1.e2,-.5]", "[31,15,-16,0.5,1.0,100.0,-0.5]"), ("'a\nb'", #""a\nb""#),
        ("\u{A0}[undefined]\u{2003}", "[null]"), ("{\"a\":1,'a':2}", #"{"a":2}"#), ("['\\ud83d\\ude00']", #"["😀"]"#),
        ("['\\ud83d']", "[\"\u{FFFD}\"]"), ("{\"a\":}", #"{"a":null}"#), ("{3:1}", #"{"3":1}"#), ("5", "5"),
        ("{\"größe\":1, größe2:2}", #"{"größe":1,"größe2":2}"#), ("[12345678901234567890]", "[12345678901234567890]"),
    ])
    func reads(_ text: String, _ expected: String) throws {
        #expect(try JSONLenient.parse(text).text == expected)
    }

    @Test(arguments: [
        ("", "Error reading JToken from JsonReader. Path '', line 0, position 0."),
        ("{bad", "Unexpected end while parsing unquoted property name. Path '', line 1, position 4."),
        ("{\"a\":1,", "Unexpected end of content while loading JObject. Path 'a', line 1, position 7."),
        ("[1 2]", "After parsing a value an unexpected character was encountered: 2. Path '[0]', line 1, position 3."),
        ("<a/>", "Unexpected character encountered while parsing value: <. Path '', line 0, position 0."),
        (" <a/>", "Unexpected character encountered while parsing value: <. Path '', line 1, position 1."),
        ("[}", "Unexpected character encountered while parsing value: }. Path '', line 1, position 1."),
        (
            "[[1],{\"a\":[]},no]",
            "Unexpected character encountered while parsing value: n. Path '[1]', line 1, position 14."
        ),
        ("[1,tru]", "Error parsing boolean value. Path '[0]', line 1, position 6."),
        ("[1,tr]", "Unexpected end when reading JSON. Path '[0]', line 1, position 6."),
        (
            "{\"a\":[1,[2,x]]}",
            "Unexpected character encountered while parsing value: x. Path 'a[1][0]', line 1, position 11."
        ),
        ("[08]", "Input string '08' is not a valid number. Path '[0]', line 1, position 3."),
        ("[1z]", "Unexpected character encountered while parsing number: z. Path '', line 1, position 2."),
        ("{} x", "Additional text encountered after finished reading JSON content: x. Path '', line 1, position 3."),
        (
            "{\"a\" 1}",
            "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5."
        ),
        ("['a\n", "Unterminated string. Expected delimiter: '. Path '', line 2, position 0."),
        ("['\\q']", "Bad JSON escape sequence: \\q. Path '', line 1, position 4."),
    ])
    func refusesInJsonNetsWords(_ text: String, _ message: String) {
        let error = #expect(throws: JSONError.self) { try JSONLenient.parse(text) }
        #expect(error?.message == message)
    }

    @Test(arguments: [
        "[", "{", "tru", "nul", "[1", "{a", "{a:", "/", "/*", "'", "-",
        "0x", "1e", "--1", "+1", "new Date(1)", "[1}",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try JSONLenient.parse(text) }
    }

    @Test(
        arguments: [
            ("{\"a\":1\n \"b\":2}", #"{"a":1,"b":2}"#, ["comma 2:2"]),
            ("[1\n2\n 3]", "[1,2,3]", ["comma 2:1", "comma 3:2"]),
            ("{\"a\":{\"b\":1}\n// c\n\"c\":2}", #"{"a":{"b":1},"c":2}"#, ["comma 3:1"]),
            ("{\"a\":[{\"b\":1", #"{"a":[{"b":1}]}"#, ["} 1:13", "] 1:13", "} 1:13"]), ("[1,", "[1]", ["] 1:4"]),
            ("{\"a\":1,\n", #"{"a":1}"#, ["} 2:1"]), ("{\"a\":", #"{"a":null}"#, ["} 1:6"]), ("[", "[]", ["] 1:2"]),
            ("{a:1,}", #"{"a":1}"#, []), ("[1]", "[1]", []),
            ("{\"a\":1\r\n\"b\":2\r\n", #"{"a":1,"b":2}"#, ["comma 2:1", "} 3:1"]),
        ] as [(String, String, [String])]
    )
    func suppliesWhatIsMissing(_ text: String, _ expected: String, _ repairs: [String]) throws {
        let read = try JSONLenient.repair(text)
        #expect(read.json.text == expected)
        let found = read.repairs.map { repair in
            let kind = if case .end(let bracket) = repair.kind { String(bracket) } else { "comma" }
            return "\(kind) \(repair.line):\(repair.column)"
        }
        #expect(found == repairs)
    }

    @Test(arguments: ["[1 2]", "{\"a\":1 \"b\":2}", "{\"a\"\n1}", "[1}", "[1\n:2]", "{\"a\":1\n]", "[\"a", "[1] [", ""])
    func suppliesNothingThatIsNotClear(_ text: String) {
        #expect(throws: JSONError.self) { try JSONLenient.repair(text) }
    }

    @Test
    func depthIsBounded() {
        let error = #expect(throws: JSONError.self) {
            try JSONLenient.parse(String(repeating: "['',", count: 100_000))
        }
        #expect(error?.code == .tooDeep)
    }
}

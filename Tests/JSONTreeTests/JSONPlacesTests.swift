import JSONTree
import Testing

struct JSONPlacesTests {
    private let text = "\u{FEFF}{\r\n\t\"a\": [1,\r\n  {\"é/b\": null}],\r\n \"n\": 1, \"n\": {}\r}"

    @Test
    func placesCountMarkTabsAndLineBreaksRight() throws {
        let document = try JSONDocument.parse(text)
        #expect(document.place(of: JSONPointer()) == .init(line: 1, column: 1, offset: 3))
        let array = try #require(document.place(of: JSONPointer(["a"])))
        #expect((array.line, array.column) == (2, 7))
        #expect(document.namePlace(of: JSONPointer(["a"]))?.column == 2)
        let deep = try JSONPointer(parsing: "/a/1/é~1b")
        let inner = try #require(document.place(of: deep))
        #expect((inner.line, inner.column) == (3, 11))
        #expect(document.namePlace(of: deep)?.column == 4)
        #expect(document.place(of: deep.appending("x")) == nil)
        #expect(document.nearestPlace(to: deep.appending("x")) == inner)
        #expect(document.duplicateNames.map(\.column) == [10])
        #expect(document.place(of: JSONPointer(["n"]))?.column == 15)
        #expect(document.value["n"] == [:])
    }

    @Test
    func pointersAreEscapedAndChecked() throws {
        #expect(try JSONPointer(parsing: "/a~1b/~0/").tokens == ["a/b", "~", ""])
        #expect(JSONPointer(["a/b", "~", ""]).description == "/a~1b/~0/")
        #expect(throws: JSONError.self) { try JSONPointer(parsing: "a") }
        #expect(throws: JSONError.self) { try JSONPointer(parsing: "/~2") }
    }

    @Test
    func pointersReadSetAndRemove() throws {
        var json: JSON = ["a": [1, ["b": 2]]]
        #expect(try json[JSONPointer(parsing: "/a/1/b")] == 2)
        #expect(try json[JSONPointer(parsing: "/a/01")] == nil)
        try json.set(3, at: JSONPointer(parsing: "/a/1/b"))
        try json.set("new", at: JSONPointer(parsing: "/a/-"))
        try json.set(true, at: JSONPointer(parsing: "/x/y/z"))
        #expect(json == ["a": [1, ["b": 3], "new"], "x": ["y": ["z": true]]])
        let before = json
        #expect(throws: JSONError.self) { try json.set(1, at: JSONPointer(parsing: "/a/9")) }
        #expect(throws: JSONError.self) { try json.set(1, at: JSONPointer(parsing: "/a/0/q")) }
        #expect(json == before)
        #expect(try json.remove(at: JSONPointer(parsing: "/a/1/b")) == 3)
        #expect(try json.remove(at: JSONPointer(parsing: "/a/7")) == nil)
        #expect(try json.remove(at: JSONPointer(parsing: "/a/0")) == 1)
        #expect(json == ["a": [[:], "new"], "x": ["y": ["z": true]]])
    }

    @Test(arguments: [
        ("{\n \"a\": tru }", 2, 10, "expected"), ("[1,\n2", 2, 2, "',' or ']'"), ("[1,\r2,\r\n\t?]", 3, 2, "a value"),
        ("{\"a\" 1}", 1, 6, "':'"), ("[\"é\", x]", 1, 7, "'x'"),
    ])
    func errorsSayWhere(_ text: String, _ line: Int, _ column: Int, _ part: String) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test
    func dottedPathsAreJsonNets() {
        let path = DottedPath([.name("rows"), .index(1), .name("a b"), .name("c"), .name("it's")])
        #expect(path.description == "rows[1]['a b'].c['it\\'s']")
        #expect(DottedPath([.index(0), .name("x")]).description == "[0].x")
    }

    @Test(arguments: [
        ("/a", "[ 1 ,\t\"]\\\"}\" ]"), ("/a/0", "1"), ("/a/1", "\"]\\\"}\""),
        ("/b", "{\r\n \"x\": { },\"x\":-1.50E+2}"),
        ("/b/x", "-1.50E+2"), ("/t", "true"), ("/n", "null"), ("/e", "\"\\u00e9\\\\\""),
    ])
    func textsOfValuesAreAsWritten(_ pointer: String, _ expected: String) throws {
        let text =
            "\u{FEFF}{\"a\":[ 1 ,\t\"]\\\"}\" ],\"b\": {\r\n \"x\": { },\"x\":-1.50E+2} ,\"t\":true,\"e\":\"\\u00e9\\\\\",\"n\":null}"
        let document = try JSONDocument.parse(text)
        let slice = try #require(document.text(of: JSONPointer(parsing: pointer)))
        #expect(String(decoding: slice, as: UTF8.self) == expected)
        #expect(document.text(of: JSONPointer(["missing"])) == nil)
    }

    @Test(arguments: ["7", "\"a\"", " [1] ", "{}", "false"])
    func textOfTheWholeIsTheValueAlone(_ text: String) throws {
        let slice = try #require(try JSONDocument.parse(text).text(of: JSONPointer()))
        #expect(String(decoding: slice, as: UTF8.self) == text.filter { $0 != " " })
    }
}

import Testing

@testable import XMLTree

@Suite struct XMLParsingTests {
    @Test(arguments: [
        ("<a/>", "<a />"),
        ("<a></a>", "<a></a>"),
        ("<a > </a >", "<a></a>"),
        (
            "<?xml version=\"1.0\"?>\n<r>\n  <a>x</a>\n  <b k='1\"2'/>\n</r>\n",
            "<?xml version=\"1.0\"?><r><a>x</a><b k=\"1&quot;2\" /></r>"
        ),
        (
            "<?xml version='1.0' encoding='utf-16' standalone='yes'?><r/>",
            "<?xml version=\"1.0\" encoding=\"utf-16\" standalone=\"yes\"?><r />"
        ),
        ("<r><![CDATA[<x>]]>&lt;&#65;&amp;&gt;</r>", "<r><![CDATA[<x>]]>&lt;A&amp;&gt;</r>"),
        ("<r a='&#10;&#9;'>t&#13;</r>", "<r a=\"&#xA;&#x9;\">t&#xD;</r>"),
        ("<!-- c --><?pi do it?><r><!--i--></r>", "<!-- c --><?pi do it?><r><!--i--></r>"),
        ("<r xmlns='u:d' xmlns:p='u:p'><p:a p:k='1'/></r>", "<r xmlns=\"u:d\" xmlns:p=\"u:p\"><p:a p:k=\"1\" /></r>"),
        ("<r xml:space='preserve'> <a/> </r>", "<r xml:space=\"preserve\"> <a /> </r>"),
        ("<r>mixed <b>bold</b> <i>it</i></r>", "<r>mixed <b>bold</b><i>it</i></r>"),
        ("<!DOCTYPE html PUBLIC \"p\" \"s\"><html/>", "<!DOCTYPE html PUBLIC \"p\" \"s\"><html />"),
        ("<grüße>日本 😀</grüße>", "<grüße>日本 😀</grüße>"),
        ("\u{FEFF}<a/>", "<a />"),
    ])
    func writesAsDotNetDoes(text: String, expected: String) throws {
        let written = try XMLDoc.parse(text).outerXML
        #expect(written == expected)
    }

    @Test(arguments: [
        ("not even xml", "Data at the root level is invalid. Line 1, position 1."),
        ("", "Root element is missing."),
        ("<a/><b/>", "Data at the root level is invalid. Line 1, position 5."),
        ("<a>&nbsp;</a>", "Reference to undeclared entity 'nbsp'."),
        ("<p:a/>", "'p' is an undeclared prefix."),
        ("<a k='1' k='2'/>", "'k' is a duplicate attribute name."),
        ("<a><b></a>", "start tag does not match the end tag of"),
        ("<a>", "Unexpected end of file has occurred."),
        (" <?xml version='1.0'?><a/>", "Unexpected XML declaration."),
        ("<a>\u{1}</a>", "Line 1"),
        ("<a k=1/>", "Line 1"),
    ])
    func refusesWithDotNetWords(text: String, expected: String) {
        let error = #expect(throws: XMLError.self) { try XMLDoc.parse(text) }
        #expect(error?.code == .notWellFormed)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test func readsBytesInTheirEncoding() throws {
        let latin = Array("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>".utf8) + [0xE9] + Array("</a>".utf8)
        let document = try XMLDoc.parse(latin)
        #expect(document.root.stringValue == "é")
        #expect(document.outerXML == "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>é</a>")
        #expect(document.utf8Bytes == Array("<?xml version=\"1.0\" encoding=\"utf-8\"?><a>é</a>".utf8))
        let wide: [UInt8] = [0xFF, 0xFE] + "<a>x</a>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try XMLDoc.parse(wide).outerXML == "<a>x</a>")
        #expect(throws: XMLError.self) { try XMLDoc.parse(Array("<a>".utf8) + [0xFF, 0xC0] + Array("</a>".utf8)) }
    }

    @Test func nodesAnswerQuestions() throws {
        let root = try XMLDoc.parse("<p:r xmlns:p='u:p' k='1' p:j='2'>t<p:a>x</p:a><b/></p:r>").root
        #expect(root.name == "p:r")
        #expect(root.localName == "r")
        #expect(root.namespaceURI == "u:p")
        #expect(root.attributes.map(\.name) == ["k", "p:j"])
        #expect(root.attribute("p:j") == "2")
        #expect(root.children.map(\.kind) == [.text, .element, .element])
        #expect(root.elements.map(\.outerXML) == ["<p:a xmlns:p=\"u:p\">x</p:a>", "<b />"])
        #expect(root.stringValue == "tx")
        #expect(root.elements[1].namespaceURI == nil)
    }

    @Test func readersOnManyThreadsAgree() async throws {
        let document = try XMLDoc.parse("<r>" + String(repeating: "<a k='1'>x</a>", count: 200) + "</r>")
        try await withThrowingTaskGroup(of: Double.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    guard case .number(let count) = try document.evaluate(xpath: "count(//a[@k=1])") else { return -1 }
                    return document.outerXML.isEmpty ? -1 : count
                }
            }
            for try await count in group { #expect(count == 200) }
        }
    }
}

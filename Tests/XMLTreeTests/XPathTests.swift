import Testing

@testable import XMLTree

@Suite struct XPathTests {
    private static let orders = """
        <orders><order id="1" status="pending"><total>100</total></order><order id="2" status="paid"><total>200</total>\
        </order><order id="3" status="paid"><total>50</total></order></orders>
        """

    private func evaluate(_ path: String, in text: String = XPathTests.orders) throws -> String {
        switch try XMLDoc.parse(text).evaluate(xpath: path) {
        case .number(let number): return "number \(number)"
        case .boolean(let flag): return "boolean \(flag)"
        case .string(let text): return "string \(text)"
        case .nodes(let nodes): return nodes.map { $0.kind == .element ? $0.outerXML : $0.value }.joined(separator: "|")
        }
    }

    @Test(arguments: [
        ("count(/orders/order)", "number 3.0"),
        ("sum(/orders/order/total)", "number 350.0"),
        ("string(/orders/order[1]/total)", "string 100"),
        ("boolean(/orders/order[@status=\"paid\"])", "boolean true"),
        ("/orders/order[@status=\"paid\"]/total/text()", "200|50"),
        ("/orders/order/@id", "1|2|3"),
        ("/orders/order[2]/total", "<total>200</total>"),
        ("/orders/none", ""),
        ("1 div 0", "number inf"),
    ])
    func resultsAreTyped(path: String, expected: String) throws {
        #expect(try evaluate(path) == expected)
    }

    @Test func namespacesNeedAPrefixOrTheLocalName() throws {
        let text = "<n:r xmlns:n=\"urn:x\"><n:a>foo</n:a><n:a>bar</n:a></n:r>"
        #expect(try evaluate("//*[local-name()=\"a\"]/text()", in: text) == "foo|bar")
        #expect(try evaluate("//a", in: text) == "")
        let document = try XMLDoc.parse(text)
        guard case .nodes(let nodes) = try document.evaluate(xpath: "//q:a", namespaces: ["q": "urn:x"]) else {
            Issue.record("not a node set")
            return
        }
        #expect(nodes.map(\.outerXML) == ["<n:a xmlns:n=\"urn:x\">foo</n:a>", "<n:a xmlns:n=\"urn:x\">bar</n:a>"])
    }

    @Test func otherNodesAreNamed() throws {
        let document = try XMLDoc.parse("<r xmlns:p='u'><!--c--><?pi v?><![CDATA[d]]></r>")
        guard case .nodes(let nodes) = try document.evaluate(xpath: "/ | /r/node() | /r/namespace::p") else { return }
        #expect(
            nodes.map(\.kind).sorted { "\($0)" < "\($1)" } == [
                .comment, .document, .namespace, .processingInstruction, .text,
            ]
        )
    }

    @Test(arguments: [
        ("//a[", "'//a[' has an invalid token."),
        ("", "'' has an invalid token."),
        (
            "//p:a",
            "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function."
        ),
        ("nothing()", "Namespace Manager or XsltContext needed."),
        ("$x", "Namespace Manager or XsltContext needed."),
        ("document('x')", "Namespace Manager or XsltContext needed."),
    ])
    func badPathsAreNamed(path: String, expected: String) {
        let error = #expect(throws: XMLError.self) { try evaluate(path) }
        #expect(error?.code == .invalidPath)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test func stepsAndNestingAreBounded() throws {
        let document = try XMLDoc.parse("<r>" + String(repeating: "<a/>", count: 1_000) + "</r>")
        let slow = #expect(throws: XMLError.self) {
            try document.evaluate(
                xpath: "count(//a[count(//a[count(//a) > 0]) > 0])",
                limits: XMLLimits(pathSteps: 100_000)
            )
        }
        #expect(slow?.code == .tooLarge, "\(slow?.message ?? "")")
        let nested = String(repeating: "(", count: 4_000) + "1" + String(repeating: ")", count: 4_000)
        #expect(throws: XMLError.self) { try document.evaluate(xpath: nested) }
        let long = #expect(throws: XMLError.self) {
            try document.evaluate(xpath: String(repeating: "1+", count: 5_000) + "1")
        }
        #expect(long?.code == .tooLarge)
    }
}

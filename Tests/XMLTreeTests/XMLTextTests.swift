import Testing

@testable import XMLTree

@Suite struct XMLTextTests {
    @Test(arguments: [
        ("Order Detail", "Order_x0020_Detail"), ("1a", "_x0031_a"), ("a1", "a1"), ("a:b", "a:b"),
        ("_x0020_", "_x005F_x0020_"),
        ("_", "_"), ("a_b", "a_b"), ("", ""), ("😀", "😀"), ("a&b", "a_x0026_b"), ("-a", "_x002D_a"),
        ("a\u{FFFF}", "a_xFFFF_"),
    ])
    func namesGoBothWays(text: String, encoded: String) {
        #expect(XMLNames.encode(text) == encoded)
        #expect(XMLNames.decode(encoded) == text)
    }

    @Test(arguments: [
        ("_x002_", "_x002_"), ("_xD800_", "_xD800_"), ("a_x0041_b", "aAb"), ("_x0001F600_", "😀"), ("_x00", "_x00"),
    ])
    func decodesOnlySequences(text: String, expected: String) {
        #expect(XMLNames.decode(text) == expected)
    }

    @Test func valuesAreEscaped() {
        #expect(XMLEscaping.escape("<a k=\"1\">&'</a>") == "&lt;a k=&quot;1&quot;&gt;&amp;&apos;&lt;/a&gt;")
        #expect(XMLEscaping.escape("<\u{301}") == "&lt;\u{301}")
        #expect(
            XMLEscaping.unescape("&lt;a&gt;&amp;amp;&#65;&#x1F600;&nbsp;& &;&#xD800;&")
                == "<a>&amp;A😀&nbsp;& &;&#xD800;&"
        )
        #expect(XMLEscaping.unescape("&\u{301}lt; &lt;\u{301}") == "&\u{301}lt; <\u{301}")
    }

    @Test(arguments: [
        (1.0, "1"), (0.1, "0.1"), (-0.5, "-0.5"), (100.0, "100"), (123456.789, "123456.789"), (1e14, "100000000000000"),
        (1e15, "1E+15"),
        (1.5e21, "1.5E+21"), (0.00001, "1E-05"), (0.0001, "0.0001"), (1e-300, "1E-300"), (-0.0, "-0"),
        (.infinity, "INF"),
        (-.infinity, "-INF"), (.nan, "NaN"), (0.012, "0.012"), (12345678901234567.0, "1.2345678901234568E+16"),
    ])
    func numbersAreWrittenAsXmlConvertDoes(number: Double, expected: String) {
        #expect(DotNetNumber.text(number) == expected)
    }

    @Test(arguments: [
        ("<?xml version='1.0'?><a> <b/>\n</a>", "<a><b></b></a>", true),
        ("<a k='1' j='2'/>", "<a j=\"2\" k=\"1\"></a>", true),
        ("<a><![CDATA[x&]]></a>", "<a>x&amp;</a>", true),
        ("<p:a xmlns:p='u'/>", "<a xmlns='u'/>", true),
        ("<a><!-- c -->x</a>", "<a>x</a>", true),
        ("<a>x</a>", "<a>y</a>", false),
        ("<a/>", "<a xmlns='u'/>", false),
        ("<a><b/><c/></a>", "<a><c/><b/></a>", false),
        ("<a k='1'/>", "<a/>", false),
        ("<a>x<b/></a>", "<a><b/>x</a>", false),
    ])
    func comparesWhatIsSaid(first: String, second: String, expected: Bool) throws {
        #expect(try XMLDoc.parse(first).isEquivalent(to: XMLDoc.parse(second)) == expected)
    }
}

import JSONTree
import Testing

@testable import XMLTree

@Suite struct XMLJSONTests {
    @Test(arguments: [
        ("<a/>", "{\"a\":null}"),
        ("<a></a>", "{\"a\":\"\"}"),
        ("<a>x</a>", "{\"a\":\"x\"}"),
        ("<a><![CDATA[x]]></a>", "{\"a\":{\"#cdata-section\":\"x\"}}"),
        ("<a k='1'/>", "{\"a\":{\"@k\":\"1\"}}"),
        ("<a k='1'>x</a>", "{\"a\":{\"@k\":\"1\",\"#text\":\"x\"}}"),
        ("<a>x<b/>y</a>", "{\"a\":{\"#text\":[\"x\",\"y\"],\"b\":null}}"),
        ("<r><a>1</a><b/><a>2</a></r>", "{\"r\":{\"a\":[\"1\",\"2\"],\"b\":null}}"),
        (
            "<?xml version='1.0' encoding='utf-8' standalone='no'?><r/>",
            "{\"?xml\":{\"@version\":\"1.0\",\"@encoding\":\"utf-8\",\"@standalone\":\"no\"},\"r\":null}"
        ),
        ("<?go now?><r/>", "{\"?go\":\"now\",\"r\":null}"),
        ("<!DOCTYPE r SYSTEM 's'><r/>", "{\"!DOCTYPE\":{\"@name\":\"r\",\"@system\":\"s\"},\"r\":null}"),
        ("<r><!--c--><a/></r>", "{\"r\":{\"a\":null}}"),
        ("<p:r xmlns:p='u'><p:a/></p:r>", "{\"p:r\":{\"@xmlns:p\":\"u\",\"p:a\":null}}"),
        ("<r xmlns='u'><a/></r>", "{\"r\":{\"@xmlns\":\"u\",\"a\":null}}"),
        ("<a_x0020_b/>", "{\"a b\":null}"),
        (
            "<r xmlns:json='http://james.newtonking.com/projects/json'><a json:Array='true'>1</a></r>",
            "{\"r\":{\"a\":[\"1\"]}}"
        ),
        ("<r xml:lang='en'/>", "{\"r\":{\"@xml:lang\":\"en\"}}"),
    ])
    func becomesJSON(xml: String, expected: String) throws {
        let written = try XMLDoc.parse(xml).json.text
        #expect(written == expected)
    }

    @Test(arguments: [
        ("{\"a\":1}", "<a>1</a>"),
        ("{\"a\":null}", "<a />"),
        ("{\"a\":{}}", "<a />"),
        ("{\"a\":{\"b\":[]}}", "<a />"),
        ("{\"a\":{\"@k\":1,\"b\":[]}}", "<a k=\"1\" />"),
        ("{\"a\":\"\"}", "<a></a>"),
        ("{\"a\":\" \"}", "<a> </a>"),
        ("{\"a\":true}", "<a>true</a>"),
        ("{\"a\":1.50}", "<a>1.5</a>"),
        ("{\"a\":123456789012345678901}", "<a>123456789012345678901</a>"),
        ("{\"a\":\"<&>\\r\"}", "<a>&lt;&amp;&gt;&#xD;</a>"),
        (
            "{\"root\":{\"array\":[{\"ID\":1},{\"ID\":2}]}}",
            "<root><array><ID>1</ID></array><array><ID>2</ID></array></root>"
        ),
        (
            "{\"r\":{\"@id\":\"1\",\"n\":[\"x\",\"y\"],\"t\":{\"#text\":\"z\",\"@k\":\"v\"}}}",
            "<r id=\"1\"><n>x</n><n>y</n><t k=\"v\">z</t></r>"
        ),
        (
            "{\"?xml\":{\"@version\":\"1.0\",\"@standalone\":\"yes\"},\"a\":1}",
            "<?xml version=\"1.0\" standalone=\"yes\"?><a>1</a>"
        ),
        ("{\"a\":{\"#cdata-section\":\"<x>]]>\"}}", "<a><![CDATA[<x>]]]]><![CDATA[>]]></a>"),
        ("{\"a\":{\"b c\":1}}", "<a><b_x0020_c>1</b_x0020_c></a>"),
        ("{\"p:a\":{\"@xmlns:p\":\"u\"}}", "<p:a xmlns:p=\"u\" />"),
        ("{\"a\":[5]}", "<a>5</a>"),
        ("{\"r\":{\"a\":[]}}", "<r />"),
        ("{\"r\":{\"a\":[[1,2]]}}", "<r><a><a>1</a><a>2</a></a></r>"),
        ("{\"a\":{\"@k\":\"\\\"<\\n\"}}", "<a k=\"&quot;&lt;&#xA;\" />"),
    ])
    func becomesXML(json: String, expected: String) throws {
        let written = try XMLDoc.make(from: JSON.parse(json)).outerXML
        #expect(written == expected)
    }

    @Test(arguments: [
        ("{\"a\":1,\"b\":2}", "JSON root object has multiple properties."),
        ("[1]", "XmlNodeConverter can only convert JSON that begins with an object."),
        ("1", "XmlNodeConverter can only convert JSON that begins with an object."),
        ("{}", "Root element is missing"),
        ("{\"a\":[1,2]}", "JSON root object has multiple properties."),
        ("{\"@a\":1}", "A root object cannot have any attribute properties."),
        ("{\"\":1}", "empty property name"),
        ("{\"p:a\":1}", "'p' is an undeclared prefix."),
        ("{\"a\":\"\\u0001\"}", "Line 1"),
        ("{\"!DOCTYPE\":{\"@name\":\"a\",\"@internalSubset\":\"<!ENTITY e 'x'>\"},\"a\":1}", "DTD is prohibited"),
    ])
    func whatHasNoXMLFormIsRefused(json: String, expected: String) throws {
        let value = try JSON.parse(json)
        let error = #expect(throws: XMLError.self) { try XMLDoc.make(from: value) }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test func markupCannotBeSmuggledIn() throws {
        let accent = "\u{301}"
        for json: JSON in [
            ["a": ["#cdata-section": .string("]]>\(accent)<evil/>")]], ["a": ["@k": .string("\"\(accent)/><evil/>")]],
            ["a": .string("<\(accent)evil/>")], ["a": ["?pi": .string("?>\(accent)<evil/>")]],
            ["!DOCTYPE": ["@name": "a", "@system": .string("\"\(accent)><evil/>")], "a": 1],
        ] {
            guard let document = try? XMLDoc.make(from: json) else { continue }
            guard case .nodes(let nodes) = try document.evaluate(xpath: "//evil") else { continue }
            #expect(nodes.isEmpty, "\(document.outerXML)")
        }
    }
}

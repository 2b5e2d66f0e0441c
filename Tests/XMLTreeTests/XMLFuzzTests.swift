import JSONTree
import Testing

@testable import XMLTree

/// Hostile and odd input, made from a seed: nothing may crash, and what is accepted must survive its own output.
@Suite struct XMLFuzzTests {
    /// A small random generator with a fixed seed, so that a failure comes again.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) | (state << 31)
        }
    }

    private static let samples = [
        """
        <?xml version="1.0" encoding="utf-8"?><r a='1' b="2"><!-- c --><p:x xmlns:p='u:p' p:k='v'>t&amp;&#65;</p:x>\
        <![CDATA[<]]></r>
        """,
        "<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>",
        "<r xmlns='u'><a>1</a><a/><b xml:space='preserve'> </b><?pi do?></r>",
    ]

    private static let pieces: [[UInt8]] =
        [
            "<", ">", "/", "\"", "'", "&", ";", "]]>", "<![CDATA[", "<!--", "-->", "<?", "?>", "<!DOCTYPE r [",
            "xmlns:p='u'", "p:", "&#0;",
            "&#x110000;", "=", " ", "\u{0}", "é", "<a>", "</a>", "<a/>",
        ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFE, 0xFF], [0x00, 0x3C]]

    @Test(arguments: 0..<20)
    func changedDocumentsNeverCrash(seed: Int) throws {
        var dice = Dice(state: UInt64(seed) &* 7_919 &+ 1)
        for _ in 0..<100 {
            var bytes = Array(XMLFuzzTests.samples[Int.random(in: 0..<XMLFuzzTests.samples.count, using: &dice)].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                let place = Int.random(in: 0...bytes.count, using: &dice)
                let end = min(bytes.count, place + Int.random(in: 0...6, using: &dice))
                let piece = XMLFuzzTests.pieces[Int.random(in: 0..<XMLFuzzTests.pieces.count, using: &dice)]
                bytes.replaceSubrange(place..<end, with: piece)
            }
            guard let document = try? XMLDoc.parse(bytes, preservingWhitespace: true) else { continue }
            let again = try XMLDoc.parse(document.outerXML, preservingWhitespace: true)
            #expect(again.outerXML == document.outerXML)
            #expect(again.isEquivalent(to: document))
            _ = document.json
            _ = try? document.evaluate(xpath: "//node()[@*]")
        }
    }

    @Test(arguments: 0..<10)
    func valuesSurviveTheWayThroughXML(seed: Int) throws {
        var dice = Dice(state: UInt64(seed) &+ 99)
        for _ in 0..<100 {
            let value: JSON = ["root": .object(XMLFuzzTests.object(depth: 0, &dice))]
            let document = try XMLDoc.make(from: value)
            #expect(document.json == XMLFuzzTests.asXMLHasIt(value), "\(value.text) became \(document.outerXML)")
        }
    }

    /// An object of texts, nulls, lists and objects, with names that XML does not allow among them.
    private static func object(depth: Int, _ dice: inout Dice) -> JSONObject {
        let names = ["a", "b c", "1", "x_x0020_y", "é", "_", "a.b", "ns", "&", "😀"]
        let texts = ["", "x", " y ", "<&>\"'", "]]>", "\n\t", "é😀", "a\rb"]
        var object = JSONObject()
        for name in names.shuffled(using: &dice).prefix(Int.random(in: 1...3, using: &dice)) {
            let text = JSON.string(texts[Int.random(in: 0..<texts.count, using: &dice)])
            switch Int.random(in: 0..<(depth < 4 ? 5 : 2), using: &dice) {
            case 0: object[name] = text
            case 1: object[name] = .null
            case 2: object[name] = .array([text, .null, "z"])
            case 3: object["@" + name] = text
            default: object[name] = .object(self.object(depth: depth + 1, &dice))
            }
        }
        return object
    }

    /// What comes back: an object without children is null.
    private static func asXMLHasIt(_ value: JSON) -> JSON {
        switch value {
        case .object(let members):
            guard !members.isEmpty else { return .null }
            var result = JSONObject()
            for (name, value) in members { result[name] = asXMLHasIt(value) }
            return .object(result)
        case .array(let items): return .array(items.map(asXMLHasIt))
        default: return value
        }
    }

    @Test func limitsEndLongWork() throws {
        let document = try XMLDoc.parse("<r>" + String(repeating: "<a><b/></a>", count: 5_000) + "</r>")
        #expect(throws: XMLError.self) {
            try document.evaluate(xpath: "count(//a[count(//b[count(//a) > 0]) > 0])")
        }
        let sheet = """
            <xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='/'>
            <xsl:for-each select='//a'><xsl:for-each select='//a'><xsl:for-each select='//a'><x/></xsl:for-each></xsl:for-each>
            </xsl:for-each></xsl:template></xsl:stylesheet>
            """
        let transform = try XMLTransform.compile(sheet)
        #expect(throws: XMLError.self) { try transform.apply(to: document, limits: XMLLimits(transformSteps: 500_000)) }
    }
}

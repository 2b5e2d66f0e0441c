import Foundation
import Testing

@testable import XMLTree

@Suite struct XMLSafetyTests {
    /// A file whose text must never come in.
    private func withSecretFile(_ body: (URL) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("canary-\(UUID().uuidString).xml")
        try Data("<c>canary-text</c>".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file)
    }

    @Test func anExternalEntityNeverReadsAFile() throws {
        try withSecretFile { file in
            for text in [
                "<!DOCTYPE r [<!ENTITY e SYSTEM \"\(file)\">]><r>&e;</r>",
                "<!DOCTYPE r [<!ENTITY % e SYSTEM \"\(file)\"> %e;]><r/>",
                "<!DOCTYPE r [<!ENTITY e SYSTEM \"\(file.path)\">]><r k='&e;'/>",
            ] {
                let error = #expect(throws: XMLError.self) { try XMLDoc.parse(text) }
                #expect(error?.code == .prohibited)
                #expect(
                    error?.message.hasPrefix("For security reasons DTD is prohibited in this XML document.") == true
                )
                #expect(error?.message.contains("canary-text") == false)
            }
            let external = "<!DOCTYPE r SYSTEM \"\(file)\"><r/>"
            let ignored = try XMLDoc.parse(external)
            #expect(!ignored.outerXML.contains("canary-text"))
            let reference = "<!DOCTYPE r SYSTEM \"\(file)\"><r>&e;</r>"
            #expect(throws: XMLError.self) { try XMLDoc.parse(reference) }
            let included = "<r xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='\(file)'/></r>"
            let untouched = try XMLDoc.parse(included)
            #expect(untouched.root.stringValue.isEmpty)
        }
    }

    @Test func stylesheetsReadAndWriteNoFiles() throws {
        try withSecretFile { file in
            let document = try XMLDoc.parse("<a/>")
            let head = "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'"
            let reads =
                "\(head)><xsl:template match='/'><r><xsl:copy-of select=\"document('\(file)')\"/></r></xsl:template></xsl:stylesheet>"
            let read = Result { try XMLTransform.compile(reads).apply(to: document) }
            if case .success(let result) = read { #expect(!result.text.contains("canary-text")) }
            for element in ["include", "import"] {
                let text = "\(head)><xsl:\(element) href='\(file)'/></xsl:stylesheet>"
                #expect(throws: XMLError.self) { try XMLTransform.compile(text) }
            }
            let target = file.path + ".out"
            let writes = """
                \(head) xmlns:e='http://exslt.org/common' extension-element-prefixes='e'><xsl:template match='/'>\
                <e:document href='\(target)'><x/></e:document></xsl:template></xsl:stylesheet>
                """
            let written = Result { try XMLTransform.compile(writes).apply(to: document) }
            #expect(throws: XMLError.self) { try written.get() }
            #expect(!FileManager.default.fileExists(atPath: target))
        }
    }

    @Test func schemasReadNoFiles() throws {
        try withSecretFile { file in
            for element in [
                "<xs:include schemaLocation='\(file)'/>", "<xs:import namespace='u' schemaLocation='\(file)'/>",
            ] {
                let text =
                    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\(element)<xs:element name='a'/></xs:schema>"
                let error = #expect(throws: XMLError.self) { try XMLSchema.compile(text) }
                #expect(error?.code == .invalidSchema)
                #expect(
                    error?.message.contains("Schemas cannot read other documents") == true,
                    "\(error?.message ?? "")"
                )
            }
        }
    }

    @Test func entityBombsAreRefused() {
        var text = "<!DOCTYPE r [<!ENTITY a0 \"lol\">"
        for level in 1...9 { text += "<!ENTITY a\(level) \"\(String(repeating: "&a\(level - 1);", count: 10))\">" }
        text += "]><r>&a9;</r>"
        #expect(throws: XMLError.self) { try XMLDoc.parse(text) }
        let defaults = "<!DOCTYPE r [<!ATTLIST a k CDATA \"\(String(repeating: "x", count: 1_000))\">]><r><a/></r>"
        let error = #expect(throws: XMLError.self) { try XMLDoc.parse(defaults) }
        #expect(error?.code == .prohibited)
    }

    @Test func depthBytesAndNodesAreBounded() {
        let deep = String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300)
        let tooDeep = #expect(throws: XMLError.self) { try XMLDoc.parse(deep) }
        #expect(tooDeep?.code == .tooLarge, "\(tooDeep?.message ?? "")")
        let long = "<r>" + String(repeating: "<a/>", count: 100) + "</r>"
        let tooMany = #expect(throws: XMLError.self) { try XMLDoc.parse(long, limits: XMLLimits(nodes: 50)) }
        #expect(tooMany?.code == .tooLarge)
        let tooLong = #expect(throws: XMLError.self) { try XMLDoc.parse(long, limits: XMLLimits(bytes: 50)) }
        #expect(tooLong?.code == .tooLarge)
    }
}

import Testing

@testable import XMLTree

@Suite struct XMLSchemaTests {
    private static let order = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="u:o" elementFormDefault="qualified" xmlns="u:o">
          <xs:element name="order">
            <xs:complexType>
              <xs:sequence><xs:element name="total" type="xs:decimal" maxOccurs="3"/></xs:sequence>
              <xs:attribute name="id" type="xs:integer" use="required"/>
            </xs:complexType>
          </xs:element>
        </xs:schema>
        """

    @Test func validDocumentsHaveNoErrors() throws {
        let schema = try XMLSchema.compile(XMLSchemaTests.order)
        let document = try XMLDoc.parse("<order xmlns='u:o' id='7'>\n<total>1.5</total></order>")
        #expect(schema.validate(document) == [])
        #expect(schema.validate(document) == [])
    }

    @Test func errorsNameTheElementAndLine() throws {
        let schema = try XMLSchema.compile(XMLSchemaTests.order)
        let errors = schema.validate(try XMLDoc.parse("<order xmlns='u:o'>\n<total>x</total>\n<more/></order>"))
        #expect(errors.count == 3)
        #expect(errors.map(\.line) == [1, 2, 3])
        #expect(errors[1].message.contains("total"))
        let wrongRoot = schema.validate(try XMLDoc.parse("<other/>"))
        #expect(wrongRoot.count == 1)
        let many = try XMLDoc.parse(
            "<order xmlns='u:o' id='1'>" + String(repeating: "<total>x</total>", count: 3) + "</order>"
        )
        #expect(schema.validate(many, limits: XMLLimits(validationErrors: 2)).count == 2)
    }

    @Test(arguments: [
        "<a/>",
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element type='nothing' name='a'/></xs:schema>",
    ])
    func badSchemasAreRefused(text: String) {
        let error = #expect(throws: XMLError.self) { try XMLSchema.compile(text) }
        #expect(error?.code == .invalidSchema)
    }
}

@Suite struct XMLTransformTests {
    private func sheet(_ body: String, _ extra: String = "") -> String {
        "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'\(extra)>\(body)</xsl:stylesheet>"
    }

    @Test func transformsWithParametersAndMethods() throws {
        let document = try XMLDoc.parse("<r> <a>1</a> <a>2</a> </r>")
        let text = try XMLTransform.compile(
            sheet(
                "<xsl:output method='text'/><xsl:param name='p'/><xsl:template match='/'><xsl:value-of select='$p'/>:<xsl:value-of select='sum(//a)'/></xsl:template>"
            )
        ).apply(to: document, parameters: [("p", "it's \"quoted\"")])
        #expect(text.text == "it's \"quoted\":3")
        #expect(text.method == "text")
        let xml = try XMLTransform.compile(
            sheet(
                "<xsl:output omit-xml-declaration='yes' media-type='text/x'/><xsl:template match='/'><o><xsl:for-each select='r/a'><i><xsl:value-of select='.'/></i></xsl:for-each></o></xsl:template>"
            )
        ).apply(to: document)
        #expect(xml.text.trimmingSuffix(while: \.isNewline) == "<o><i>1</i><i>2</i></o>")
        #expect(xml.method == "xml")
        #expect(xml.mediaType == "text/x")
        let wide = try XMLTransform.compile(
            sheet("<xsl:output encoding='utf-16'/><xsl:template match='/'><o/></xsl:template>")
        ).apply(to: document)
        #expect(wide.encoding?.lowercased() == "utf-16")
        #expect(try XMLDoc.parse(wide.bytes).root.name == "o")
        #expect(document.outerXML == "<r><a>1</a><a>2</a></r>")
    }

    @Test func nodeSetsOfDotNetWork() throws {
        let text = sheet(
            "<xsl:template match='/'><xsl:variable name='v'><i/><i/></xsl:variable><o n='{count(m:node-set($v)/i)}'/></xsl:template>",
            " xmlns:m='urn:schemas-microsoft-com:xslt' exclude-result-prefixes='m'"
        )
        #expect(try XMLTransform.compile(text).apply(to: XMLDoc.parse("<a/>")).text.contains("<o n=\"2\"/>"))
    }

    @Test func messagesAreKeptAndMayStop() throws {
        let document = try XMLDoc.parse("<a/>")
        let says = try XMLTransform.compile(
            sheet("<xsl:template match='/'><xsl:message>hello</xsl:message><o/></xsl:template>")
        )
        #expect(try says.apply(to: document).messages.joined().contains("hello"))
        let stops = try XMLTransform.compile(
            sheet("<xsl:template match='/'><xsl:message terminate='yes'>no such order</xsl:message></xsl:template>")
        )
        let error = #expect(throws: XMLError.self) { try stops.apply(to: document) }
        #expect(error?.code == .transformFailed)
        #expect(error?.message.contains("no such order") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        "<a/>",
        "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='//['/></xsl:stylesheet>",
    ])
    func badStylesheetsAreRefused(text: String) {
        let error = #expect(throws: XMLError.self) { try XMLTransform.compile(text) }
        #expect(error?.code == .invalidStylesheet)
    }

    @Test func depthAndStepsAreBounded() throws {
        let document = try XMLDoc.parse("<a/>")
        let deep = try XMLTransform.compile(
            sheet(
                "<xsl:template match='/'><xsl:call-template name='t'/></xsl:template><xsl:template name='t'><xsl:call-template name='t'/></xsl:template>"
            )
        )
        let tooDeep = #expect(throws: XMLError.self) { try deep.apply(to: document) }
        #expect(tooDeep?.code == .tooLarge, "\(tooDeep?.message ?? "")")
        let long = try XMLTransform.compile(
            sheet(
                """
                <xsl:template match='/'><xsl:call-template name='t'><xsl:with-param name='n' select='0'/></xsl:call-template></xsl:template>
                <xsl:template name='t'><xsl:param name='n'/><xsl:if test='$n &lt; 40'><xsl:call-template name='t'><xsl:with-param name='n' select='$n + 1'/></xsl:call-template>
                <xsl:call-template name='t'><xsl:with-param name='n' select='$n + 1'/></xsl:call-template></xsl:if></xsl:template>
                """
            )
        )
        let tooLong = #expect(throws: XMLError.self) {
            try long.apply(to: document, limits: XMLLimits(transformSteps: 200_000))
        }
        #expect(tooLong?.code == .tooLarge, "\(tooLong?.message ?? "")")
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var result = self
        while let last = result.last, predicate(last) { result.removeLast() }
        return result
    }
}

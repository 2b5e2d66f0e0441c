import CLibXML2

/// Parsing by libxml2 with everything off that reaches outside the given bytes.
enum XMLParsing {
    /// What the callbacks of one parse share.
    final class Watch {
        let collector: XMLLibrary.Collector
        let nodeLimit: Int
        var nodes = 0
        var refusal: XMLError?

        init(collector: XMLLibrary.Collector, nodeLimit: Int) {
            self.collector = collector
            self.nodeLimit = nodeLimit
        }

        func refuse(_ context: xmlParserCtxtPtr, _ code: XMLError.Code, _ sentence: String) {
            if refusal == nil {
                let line = context.pointee.input.map { Int($0.pointee.line) } ?? 1
                let column = context.pointee.input.map { Int($0.pointee.col) } ?? 1
                refusal = .placed(code, sentence, line: line, column: column)
            }
            xmlStopParser(context)
        }
    }

    static let prohibitedDeclarations = """
        For security reasons DTD is prohibited in this XML document. To enable DTD processing set the DtdProcessing \
        property on XmlReaderSettings to Parse and pass the settings into XmlReader.Create method.
        """

    static func parse(
        _ bytes: [UInt8],
        isText: Bool,
        preservingWhitespace: Bool,
        limits: XMLLimits
    ) throws(XMLError) -> XMLDoc {
        let (document, declaration) = try parseDocument(bytes, isText: isText, limits: limits)
        if !preservingWhitespace { XMLWhitespace.strip(document) }
        return XMLDoc(owning: document, declaration: declaration)
    }

    /// Parses to a tree that the caller owns, white space kept.
    static func parseDocument(
        _ bytes: [UInt8],
        isText: Bool,
        limits: XMLLimits
    ) throws(XMLError) -> sending (xmlDocPtr, XMLDeclaration?) {
        guard bytes.count <= limits.bytes else {
            throw XMLError(
                .tooLarge,
                "The XML document has \(bytes.count) bytes; at most \(limits.bytes) are allowed."
            )
        }
        let document = try XMLLibrary.collecting { (collector) throws(XMLError) in
            try parseTree(bytes, isText: isText, limits: limits, collector: collector)
        }
        return (document, declaration(of: document, writtenIn: isText ? bytes : nil))
    }

    private static func parseTree(
        _ bytes: [UInt8],
        isText: Bool,
        limits: XMLLimits,
        collector: XMLLibrary.Collector
    ) throws(XMLError) -> xmlDocPtr {
        guard !bytes.isEmpty else { throw XMLError(.notWellFormed, "Root element is missing.") }
        guard bytes.count <= Int(Int32.max), let context = xmlNewParserCtxt() else {
            throw XMLError(.tooLarge, "There is no memory for an XML parser.")
        }
        defer { xmlFreeParserCtxt(context) }
        let watch = Watch(collector: collector, nodeLimit: limits.nodes)
        context.pointee._private = Unmanaged.passUnretained(watch).toOpaque()
        watchDeclarations(context)
        watchElements(context)
        var options = XML_PARSE_NONET.rawValue | XML_PARSE_COMPACT.rawValue | XML_PARSE_BIG_LINES.rawValue
        if isText { options |= XML_PARSE_IGNORE_ENC.rawValue }
        let parsed = bytes.withUnsafeBytes { buffer in
            xmlCtxtReadMemory(
                context,
                buffer.bindMemory(to: CChar.self).baseAddress,
                Int32(buffer.count),
                nil,
                isText ? "UTF-8" : nil,
                Int32(options)
            )
        }
        let isSound = context.pointee.wellFormed == 1 && context.pointee.nsWellFormed == 1
        let refusal = withExtendedLifetime(watch) { watch.refusal }
        if let parsed, isSound, refusal == nil, xmlDocGetRootElement(parsed) != nil { return parsed }
        if let parsed { xmlFreeDoc(parsed) }
        throw refusal ?? XMLErrorText.error(for: collector.reports)
    }

    /// Refuses every markup declaration and every reference to an entity that XML itself does not define.
    private static func watchDeclarations(_ context: xmlParserCtxtPtr) {
        guard let sax = context.pointee.sax else { return }
        sax.pointee.entityDecl = { user, _, _, _, _, _ in XMLParsing.refuseDeclaration(user) }
        sax.pointee.unparsedEntityDecl = { user, _, _, _, _ in XMLParsing.refuseDeclaration(user) }
        sax.pointee.notationDecl = { user, _, _, _ in XMLParsing.refuseDeclaration(user) }
        sax.pointee.elementDecl = { user, _, _, _ in XMLParsing.refuseDeclaration(user) }
        sax.pointee.attributeDecl = { user, _, _, _, _, _, enumeration in
            xmlFreeEnumeration(enumeration)
            XMLParsing.refuseDeclaration(user)
        }
        sax.pointee.externalSubset = { _, _, _, _ in }
        sax.pointee.getParameterEntity = { user, _ in
            XMLParsing.refuseDeclaration(user)
            return nil
        }
        sax.pointee.getEntity = { user, name in
            if let (context, watch) = XMLParsing.parser(user) {
                let shown = name.map { String(cString: $0) } ?? ""
                watch.refuse(context, .notWellFormed, "Reference to undeclared entity '\(shown)'.")
            }
            return nil
        }
    }

    /// Counts elements and attributes, and marks the elements that have an end tag of their own.
    private static func watchElements(_ context: xmlParserCtxtPtr) {
        guard let sax = context.pointee.sax else { return }
        sax.pointee.startElementNs = { user, name, prefix, uri, scopeCount, scopes, count, defaulted, attributes in
            guard let (context, watch) = XMLParsing.parser(user) else { return }
            watch.nodes += 1 + Int(count) + Int(scopeCount)
            guard watch.nodes <= watch.nodeLimit else {
                let sentence = "The XML document has more than \(watch.nodeLimit) elements and attributes."
                watch.refuse(context, .tooLarge, sentence)
                return
            }
            xmlSAX2StartElementNs(user, name, prefix, uri, scopeCount, scopes, count, defaulted, attributes)
        }
        sax.pointee.endElementNs = { user, name, prefix, uri in
            if let (context, _) = XMLParsing.parser(user), let node = context.pointee.node,
                let input = context.pointee.input, let start = input.pointee.base, let cursor = input.pointee.cur,
                cursor - start >= 2
            {
                // "/>" just before the cursor: an empty-element tag. An end tag cannot have a slash there.
                let isEmptyTag = cursor[-1] == UInt8(ascii: ">") && cursor[-2] == UInt8(ascii: "/")
                if !isEmptyTag { node.pointee._private = XMLTag.hasEndTag }
            }
            xmlSAX2EndElementNs(user, name, prefix, uri)
        }
    }

    private static func parser(_ user: UnsafeMutableRawPointer?) -> (xmlParserCtxtPtr, Watch)? {
        guard let user else { return nil }
        let context = user.assumingMemoryBound(to: xmlParserCtxt.self)
        guard let watch = context.pointee._private else { return nil }
        return (context, Unmanaged<Watch>.fromOpaque(watch).takeUnretainedValue())
    }

    private static func refuseDeclaration(_ user: UnsafeMutableRawPointer?) {
        guard let (context, watch) = parser(user) else { return }
        watch.refuse(context, .prohibited, prohibitedDeclarations)
    }

    /// The declaration: of text as it is written, of bytes as the parser understood it.
    private static func declaration(of document: xmlDocPtr, writtenIn text: [UInt8]?) -> XMLDeclaration? {
        guard document.pointee.standalone != -1 else { return nil }
        var declaration = XMLDeclaration(version: XMLTag.text(document.pointee.version) ?? "1.0")
        if let text {
            declaration.encoding = writtenEncoding(text)
        } else {
            declaration.encoding = XMLTag.text(document.pointee.encoding)
        }
        if document.pointee.standalone >= 0 { declaration.standalone = document.pointee.standalone == 1 ? "yes" : "no" }
        return declaration
    }

    /// The value of `encoding` in the declaration that the bytes begin with; the parser was told to ignore it.
    private static func writtenEncoding(_ bytes: [UInt8]) -> String? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        guard let name = head.firstIndex(ofBytes: "encoding") else { return nil }
        let rest = head[name...].dropFirst("encoding".count).drop { $0.isWhitespace || $0 == "=" }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        return String(rest.dropFirst().prefix { $0 != quote })
    }
}

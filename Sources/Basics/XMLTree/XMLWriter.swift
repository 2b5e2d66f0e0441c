import CLibXML2

/// Writes libxml2's trees as .NET's `OuterXml` does.
struct XMLWriter {
    private(set) var bytes: [UInt8] = []

    /// The namespace declarations in scope, innermost last: prefix ("" for the default) and URI.
    private var scope: [(prefix: String, uri: String)] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func write(document: xmlDocPtr, declaration: XMLDeclaration?) {
        if let declaration { write(declaration) }
        var next = document.pointee.children
        while let node = next {
            next = node.pointee.next
            write(node)
        }
    }

    mutating func write(_ node: xmlNodePtr) {
        switch node.pointee.type {
        case XML_ELEMENT_NODE: writeElement(node)
        case XML_TEXT_NODE: escapeText(node.pointee.content)
        case XML_CDATA_SECTION_NODE:
            put(XMLEscaping.section(XMLTag.text(node.pointee.content) ?? ""))
        case XML_COMMENT_NODE:
            put("<!--")
            put(node.pointee.content)
            put("-->")
        case XML_PI_NODE:
            put("<?")
            put(node.pointee.name)
            if node.pointee.content != nil {
                put(" ")
                put(node.pointee.content)
            }
            put("?>")
        case XML_DTD_NODE: writeDocumentType(UnsafeMutableRawPointer(node).assumingMemoryBound(to: xmlDtd.self))
        default: break
        }
    }

    private mutating func write(_ declaration: XMLDeclaration) {
        put("<?xml version=\"\(declaration.version)\"")
        if let encoding = declaration.encoding { put(" encoding=\"\(encoding)\"") }
        if let standalone = declaration.standalone { put(" standalone=\"\(standalone)\"") }
        put("?>")
    }

    private mutating func writeDocumentType(_ type: xmlDtdPtr) {
        put("<!DOCTYPE ")
        put(type.pointee.name)
        if let publicID = XMLTag.text(type.pointee.ExternalID) {
            put(" PUBLIC \"\(publicID)\" \"\(XMLTag.text(type.pointee.SystemID) ?? "")\"")
        } else if let systemID = XMLTag.text(type.pointee.SystemID) {
            let quote = systemID.contains("\"") ? "'" : "\""
            put(" SYSTEM \(quote)\(systemID)\(quote)")
        }
        put(">")
    }

    private mutating func writeElement(_ node: xmlNodePtr) {
        let outerScope = scope.count
        let name = XMLTag.qualifiedName(node)
        put("<")
        put(name)
        var declared: [(String, String)] = []
        XMLTag.forEachDeclaration(of: node) { declared.append(($0, $1)) }
        for (prefix, uri) in declared { declare(prefix, uri) }
        var attributes: [(name: String, value: String, prefix: String, uri: String)] = []
        XMLTag.forEachAttribute(of: node) { attribute in
            attributes.append(
                (
                    XMLTag.qualifiedName(attribute), XMLTag.value(attribute),
                    XMLTag.text(attribute.pointee.ns?.pointee.prefix) ?? "",
                    XMLTag.text(attribute.pointee.ns?.pointee.href) ?? ""
                )
            )
        }
        for attribute in attributes {
            put(" ")
            put(attribute.name)
            put("=\"")
            put(XMLEscaping.escapeAttribute(attribute.value))
            put("\"")
        }
        // A node written apart from its ancestors declares the namespaces it uses, after its attributes as .NET does.
        let namespace = node.pointee.ns
        needs(XMLTag.text(namespace?.pointee.prefix) ?? "", XMLTag.text(namespace?.pointee.href) ?? "")
        for attribute in attributes where !attribute.prefix.isEmpty { needs(attribute.prefix, attribute.uri) }
        if XMLTag.isEmptyTag(node) {
            put(" />")
        } else {
            put(">")
            var next = node.pointee.children
            while let child = next {
                next = child.pointee.next
                write(child)
            }
            put("</")
            put(name)
            put(">")
        }
        scope.removeLast(scope.count - outerScope)
    }

    private mutating func needs(_ prefix: String, _ uri: String) {
        guard prefix != "xml" else { return }
        let known = scope.last { $0.prefix == prefix }?.uri ?? ""
        if known != uri { declare(prefix, uri) }
    }

    private mutating func declare(_ prefix: String, _ uri: String) {
        scope.append((prefix, uri))
        put(prefix.isEmpty ? " xmlns=\"" : " xmlns:\(prefix)=\"")
        put(XMLEscaping.escapeAttribute(uri))
        put("\"")
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func put(_ text: UnsafePointer<xmlChar>?) {
        guard let text else { return }
        bytes.append(contentsOf: UnsafeBufferPointer(start: text, count: strlen(text)))
    }

    private func strlen(_ text: UnsafePointer<xmlChar>) -> Int {
        var end = text
        while end.pointee != 0 { end += 1 }
        return end - text
    }

    private mutating func escapeText(_ text: UnsafePointer<xmlChar>?) {
        guard var cursor = text else { return }
        while cursor.pointee != 0 {
            switch cursor.pointee {
            case UInt8(ascii: "&"): put("&amp;")
            case UInt8(ascii: "<"): put("&lt;")
            case UInt8(ascii: ">"): put("&gt;")
            case 0x0D: put("&#xD;")
            default: bytes.append(cursor.pointee)
            }
            cursor += 1
        }
    }
}

import CLibXML2

extension XMLDoc {
    /// Whether two documents say the same: same elements, attributes and texts.
    ///
    /// Ignored are the declaration, a document type, comments, white space between elements, the order of attributes,
    /// quotation style, the choice of prefixes, and whether text is written as CDATA.
    ///
    /// - Parameter other: The document to compare with.
    /// - Returns: Whether they say the same.
    public func isEquivalent(to other: XMLDoc) -> Bool {
        canonical == other.canonical
    }

    private var canonical: XMLShape {
        withDocument { document in
            guard let root = xmlDocGetRootElement(document) else { return XMLShape(name: "") }
            return XMLShape(root)
        }
    }
}

/// What of an element counts when documents are compared.
private indirect enum XMLPart: Sendable, Equatable {
    case element(XMLShape)
    case text(String)
    case instruction(String)
}

private struct XMLShape: Sendable, Equatable {
    var name: String
    var attributes: [String: String] = [:]
    var parts: [XMLPart] = []

    init(name: String) { self.name = name }

    init(_ node: xmlNodePtr) {
        name = XMLShape.expandedName(node.pointee.name, node.pointee.ns)
        XMLTag.forEachAttribute(of: node) { attribute in
            let name = XMLShape.expandedName(attribute.pointee.name, attribute.pointee.ns)
            attributes[name] = XMLTag.value(attribute)
        }
        var text = ""
        XMLTag.forEachChild(of: node) { child in
            if XMLTag.isText(child) {
                text += XMLTag.text(child.pointee.content) ?? ""
            } else if XMLTag.isElement(child) {
                addText(&text)
                parts.append(.element(XMLShape(child)))
            } else if child.pointee.type == XML_PI_NODE {
                addText(&text)
                let target = XMLTag.text(child.pointee.name) ?? ""
                parts.append(.instruction(target + " " + (XMLTag.text(child.pointee.content) ?? "")))
            }
        }
        addText(&text)
    }

    /// Adds text that was gathered, unless it is only white space beside elements.
    private mutating func addText(_ text: inout String) {
        if text.contains(where: { !$0.isWhitespace }) { parts.append(.text(text)) }
        text = ""
    }

    private static func expandedName(_ name: UnsafePointer<xmlChar>?, _ namespace: xmlNsPtr?) -> String {
        "{" + (XMLTag.text(namespace?.pointee.href) ?? "") + "}" + (XMLTag.text(name) ?? "")
    }
}

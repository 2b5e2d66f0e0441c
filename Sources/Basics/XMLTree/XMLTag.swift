import CLibXML2

/// Small readings of libxml2's nodes.
enum XMLTag {
    /// The mark, in a node's private word, of an element that was closed by an end tag: `<a></a>` rather than `<a />`.
    ///
    /// It is never dereferenced.
    static var hasEndTag: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: 1) }

    static func text(_ pointer: UnsafePointer<xmlChar>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    static func isElement(_ node: xmlNodePtr) -> Bool { node.pointee.type == XML_ELEMENT_NODE }

    static func isText(_ node: xmlNodePtr) -> Bool {
        node.pointee.type == XML_TEXT_NODE || node.pointee.type == XML_CDATA_SECTION_NODE
    }

    /// `<a />`: no children and no end tag of its own.
    static func isEmptyTag(_ node: xmlNodePtr) -> Bool {
        node.pointee.children == nil && node.pointee._private == nil
    }

    /// The name with its prefix, as written.
    static func qualifiedName(_ name: UnsafePointer<xmlChar>?, _ namespace: xmlNsPtr?) -> String {
        let local = text(name) ?? ""
        guard let prefix = text(namespace?.pointee.prefix), !prefix.isEmpty else { return local }
        return prefix + ":" + local
    }

    static func qualifiedName(_ node: xmlNodePtr) -> String { qualifiedName(node.pointee.name, node.pointee.ns) }

    static func qualifiedName(_ attribute: xmlAttrPtr) -> String {
        qualifiedName(attribute.pointee.name, attribute.pointee.ns)
    }

    /// An attribute's value.
    static func value(_ attribute: xmlAttrPtr) -> String {
        guard let first = attribute.pointee.children else { return "" }
        if first.pointee.next == nil { return text(first.pointee.content) ?? "" }
        return joined(first)
    }

    /// The texts of a list of siblings, joined.
    private static func joined(_ first: xmlNodePtr) -> String {
        var result = ""
        var next: xmlNodePtr? = first
        while let node = next {
            result += text(node.pointee.content) ?? ""
            next = node.pointee.next
        }
        return result
    }

    /// All text inside a node, as XPath's `string()` of it.
    static func stringValue(_ node: xmlNodePtr) -> String {
        guard let content = xmlNodeGetContent(node) else { return "" }
        defer { tocsin_xml_free(content) }
        return String(cString: content)
    }

    /// Calls the body with each child.
    static func forEachChild(of node: xmlNodePtr, _ body: (xmlNodePtr) -> Void) {
        var next = node.pointee.children
        while let child = next {
            next = child.pointee.next
            body(child)
        }
    }

    /// Calls the body with each attribute; namespace declarations are not among them.
    static func forEachAttribute(of node: xmlNodePtr, _ body: (xmlAttrPtr) -> Void) {
        var next = node.pointee.properties
        while let attribute = next {
            next = attribute.pointee.next
            body(attribute)
        }
    }

    /// Calls the body with each namespace declaration of an element: prefix ("" for the default) and URI.
    static func forEachDeclaration(of node: xmlNodePtr, _ body: (String, String) -> Void) {
        var next = node.pointee.nsDef
        while let namespace = next {
            next = namespace.pointee.next
            body(text(namespace.pointee.prefix) ?? "", text(namespace.pointee.href) ?? "")
        }
    }
}

/// White space between elements.
enum XMLWhitespace {
    /// Drops text that is only white space, except under `xml:space="preserve"`.
    static func strip(_ document: xmlDocPtr) {
        guard let root = xmlDocGetRootElement(document) else { return }
        var node = root
        while true {
            if XMLTag.isElement(node), !preserves(node), let child = firstKept(node.pointee.children) {
                node = child
                continue
            }
            // No children to visit: on to the next sibling, of the node or of its nearest ancestor that has one.
            while true {
                if node == root { return }
                if let sibling = firstKept(node.pointee.next) {
                    node = sibling
                    break
                }
                guard let parent = node.pointee.parent else { return }
                node = parent
            }
        }
    }

    /// The first of these siblings that is more than white space; those before it are removed.
    private static func firstKept(_ first: xmlNodePtr?) -> xmlNodePtr? {
        var next = first
        while let node = next {
            guard node.pointee.type == XML_TEXT_NODE, isBlank(node.pointee.content) else { return node }
            next = node.pointee.next
            xmlUnlinkNode(node)
            xmlFreeNode(node)
        }
        return nil
    }

    private static func isBlank(_ content: UnsafePointer<xmlChar>?) -> Bool {
        guard var cursor = content else { return true }
        while cursor.pointee != 0 {
            switch cursor.pointee {
            case 0x20, 0x09, 0x0A, 0x0D: cursor += 1
            default: return false
            }
        }
        return true
    }

    private static func preserves(_ node: xmlNodePtr) -> Bool {
        guard node.pointee.properties != nil else { return false }
        var result = false
        XMLTag.forEachAttribute(of: node) { attribute in
            if XMLTag.qualifiedName(attribute) == "xml:space" { result = XMLTag.value(attribute) == "preserve" }
        }
        return result
    }
}

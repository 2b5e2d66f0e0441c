import CLibXML2

/// One node of a document, such as an element, an attribute or a text.
///
/// A node keeps its document alive.
public struct XMLNode: Sendable {
    /// The kinds of nodes.
    public enum Kind: Sendable, Hashable {
        /// An element.
        case element
        /// An attribute of an element.
        case attribute
        /// Character data, CDATA sections included.
        case text
        /// A comment.
        case comment
        /// A processing instruction.
        case processingInstruction
        /// A namespace that is in scope.
        case namespace
        /// The document itself.
        case document
    }

    /// Where the node is in its document's tree.
    ///
    /// `@unchecked Sendable`: the pointer is only followed inside the document's lock, and whoever holds it also holds
    /// the document, which never changes.
    struct Place: @unchecked Sendable {
        let pointer: xmlNodePtr
    }

    /// What the node is.
    public let kind: Kind
    /// The name with its prefix as written; `#text`, `#comment` and `#document` for nodes without a name.
    public let name: String
    /// The value of an attribute, text, comment, instruction or namespace; empty for elements and documents.
    public let value: String

    /// The element or document in the tree; nil for the others, whose parts are copied out.
    let place: Place?
    let document: XMLDoc

    init(kind: Kind, name: String, value: String, place: Place?, document: XMLDoc) {
        self.kind = kind
        self.name = name
        self.value = value
        self.place = place
        self.document = document
    }

    /// Reads a node of the document's tree; the caller holds the document's lock.
    init(_ node: xmlNodePtr, in document: XMLDoc) {
        func content() -> String { XMLTag.text(node.pointee.content) ?? "" }
        let raw = UnsafeMutableRawPointer(node)
        switch node.pointee.type {
        case XML_ELEMENT_NODE:
            let place = Place(pointer: node)
            self.init(kind: .element, name: XMLTag.qualifiedName(node), value: "", place: place, document: document)
        case XML_ATTRIBUTE_NODE:
            let attribute = raw.assumingMemoryBound(to: xmlAttr.self)
            let name = XMLTag.qualifiedName(attribute)
            self.init(kind: .attribute, name: name, value: XMLTag.value(attribute), place: nil, document: document)
        case XML_NAMESPACE_DECL:
            let namespace = raw.assumingMemoryBound(to: xmlNs.self)
            let name = XMLTag.text(namespace.pointee.prefix) ?? ""
            let uri = XMLTag.text(namespace.pointee.href) ?? ""
            self.init(kind: .namespace, name: name, value: uri, place: nil, document: document)
        case XML_COMMENT_NODE:
            self.init(kind: .comment, name: "#comment", value: content(), place: nil, document: document)
        case XML_PI_NODE:
            let name = XMLTag.text(node.pointee.name) ?? ""
            self.init(kind: .processingInstruction, name: name, value: content(), place: nil, document: document)
        case XML_DOCUMENT_NODE, XML_HTML_DOCUMENT_NODE:
            self.init(kind: .document, name: "#document", value: "", place: nil, document: document)
        default:
            self.init(kind: .text, name: "#text", value: content(), place: nil, document: document)
        }
    }

    /// The name without its prefix.
    public var localName: String {
        guard let colon = name.lastIndex(of: ":") else { return name }
        return String(name[name.index(after: colon)...])
    }

    /// The namespace of an element, nil when it has none or the node is no element.
    public var namespaceURI: String? {
        read { XMLTag.text($0.pointee.ns?.pointee.href) } ?? nil
    }

    /// All text inside the node, as XPath's `string()` gives it.
    public var stringValue: String {
        if kind == .document { return document.root.stringValue }
        return read { XMLTag.stringValue($0) } ?? value
    }

    /// The attributes of an element in document order; namespace declarations are not among them.
    public var attributes: [(name: String, value: String)] {
        read { node in
            var result: [(name: String, value: String)] = []
            XMLTag.forEachAttribute(of: node) { result.append((XMLTag.qualifiedName($0), XMLTag.value($0))) }
            return result
        } ?? []
    }

    /// The value of an element's attribute by the name as written, nil when it is absent.
    ///
    /// - Parameter name: The attribute's name with its prefix.
    /// - Returns: The value, or nil.
    public func attribute(_ name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }

    /// The child nodes of an element.
    public var children: [XMLNode] {
        read { node in
            var result: [XMLNode] = []
            XMLTag.forEachChild(of: node) { result.append(XMLNode($0, in: document)) }
            return result
        } ?? []
    }

    /// The child elements of an element.
    public var elements: [XMLNode] { children.filter { $0.kind == .element } }

    /// The node as text, as .NET's `OuterXml` gives it: an element declares the namespaces that it uses.
    public var outerXML: String {
        switch kind {
        case .document: return document.outerXML
        case .element:
            return read { node in
                var writer = XMLWriter()
                writer.write(node)
                return writer.text
            } ?? ""
        case .attribute: return "\(name)=\"\(XMLEscaping.escape(value))\""
        case .text: return XMLEscaping.escapeText(value)
        case .comment: return "<!--\(value)-->"
        case .processingInstruction: return value.isEmpty ? "<?\(name)?>" : "<?\(name) \(value)?>"
        case .namespace: return name.isEmpty ? "xmlns=\"\(value)\"" : "xmlns:\(name)=\"\(value)\""
        }
    }

    /// Reads the element in the tree under the document's lock; nil for nodes that are not in the tree.
    private func read<T: Sendable>(_ body: (xmlNodePtr) -> T) -> T? {
        guard let place else { return nil }
        return document.withDocument { _ in body(place.pointer) }
    }
}

import CLibXML2
import Synchronization

/// An XML document that was parsed safely and never changes afterwards.
///
/// Nothing outside the given bytes is read: no network, no files, no document type's external part. A document that
/// declares entities or other markup is refused, so that neither bombs nor smuggled files can come in. White space
/// between elements is dropped as .NET's `XmlDocument` does, unless it is asked for or `xml:space` keeps it.
///
/// `Sendable`: the tree is only reachable inside a lock; libxml2 may keep small caches in a tree even when it is only
/// read, so that readers exclude each other.
public final class XMLDoc: Sendable {
    /// Owns a tree of libxml2.
    struct Tree: ~Copyable {
        let document: xmlDocPtr

        deinit { xmlFreeDoc(document) }
    }

    private let tree: Mutex<Tree>

    /// The attributes of the XML declaration as they were written; nil when there was none.
    public let declaration: XMLDeclaration?

    init(owning document: sending xmlDocPtr, declaration: XMLDeclaration?) {
        tree = Mutex(Tree(document: document))
        self.declaration = declaration
    }

    /// Reads the tree under its lock.
    ///
    /// The pointer must not leave the body except as an `XMLNode.Place`.
    func withDocument<T: Sendable>(_ body: (xmlDocPtr) -> T) -> T {
        tree.withLock { tree in body(tree.document) }
    }

    /// Parses text; an encoding that the declaration names is kept as written but has no effect.
    ///
    /// - Parameters:
    ///   - text: The XML text.
    ///   - preservingWhitespace: Whether white space between elements is kept.
    ///   - limits: Bounds on bytes and nodes.
    /// - Returns: The document.
    /// - Throws: `XMLError` with .NET's words when the text is not well-formed, is prohibited or too large.
    public static func parse(
        _ text: String,
        preservingWhitespace: Bool = false,
        limits: XMLLimits = .default
    ) throws(XMLError) -> XMLDoc {
        try XMLParsing.parse(Array(text.utf8), isText: true, preservingWhitespace: preservingWhitespace, limits: limits)
    }

    /// Parses bytes in the encoding that their byte order mark or declaration names, UTF-8 without either.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of the document.
    ///   - preservingWhitespace: Whether white space between elements is kept.
    ///   - limits: Bounds on bytes and nodes.
    /// - Returns: The document.
    /// - Throws: `XMLError` with .NET's words when the bytes are not well-formed, are prohibited or too large.
    public static func parse(
        _ bytes: [UInt8],
        preservingWhitespace: Bool = false,
        limits: XMLLimits = .default
    ) throws(XMLError) -> XMLDoc {
        try XMLParsing.parse(bytes, isText: false, preservingWhitespace: preservingWhitespace, limits: limits)
    }

    /// The whole document as text, written as .NET's `XmlDocument.OuterXml` writes it.
    ///
    /// The declaration is repeated as it came, without a line break after it; empty elements are `<a />`, elements that
    /// were closed by an end tag keep it.
    public var outerXML: String {
        withDocument { document in
            var writer = XMLWriter()
            writer.write(document: document, declaration: declaration)
            return writer.text
        }
    }

    /// The whole document as UTF-8; a declaration that names another encoding names utf-8 instead.
    public var utf8Bytes: [UInt8] {
        withDocument { document in
            var writer = XMLWriter()
            writer.write(document: document, declaration: declaration?.withEncoding("utf-8"))
            return writer.bytes
        }
    }

    /// The document's root element.
    public var root: XMLNode {
        withDocument { document in
            // A parsed document always has a root element; an empty document node is the harmless rest.
            guard let root = xmlDocGetRootElement(document) else {
                return XMLNode(kind: .document, name: "#document", value: "", place: nil, document: self)
            }
            return XMLNode(root, in: self)
        }
    }
}

/// The attributes of an XML declaration.
public struct XMLDeclaration: Sendable, Hashable {
    /// The version, such as `1.0`.
    public var version: String
    /// The encoding's name as written, if there is one.
    public var encoding: String?
    /// `yes` or `no`, if it is written.
    public var standalone: String?

    /// Makes a declaration.
    ///
    /// - Parameters:
    ///   - version: The version, such as `1.0`.
    ///   - encoding: The encoding's name, if one is written.
    ///   - standalone: `yes` or `no`, if it is written.
    public init(version: String = "1.0", encoding: String? = nil, standalone: String? = nil) {
        self.version = version
        self.encoding = encoding
        self.standalone = standalone
    }

    /// The same declaration with another encoding where one is named.
    func withEncoding(_ name: String) -> XMLDeclaration {
        guard let encoding, encoding.lowercased() != name else { return self }
        return XMLDeclaration(version: version, encoding: name, standalone: standalone)
    }
}

import Content
import JSONTree
import XMLTree

/// How XML documents become other values.
enum XMLValues {
    /// The content type of XML in an envelope.
    static let contentType = "application/xml;charset=utf-8"

    static func envelope(_ document: XMLDoc) -> JSON {
        Envelope(contentType: contentType, bytes: bytes(document)).json
    }

    static func bytes(_ document: XMLDoc) -> [UInt8] { Array(document.outerXML.utf8) }

    static func text(_ document: XMLDoc) -> String { document.outerXML }
}

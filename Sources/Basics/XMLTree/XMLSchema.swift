import CLibXML2
import Synchronization

/// A compiled XSD 1.0 schema against which documents are validated.
///
/// A schema stands alone: what it imports or includes from other places is never read.
///
/// `Sendable`: the compiled form is only reachable inside a lock.
public final class XMLSchema: Sendable {
    private struct Compiled: ~Copyable {
        let schema: xmlSchemaPtr
        /// The schema's own document, to which the compiled form points.
        let source: xmlDocPtr

        deinit {
            xmlSchemaFree(schema)
            xmlFreeDoc(source)
        }
    }

    private let compiled: Mutex<Compiled>

    private init(owning schema: Handed<xmlSchemaPtr>, _ source: Handed<xmlDocPtr>) {
        compiled = Mutex(Compiled(schema: schema.pointer, source: source.pointer))
    }

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - text: The schema document.
    ///   - limits: Bounds on the document.
    /// - Returns: The compiled schema.
    /// - Throws: `XMLError` with code `invalidSchema`, or the parser's error when the text is not well-formed.
    public static func compile(_ text: String, limits: XMLLimits = .default) throws(XMLError) -> XMLSchema {
        let (source, _) = try XMLParsing.parseDocument(Array(text.utf8), isText: true, limits: limits)
        return try XMLLibrary.collecting { (collector) throws(XMLError) in
            guard let parser = xmlSchemaNewDocParserCtxt(source) else {
                xmlFreeDoc(source)
                throw XMLError(.tooLarge, "There is no memory for a schema.")
            }
            defer { xmlSchemaFreeParserCtxt(parser) }
            xmlSchemaSetParserStructuredErrors(parser, XMLLibrary.receive, collector.opaque)
            let schema = xmlSchemaParse(parser)
            // A part that was not loaded is only a warning to the library; the schema would validate less than it says.
            let missing = collector.reports.first { $0.code == Int(XML_SCHEMAP_WARN_UNLOCATED_SCHEMA.rawValue) }
            guard let schema, missing == nil else {
                if let schema { xmlSchemaFree(schema) }
                let error = XMLSchema.error(missing ?? collector.firstError)
                xmlFreeDoc(source)
                throw error
            }
            return XMLSchema(owning: Handed(schema), Handed(source))
        }
    }

    private static func error(_ report: XMLLibrary.Report?) -> XMLError {
        guard let report else { return XMLError(.invalidSchema, "The XSD schema is not valid.") }
        let isReference = ["}include'", "}import'", "}redefine'"].contains(where: report.message.contains)
        let remedy = isReference ? " Schemas cannot read other documents: put all declarations into this one." : ""
        let line = max(1, report.line)
        let text = "The XSD schema is not valid: \(report.message)\(remedy) Line \(line)."
        return XMLError(.invalidSchema, text, line: line)
    }

    /// Validates a document.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - limits: Bounds on the number of errors reported.
    /// - Returns: The errors with their lines; empty when the document is valid.
    public func validate(_ document: XMLDoc, limits: XMLLimits = .default) -> [XMLValidationError] {
        compiled.withLock { compiled in
            let schema = compiled.schema
            return document.withDocument { tree in
                XMLLibrary.collecting { collector in
                    guard let context = xmlSchemaNewValidCtxt(schema) else {
                        return [XMLValidationError(message: "There is no memory for a validation.", line: nil)]
                    }
                    defer { xmlSchemaFreeValidCtxt(context) }
                    collector.limit = max(1, limits.validationErrors)
                    xmlSchemaSetValidStructuredErrors(context, XMLLibrary.receive, collector.opaque)
                    let status = xmlSchemaValidateDoc(context, tree)
                    let errors = collector.reports.filter { !$0.isWarning }.map {
                        XMLValidationError(message: $0.message, line: $0.line > 0 ? $0.line : nil)
                    }
                    guard errors.isEmpty, status != 0 else { return errors }
                    return [XMLValidationError(message: "The document could not be validated.", line: nil)]
                }
            }
        }
    }
}

/// One way in which a document does not fit its schema.
public struct XMLValidationError: Sendable, Hashable {
    /// What is wrong, naming the element.
    public let message: String
    /// The line in the document, counted from 1, when known.
    public let line: Int?
}

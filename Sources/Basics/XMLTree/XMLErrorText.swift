import CLibXML2

/// libxml2's parse errors in the words of .NET's `XmlException`.
enum XMLErrorText {
    /// The error for a failed parse, from what the library reported.
    static func error(for reports: [XMLLibrary.Report]) -> XMLError {
        guard let report = reports.first(where: { !$0.isWarning }) else {
            return XMLError(.notWellFormed, "Root element is missing.")
        }
        let line = max(1, report.line)
        let column = max(1, report.column)
        let detail = report.detail ?? ""
        switch UInt32(truncatingIfNeeded: report.code) {
        case XML_ERR_DOCUMENT_EMPTY.rawValue:
            if report.message.contains("Start tag expected") {
                return .placed(.notWellFormed, "Data at the root level is invalid.", line: line, column: column)
            }
            return XMLError(.notWellFormed, "Root element is missing.")
        case XML_ERR_DOCUMENT_END.rawValue:
            return .placed(.notWellFormed, "Data at the root level is invalid.", line: line, column: column)
        case XML_ERR_TAG_NAME_MISMATCH.rawValue:
            let end = report.secondDetail ?? ""
            let sentence = "The '\(detail)' start tag does not match the end tag of '\(end)'."
            return .placed(.notWellFormed, sentence, line: line, column: column)
        case XML_ERR_TAG_NOT_FINISHED.rawValue:
            let open = detail.isEmpty ? "" : " The following elements are not closed: \(detail)."
            return .placed(.notWellFormed, "Unexpected end of file has occurred.\(open)", line: line, column: column)
        case XML_ERR_UNDECLARED_ENTITY.rawValue:
            return .placed(.notWellFormed, "Reference to undeclared entity '\(detail)'.", line: line, column: column)
        case XML_NS_ERR_UNDEFINED_NAMESPACE.rawValue:
            return .placed(.notWellFormed, "'\(detail)' is an undeclared prefix.", line: line, column: column)
        case XML_ERR_ATTRIBUTE_REDEFINED.rawValue, XML_NS_ERR_ATTRIBUTE_REDEFINED.rawValue:
            return .placed(.notWellFormed, "'\(detail)' is a duplicate attribute name.", line: line, column: column)
        case XML_ERR_RESERVED_XML_NAME.rawValue:
            let sentence = """
                Unexpected XML declaration. The XML declaration must be the first node in the document, and no white \
                space characters are allowed to appear before it.
                """
            return .placed(.notWellFormed, sentence, line: line, column: column)
        case XML_ERR_INVALID_ENCODING.rawValue, XML_ERR_UNKNOWN_ENCODING.rawValue,
            XML_ERR_UNSUPPORTED_ENCODING.rawValue:
            return .placed(.notWellFormed, "Invalid character in the given encoding.", line: line, column: column)
        case XML_ERR_INTERNAL_ERROR.rawValue where report.message.contains("depth"):
            return .placed(.tooLarge, "The XML elements are nested more than 256 deep.", line: line, column: column)
        default:
            let text = report.message.isEmpty ? "The XML is not well-formed" : report.message
            return .placed(.notWellFormed, text.hasSuffix(".") ? text : text + ".", line: line, column: column)
        }
    }
}

import CLibXML2

/// The result of an XPath 1.0 expression.
public enum XPathResult: Sendable {
    /// A number, as `count()` and arithmetic give it; it may be NaN or infinite.
    case number(Double)
    /// A truth value.
    case boolean(Bool)
    /// A text.
    case string(String)
    /// The nodes found, in document order; empty when there are none.
    case nodes([XMLNode])
}

extension XMLDoc {
    /// Evaluates an XPath 1.0 expression against the document.
    ///
    /// - Parameters:
    ///   - path: The expression. Names without a prefix are in no namespace; `local-name()` reaches the others.
    ///   - namespaces: The prefixes that the expression may use, with their URIs.
    ///   - limits: Bounds on the expression's length and on the steps of its evaluation.
    /// - Returns: The typed result.
    /// - Throws: `XMLError` with code `invalidPath` when the expression is not valid, uses an unknown prefix, function or
    ///   variable, and with code `tooLarge` past the limits.
    public func evaluate(
        xpath path: String,
        namespaces: [String: String] = [:],
        limits: XMLLimits = .default
    ) throws(XMLError) -> XPathResult {
        guard path.utf8.count <= limits.pathBytes else {
            throw XMLError(.tooLarge, "The XPath expression is longer than \(limits.pathBytes) bytes.")
        }
        let result: Result<XPathResult, XMLError> = withDocument { document in
            XPath(path: path, namespaces: namespaces, limits: limits).evaluate(document, in: self)
        }
        return try result.get()
    }
}

/// One evaluation of an expression by libxml2.
private struct XPath {
    let path: String
    let namespaces: [String: String]
    let limits: XMLLimits

    func evaluate(_ document: xmlDocPtr, in owner: XMLDoc) -> Result<XPathResult, XMLError> {
        XMLLibrary.collecting { collector in
            guard let context = xmlXPathNewContext(document) else {
                return .failure(XMLError(.tooLarge, "There is no memory for an XPath evaluation."))
            }
            defer { xmlXPathFreeContext(context) }
            context.pointee.opLimit = UInt(max(1, limits.pathSteps))
            context.pointee.error = XMLLibrary.receive
            context.pointee.userData = collector.opaque
            for (prefix, uri) in namespaces { xmlXPathRegisterNs(context, prefix, uri) }
            guard let compiled = xmlXPathCtxtCompile(context, path) else { return .failure(error(collector)) }
            defer { xmlXPathFreeCompExpr(compiled) }
            guard let object = xmlXPathCompiledEval(compiled, context) else { return .failure(error(collector)) }
            defer { xmlXPathFreeObject(object) }
            return value(object.pointee, in: owner)
        }
    }

    private func value(_ object: xmlXPathObject, in owner: XMLDoc) -> Result<XPathResult, XMLError> {
        switch object.type {
        case XPATH_NUMBER: return .success(.number(object.floatval))
        case XPATH_BOOLEAN: return .success(.boolean(object.boolval != 0))
        case XPATH_STRING: return .success(.string(XMLTag.text(object.stringval) ?? ""))
        case XPATH_NODESET:
            var nodes: [XMLNode] = []
            if let set = object.nodesetval, let table = set.pointee.nodeTab {
                nodes.reserveCapacity(Int(set.pointee.nodeNr))
                for index in 0..<Int(set.pointee.nodeNr) {
                    if let node = table[index] { nodes.append(XMLNode(node, in: owner)) }
                }
            }
            return .success(.nodes(nodes))
        default:
            return .failure(XMLError(.invalidPath, "The XPath expression '\(path)' has no value of an XPath 1.0 type."))
        }
    }

    /// The failure in the words of .NET's `XPathException`.
    private func error(_ collector: XMLLibrary.Collector) -> XMLError {
        guard let report = collector.firstError else {
            return XMLError(.invalidPath, "'\(path)' has an invalid token.")
        }
        switch UInt32(truncatingIfNeeded: report.code) {
        case XML_XPATH_UNDEF_PREFIX_ERROR.rawValue, XML_XPATH_UNKNOWN_FUNC_ERROR.rawValue,
            XML_XPATH_UNDEF_VARIABLE_ERROR.rawValue:
            let text = """
                Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.
                """
            return XMLError(.invalidPath, text)
        case XML_XPATH_INVALID_TYPE.rawValue, XML_XPATH_INVALID_OPERAND.rawValue:
            return XMLError(.invalidPath, "Expression must evaluate to a node-set.")
        case XML_XPATH_INVALID_ARITY.rawValue:
            return XMLError(.invalidPath, "A function in '\(path)' has an invalid number of arguments.")
        case UInt32(XML_XPATH_EXPRESSION_OK.rawValue) + UInt32(XPATH_OP_LIMIT_EXCEEDED.rawValue):
            return XMLError(.tooLarge, "The XPath expression '\(path)' took more than \(limits.pathSteps) steps.")
        case UInt32(XML_XPATH_EXPRESSION_OK.rawValue) + UInt32(XPATH_RECURSION_LIMIT_EXCEEDED.rawValue):
            return XMLError(.tooLarge, "The XPath expression '\(path)' is nested too deeply.")
        default:
            return XMLError(.invalidPath, "'\(path)' has an invalid token.")
        }
    }
}

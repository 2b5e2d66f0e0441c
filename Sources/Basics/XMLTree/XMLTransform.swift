import CLibXML2
import CLibXSLT
import Synchronization

/// A compiled XSLT 1.0 stylesheet.
///
/// It reads nothing but its input and its parameters, and writes nothing but its result: `xsl:include`, `xsl:import`,
/// `document()` and `xsl:document` are refused. `node-set()` is there in the namespaces of .NET and EXSLT; scripts in
/// `msxsl:script` are not run.
///
/// `Sendable`: the compiled form is only reachable inside a lock, so that one stylesheet serves one run at a time.
public final class XMLTransform: Sendable {
    private struct Compiled: ~Copyable {
        /// Owns its document too.
        let stylesheet: xsltStylesheetPtr

        deinit { xsltFreeStylesheet(stylesheet) }
    }

    /// libxslt reports what it finds while compiling to one handler for the whole process.
    private static let compiler = Mutex<Void>(())

    private let compiled: Mutex<Compiled>

    private init(owning stylesheet: Handed<xsltStylesheetPtr>) {
        compiled = Mutex(Compiled(stylesheet: stylesheet.pointer))
    }

    /// Compiles a stylesheet.
    ///
    /// - Parameters:
    ///   - text: The stylesheet document.
    ///   - limits: Bounds on the document.
    /// - Returns: The compiled stylesheet.
    /// - Throws: `XMLError` with code `invalidStylesheet`, or the parser's error when the text is not well-formed.
    public static func compile(_ text: String, limits: XMLLimits = .default) throws(XMLError) -> XMLTransform {
        let (source, _) = try XMLParsing.parseDocument(Array(text.utf8), isText: true, limits: limits)
        return try XMLLibrary.collecting { (collector) throws(XMLError) in
            var stylesheet: xsltStylesheetPtr?
            compiler.withLock { _ in
                var messages = tocsin_xslt_messages(context: collector.opaque, receive: receiveMessage)
                withUnsafeMutablePointer(to: &messages) { pointer in
                    tocsin_xslt_set_compile_messages(pointer)
                    stylesheet = xsltParseStylesheetDoc(source)
                    tocsin_xslt_set_compile_messages(nil)
                }
            }
            guard let stylesheet else {
                xmlFreeDoc(source)
                throw XMLError(.invalidStylesheet, "The XSLT stylesheet is not valid: \(reasons(in: collector))")
            }
            guard stylesheet.pointee.errors == 0 else {
                xsltFreeStylesheet(stylesheet)
                throw XMLError(.invalidStylesheet, "The XSLT stylesheet is not valid: \(reasons(in: collector))")
            }
            return XMLTransform(owning: Handed(stylesheet))
        }
    }

    /// Transforms a document.
    ///
    /// - Parameters:
    ///   - document: The input; it is copied, so that stripping white space does not change it.
    ///   - parameters: Values of the stylesheet's parameters, as text.
    ///   - limits: Bounds on steps and on template depth.
    /// - Returns: The result, in the encoding and by the method that the stylesheet's `xsl:output` names.
    /// - Throws: `XMLError` with code `transformFailed` when the stylesheet stops by `xsl:message terminate="yes"`, asks
    ///   for another document, or fails; with code `tooLarge` past the limits.
    public func apply(
        to document: XMLDoc,
        parameters: [(name: String, value: String)] = [],
        limits: XMLLimits = .default
    ) throws(XMLError) -> XMLTransformResult {
        let input = document.withDocument { tree in xmlCopyDoc(tree, 1).map { Handed($0) } }
        let result: Result<XMLTransformResult, XMLError> = compiled.withLock { compiled in
            let stylesheet = compiled.stylesheet
            return XMLLibrary.collecting { collector in
                let run = XMLTransformRun(stylesheet: stylesheet, parameters: parameters, limits: limits)
                return run.apply(to: input, collector)
            }
        }
        return try result.get()
    }

    /// Receives libxslt's messages; the context is a collector.
    static let receiveMessage: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void = {
        context,
        text in
        guard let context, let text else { return }
        let collector = Unmanaged<XMLLibrary.Collector>.fromOpaque(context).takeUnretainedValue()
        collector.add(XMLLibrary.Report(text: String(cString: text)))
    }

    /// What was reported, on one line.
    static func reasons(in collector: XMLLibrary.Collector) -> String {
        let joined = collector.reports.map(\.message).joined(separator: " ")
        let words = joined.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? "no reason was given." : String(words.prefix(2_000))
    }
}

/// What a stylesheet made.
public struct XMLTransformResult: Sendable, Hashable {
    /// The result's bytes in its encoding.
    public let bytes: [UInt8]
    /// `xml`, `html` or `text`.
    public let method: String
    /// The encoding's name as the stylesheet gives it; nil means UTF-8.
    public let encoding: String?
    /// The media type that the stylesheet names, if it names one.
    public let mediaType: String?
    /// The texts of `xsl:message`, in order.
    public let messages: [String]

    /// The result as text when it is UTF-8.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// One run of a stylesheet.
private struct XMLTransformRun {
    let stylesheet: xsltStylesheetPtr
    let parameters: [(name: String, value: String)]
    let limits: XMLLimits

    func apply(to input: Handed<xmlDocPtr>?, _ collector: XMLLibrary.Collector) -> Result<XMLTransformResult, XMLError>
    {
        guard let document = input?.pointer else { return .failure(noMemory) }
        defer { xmlFreeDoc(document) }
        guard let context = xsltNewTransformContext(stylesheet, document) else { return .failure(noMemory) }
        defer { xsltFreeTransformContext(context) }
        guard let security = forbidEverything() else { return .failure(noMemory) }
        defer { xsltFreeSecurityPrefs(security) }
        guard xsltSetCtxtSecurityPrefs(security, context) == 0 else { return .failure(noMemory) }
        context.pointee.opLimit = UInt(max(1, limits.transformSteps))
        context.pointee.maxTemplateDepth = Int32(clamping: limits.templateDepth)
        var messages = tocsin_xslt_messages(context: collector.opaque, receive: XMLTransform.receiveMessage)
        return withUnsafeMutablePointer(to: &messages) { pointer in
            tocsin_xslt_set_transform_messages(context, pointer)
            for parameter in parameters {
                guard xsltQuoteOneUserParam(context, parameter.name, parameter.value) == 0 else {
                    let text = "The XSLT parameter '\(parameter.name)' is not usable: its name must be an XML name."
                    return .failure(XMLError(.transformFailed, text))
                }
            }
            return transform(document, context, collector)
        }
    }

    private func transform(
        _ document: xmlDocPtr,
        _ context: xsltTransformContextPtr,
        _ collector: XMLLibrary.Collector
    ) -> Result<XMLTransformResult, XMLError> {
        let made = xsltApplyStylesheetUser(stylesheet, document, nil, nil, nil, context)
        defer { if let made { xmlFreeDoc(made) } }
        guard context.pointee.opCount <= context.pointee.opLimit else {
            let text = "The XSLT transformation took more than \(limits.transformSteps) steps."
            return .failure(XMLError(.tooLarge, text))
        }
        guard let made, context.pointee.state == XSLT_STATE_OK else {
            let reason = XMLTransform.reasons(in: collector)
            let text = "The XSLT transformation failed: \(reason)"
            return .failure(
                XMLError(
                    ["xsltMaxDepth", "Operation limit"].contains(where: reason.contains) ? .tooLarge : .transformFailed,
                    text
                )
            )
        }
        var bytes: UnsafeMutablePointer<xmlChar>?
        var count: Int32 = 0
        guard xsltSaveResultToString(&bytes, &count, made, stylesheet) == 0 else {
            return .failure(XMLError(.transformFailed, "The result of the XSLT transformation could not be written."))
        }
        defer { tocsin_xml_free(bytes) }
        guard count <= limits.bytes else {
            let text = "The result of the XSLT transformation has \(count) bytes; at most \(limits.bytes) are allowed."
            return .failure(XMLError(.tooLarge, text))
        }
        return .success(
            XMLTransformResult(
                bytes: bytes.map { Array(UnsafeBufferPointer(start: $0, count: Int(count))) } ?? [],
                method: method(made),
                encoding: XMLTag.text(stylesheet.pointee.encoding),
                mediaType: XMLTag.text(stylesheet.pointee.mediaType),
                messages: collector.reports.map(\.message)
            )
        )
    }

    /// The method that `xsl:output` names; without it `html` when the result's root is so called, else `xml`.
    private func method(_ made: xmlDocPtr) -> String {
        if let named = XMLTag.text(stylesheet.pointee.method) { return named }
        return made.pointee.type == XML_HTML_DOCUMENT_NODE ? "html" : "xml"
    }

    private func forbidEverything() -> xsltSecurityPrefsPtr? {
        guard let security = xsltNewSecurityPrefs() else { return nil }
        for option in [
            XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE, XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK,
            XSLT_SECPREF_WRITE_NETWORK,
        ] {
            guard xsltSetSecurityPrefs(security, option, xsltSecurityForbid) == 0 else {
                xsltFreeSecurityPrefs(security)
                return nil
            }
        }
        return security
    }

    private var noMemory: XMLError { XMLError(.tooLarge, "There is no memory for an XSLT transformation.") }
}

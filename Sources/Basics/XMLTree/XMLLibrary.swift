import CLibXML2
import CLibXSLT

/// The one-time set-up of libxml2 and libxslt, and the capture of what they report.
enum XMLLibrary {
    /// Initialises the libraries exactly once for the process (a `static let` is initialised once, whatever the thread).
    ///
    /// From then on nothing outside the given bytes is ever read: the loader of external entities, which all of
    /// libxml2's and libxslt's includes and imports go through, answers nothing.
    private static let ready: Bool = {
        xmlInitParser()
        xmlSetExternalEntityLoader { _, _, _ in nil }
        xsltInit()
        tocsin_xslt_register_node_set()
        tocsin_xslt_set_compile_messages(nil)
        return true
    }()

    /// One message of the library.
    struct Report: Sendable {
        var domain: Int
        var code: Int
        var level: Int
        var message: String
        var line: Int
        var column: Int
        var detail: String?
        var secondDetail: String?

        init(_ error: xmlError) {
            domain = Int(error.domain)
            code = Int(error.code)
            level = Int(error.level.rawValue)
            message = Report.text(error.message) ?? ""
            while message.last?.isWhitespace == true { message.removeLast() }
            line = Int(error.line)
            column = Int(error.int2)
            detail = Report.text(error.str1)
            secondDetail = Report.text(error.str2)
        }

        init(text: String) {
            domain = 0
            code = 0
            level = Int(XML_ERR_ERROR.rawValue)
            message = text
            line = 0
            column = 0
        }

        private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
            pointer.map { String(cString: $0) }
        }

        var isWarning: Bool { level <= Int(XML_ERR_WARNING.rawValue) }
    }

    /// Gathers reports of one operation on one thread.
    final class Collector {
        var reports: [Report] = []
        var limit = 200

        func add(_ report: Report) {
            if reports.count < limit { reports.append(report) }
        }

        /// The first report that is not a warning.
        var firstError: Report? { reports.first { !$0.isWarning } }

        /// Itself as the user data of a C callback; valid while the collector is held by `collecting`.
        var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
    }

    /// Receives structured errors; `userData` is a collector.
    static let receive: xmlStructuredErrorFunc = { userData, error in
        guard let userData, let error else { return }
        Unmanaged<Collector>.fromOpaque(userData).takeUnretainedValue().add(Report(error.pointee))
    }

    /// Runs a synchronous operation whose reports on this thread go to a collector instead of standard error.
    ///
    /// libxml2 keeps its handlers per thread; the operation never suspends, so it stays on its thread.
    static func collecting<T, E: Error>(_ operation: (Collector) throws(E) -> T) throws(E) -> T {
        _ = ready
        let collector = Collector()
        xmlSetStructuredErrorFunc(collector.opaque, receive)
        tocsin_xml_silence_thread()
        defer {
            xmlSetStructuredErrorFunc(nil) { _, _ in }
            withExtendedLifetime(collector) {}
        }
        return try operation(collector)
    }
}

import Foundation
import JSONTree

/// A file of a connector as it was read: its value, and where each part of it stands.
struct DefinitionText: Sendable {
    let file: String
    let json: JSON
    /// What was read leniently, and names that stand twice.
    private(set) var remarks: [ConnectorRemark]
    private let places: any PlacedText

    /// Reads JSON or YAML with its places, for people who want to know what is wrong.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - file: Its name; one that ends in `.yaml` or `.yml` is read as YAML.
    ///   - isLenient: Whether to read on where JSON is not written as it must be: commas before a closing bracket,
    ///     comments, line breaks in texts, another encoding than UTF-8, a comma that is missing at the end of a line, brackets that
    ///     are missing at the end of the file.
    /// - Throws: ``ConnectorRemark`` with the severity `.error`.
    init(bytes: [UInt8], file: String, isLenient: Bool) throws(ConnectorRemark) {
        self.file = file
        let utf8 = TextBytes.utf8(bytes)
        var encoding: [ConnectorRemark] = []
        if utf8 != bytes {
            encoding = [
                ConnectorRemark(
                    .warning,
                    file: file,
                    message: "The file is not written in UTF-8; it is read by its byte order mark.",
                    remedy: "Save it as UTF-8."
                )
            ]
        }
        if Self.isYAML(file) {
            let document = try YAMLText.document(utf8, file: file)
            (json, places, remarks) = (document.json, document, encoding)
            return
        }
        do throws(JSONError) {
            let document = try JSONDocument.parse(utf8)
            (json, places) = (document.value, document)
            let name = file
            remarks = encoding
            remarks += document.duplicateNames.prefix(10).map { place in
                ConnectorRemark(
                    .warning,
                    file: name,
                    line: place.line,
                    column: place.column,
                    message: "This name stands twice in its object; the value of the last one counts.",
                    remedy: "Remove one of the two, or give it another name."
                )
            }
            if utf8.starts(with: [0xEF, 0xBB, 0xBF]) {
                remarks.append(ConnectorRemark(.note, file: file, message: "The file begins with a byte order mark."))
            }
        } catch {
            let remark = JSONFault.remark(error, bytes: utf8, file: file)
            guard isLenient, let read = JSONFault.lenient(utf8) else { throw remark }
            var warning = remark
            warning.severity = .warning
            warning.message = "Read leniently. \(remark.message)"
            (json, places) = (read.json, NoPlacedText())
            remarks = encoding + [warning]
            remarks += read.repairs.prefix(10).map { repair in
                ConnectorRemark(
                    .warning,
                    file: file,
                    line: repair.line,
                    column: repair.column,
                    message: "Read leniently. \(JSONFault.words(repair.kind))",
                    remedy: "Add it."
                )
            }
        }
    }

    static func isYAML(_ file: String) -> Bool {
        let name = file.lowercased()
        return name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    }

    /// The place of a value, or of what is nearest to it.
    func place(_ tokens: [String]) -> (line: Int, column: Int) { places.place(JSONPointer(tokens)) }

    /// A remark at a place in this file.
    func remark(
        _ severity: ConnectorRemark.Severity,
        at tokens: [String],
        _ message: String,
        _ remedy: String = ""
    ) -> ConnectorRemark {
        let place = place(tokens)
        return ConnectorRemark(
            severity,
            file: file,
            line: place.line,
            column: place.column,
            message: message,
            remedy: remedy
        )
    }
}

/// A text that knows where the parts of its value stand.
protocol PlacedText: Sendable {
    /// The place of a value, or of the innermost one around it; 0 where none is known.
    func place(_ pointer: JSONPointer) -> (line: Int, column: Int)
}

extension JSONDocument: PlacedText {
    func place(_ pointer: JSONPointer) -> (line: Int, column: Int) {
        let place = nearestPlace(to: pointer)
        return (place.line, place.column)
    }
}

/// A text whose places are not known.
struct NoPlacedText: PlacedText {
    func place(_ pointer: JSONPointer) -> (line: Int, column: Int) { (0, 0) }
}

/// What is wrong with a text that should be JSON, in words that say what to do.
enum JSONFault {
    static func remark(_ error: JSONError, bytes: [UInt8], file: String) -> ConnectorRemark {
        var message = "The file is not JSON: \(error.message)"
        let remedy: String
        switch error.code {
        case .badUTF8:
            message = "The file is not written in UTF-8."
            remedy = "Save it as UTF-8, or read it with --lenient, which takes it for Windows-1252."
        case .controlCharacter:
            message = "A line break or tab stands unescaped in a text."
            remedy = "Write it as \\n or \\t, or read the file with --lenient."
        case .unexpectedEnd:
            remedy =
                "Close what is open at the end: a bracket or a brace is missing"
                + (lenient(bytes) == nil ? "." : "; or read the file with --lenient.")
        case .unexpectedCharacter where followsComma(bytes, error.offset):
            message = "A comma stands before a closing bracket."
            remedy = "Remove the comma, or read the file with --lenient."
        case .unexpectedCharacter where lenient(bytes)?.repairs.first?.line == error.line:
            remedy = "A comma is missing before this place; add it, or read the file with --lenient."
        case .unexpectedCharacter where lenient(bytes) == nil:
            remedy = "A comma, a colon or a quotation mark is missing before this place; add it."
        case .tooLarge, .tooDeep:
            remedy = "Split the file, or remove what is not needed."
        default:
            remedy = "Correct the text at this place."
        }
        return ConnectorRemark(
            .error,
            file: file,
            line: error.line,
            column: error.column,
            message: message,
            remedy: remedy
        )
    }

    /// Whether a closing bracket stands there with a comma before it.
    private static func followsComma(_ bytes: [UInt8], _ offset: Int) -> Bool {
        guard bytes.indices.contains(offset), [UInt8(ascii: "}"), UInt8(ascii: "]")].contains(bytes[offset]) else {
            return false
        }
        return bytes[..<offset].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ",")
    }

    /// The value, read as leniently as can be, and what was supplied for it; nil when it is none even so.
    static func lenient(_ bytes: [UInt8]) -> (json: JSON, repairs: [JSONRepair])? {
        let bytes = TextBytes.utf8(bytes)
        let text = String(validating: bytes, as: UTF8.self) ?? String(bytes: bytes, encoding: .windowsCP1252)
        return text.flatMap { try? JSONLenient.repair($0) }
    }

    static func words(_ kind: JSONRepair.Kind) -> String {
        switch kind {
        case .comma: "A comma is missing before this place."
        case .end(let bracket): "The file ends without its '\(bracket)'."
        }
    }
}

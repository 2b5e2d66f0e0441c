/// What is to be said about a file of a connector, with its place and what to do.
public struct ConnectorRemark: Error, Sendable, Hashable {
    /// How grave it is.
    public enum Severity: String, Sendable, Hashable {
        /// The connector does not load.
        case error
        /// It loads, but something of it is probably not meant so.
        case warning
        /// Worth knowing.
        case note
    }

    /// How grave it is.
    public var severity: Severity
    /// The file's name without its folder.
    public var file: String
    /// The line from 1; 0 where no place is known.
    public var line: Int
    /// The column from 1; 0 where no place is known.
    public var column: Int
    /// What is wrong.
    public var message: String
    /// What to do about it; may be empty for a note.
    public var remedy: String

    /// Makes a remark.
    public init(
        _ severity: Severity,
        file: String,
        line: Int = 0,
        column: Int = 0,
        message: String,
        remedy: String = ""
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy
    }

    /// File and place, as `openapi.yaml:12:3`.
    public var place: String { line > 0 ? "\(file):\(line):\(column)" : file }

    /// The remark on one line, its remedy on a second one.
    public var text: String {
        "\(place): \(severity.rawValue): \(message)" + (remedy.isEmpty ? "" : "\n  \(remedy)")
    }
}

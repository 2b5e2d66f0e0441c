import Foundation
import JSONTree
import Testing

/// The tables under Tests/Conformance.
enum ConformanceFile {
    struct Row: CustomTestStringConvertible, Sendable {
        let json: JSON
        var testDescription: String { json["id"]?.stringValue ?? "?" }
    }

    static func cases(_ name: String) throws -> [Row] {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Conformance/\(name).json"
        )
        let file = try JSON.parse([UInt8](Data(contentsOf: url)))
        return (file["cases"]?.arrayValue ?? []).map { Row(json: $0) }
    }
}

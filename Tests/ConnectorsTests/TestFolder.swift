import Foundation
import JSONTree

/// Folders of connectors that a test writes.
enum TestFolder {
    /// A new folder with the files; it is left to the system to remove.
    static func make(_ files: [String: JSON]) throws -> String {
        let folder = NSTemporaryDirectory() + "tocsin-connectors-\(UUID().uuidString)"
        for (path, json) in files {
            let url = URL(filePath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(json.bytes()).write(to: url)
        }
        return folder
    }
}

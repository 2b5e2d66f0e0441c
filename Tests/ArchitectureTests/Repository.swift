import Foundation

/// The files of this repository.
enum Repository {
    /// The folder that holds `Package.swift`.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let skipped: Set = [".build", ".git", ".swiftpm", "__pycache__", "node_modules"]

    /// Every file below a folder, by its path from the root, sorted.
    static func files(in folder: String = "") -> [String] {
        let start = folder.isEmpty ? root : root.appendingPathComponent(folder)
        // A link to a folder is followed once, at the start: development set-ups link whole folders.
        guard let walker = FileManager.default.enumerator(atPath: start.resolvingSymlinksInPath().path) else {
            return []
        }
        var result: [String] = []
        while let path = walker.nextObject() as? String {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            if skipped.contains(name) || name.hasPrefix(".build") || name.hasPrefix(".venv") {
                walker.skipDescendants()
            } else if walker.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
                result.append(folder.isEmpty ? path : folder + "/" + path)
            }
        }
        return result.sorted()
    }

    static func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: root.appendingPathComponent(path))
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    /// The room or program that a source file belongs to: `Sources/Wing/Room/…` or `Sources/program/…`.
    static func room(of path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2, parts[0] == "Sources" else { return nil }
        if Blueprint.programs.contains(parts[1]) { return parts[1] }
        return parts.count > 3 ? parts[2] : nil
    }

    /// The modules that a Swift file imports, with their lines.
    static func imports(in text: String) -> [(line: Int, module: String)] {
        var result: [(line: Int, module: String)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" || $0 == "\r" })
            while let word = words.first, word.hasPrefix("@") || modifiers.contains(String(word)) {
                words.removeFirst()
            }
            guard words.first == "import", words.count > 1 else { continue }
            let isKind = kinds.contains(String(words[1])) && words.count > 2
            let path = isKind ? words[2] : words[1]
            result.append((index + 1, String(path.prefix { $0 != "." })))
        }
        return result
    }

    private static let modifiers: Set = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
}

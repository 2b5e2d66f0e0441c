import ArgumentParser
import Foundation
import JSONTree

/// Why a command stops: printed to standard error as `error CODE at PLACE: what is wrong`, then what to do.
struct CommandFailure: Error, Sendable {
    let code: String
    var place = ""
    let message: String
    var remedy = ""

    var text: String {
        let head = place.isEmpty ? "error \(code)" : "error \(code) at \(place)"
        return "\(head): \(message)" + (remedy.isEmpty ? "" : "\n  \(remedy)")
    }

    /// Prints the failure and ends the command with exit code 1.
    func end() -> ExitCode {
        Console.complain(text)
        return ExitCode.failure
    }
}

/// Standard output and standard error.
enum Console {
    /// Prints a line to standard error.
    static func complain(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Whether a person watches standard error.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Files that commands read.
enum InputFile {
    /// The bytes of a file, at most 64 MB.
    ///
    /// - Throws: `CommandFailure` when it cannot be read or is too large.
    static func bytes(_ path: String) throws(CommandFailure) -> [UInt8] {
        let limit = 67_108_864
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandFailure(
                code: "UnreadableFile",
                place: path,
                message: "The file cannot be read.",
                remedy: "Check that it exists, is a file, and may be read by you."
            )
        }
        guard data.count <= limit else {
            throw CommandFailure(
                code: "FileTooLarge",
                place: path,
                message: "The file has \(data.count) bytes; the limit is \(limit).",
                remedy: "Split it."
            )
        }
        return [UInt8](data)
    }

    /// The last part of a path.
    static func last(_ path: String) -> String { URL(filePath: path).standardizedFileURL.lastPathComponent }

    /// The name of a file without folder and extension.
    static func stem(_ path: String) -> String {
        URL(filePath: path).deletingPathExtension().lastPathComponent
    }

    /// The JSON value of a file, with or without byte order mark.
    ///
    /// - Throws: `CommandFailure` with line and column when it is not JSON.
    static func json(_ path: String) throws(CommandFailure) -> JSON {
        var content = try bytes(path)
        if content.starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
        do throws(JSONError) {
            return try JSON.parse(content)
        } catch {
            throw CommandFailure(
                code: "InvalidJSON",
                place: "\(path):\(error.line):\(error.column)",
                message: "The file is not JSON: \(error.message)",
                remedy: "Correct the text at this place."
            )
        }
    }
}

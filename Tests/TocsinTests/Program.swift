import Foundation
import Testing

/// The built program, run as a user runs it.
struct Program {
    /// What a run of the program gave.
    struct Result {
        var exitCode: Int32
        var output: String
        var errors: String

        var lastLine: String {
            output.split(separator: "\n").last.map(String.init) ?? ""
        }
    }

    /// The folder of the repository's tests.
    static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// The program, beside that of the tests.
    static var executable: URL {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
        return URL(filePath: own).deletingLastPathComponent().appending(path: "tocsin")
    }

    /// Runs `tocsin` with arguments.
    static func run(_ arguments: String...) throws -> Result { try run(arguments: arguments) }

    /// Runs `tocsin` with arguments.
    static func run(_ arguments: [String]) throws -> Result { try run(arguments: arguments) }

    /// Runs `tocsin` with arguments.
    static func run(arguments: [String]) throws -> Result {
        let scratch = try Scratch()
        // Files, not pipes, so that no output is too long to be taken.
        let output = try scratch.file("output", "")
        let errors = try scratch.file("errors", "")
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Result(
            exitCode: process.terminationStatus,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8)
        )
    }
}

/// A folder of its own for one test, removed when the test lets go of it.
final class Scratch {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        // A folder left behind in the temporary directory harms no test.
        try? FileManager.default.removeItem(at: folder)
    }

    /// The path of a file or folder in it, which need not exist.
    func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }

    /// Writes a file and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path(percentEncoded: false)
    }

    /// Makes a folder and gives its path.
    @discardableResult func folder(_ name: String) throws -> String {
        let path = path(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Writes a file in a folder that is made for it.
    func write(_ name: String, _ text: String) throws {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}

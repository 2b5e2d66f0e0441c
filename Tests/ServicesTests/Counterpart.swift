import Foundation
import JSONTree
import Testing

/// A real server that a script of `Tests/Counterparts` runs for as long as this value lives.
final class Counterpart: Sendable {
    /// Where it is and what else the script says.
    let about: JSON
    private let process: Process
    private let input: Pipe

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - script: The name of the script, without `.py`.
    ///   - arguments: What the script is told.
    ///   - environment: The list of packages from PyPI that it needs; nil: those of the system do.
    /// - Returns: The server; nil when it is not installed here; the sentence that says so is printed.
    /// - Throws: ``CounterpartFailure`` when it is installed and does not start.
    static func start(_ script: String, _ arguments: [String] = [], environment: String? = nil) throws -> Counterpart? {
        var python = "/usr/bin/python3"
        if let environment {
            guard let made = try output("\(Folders.root)/scripts/python-environment", [environment]) else {
                skip("the packages of '\(environment)' cannot be had")
                return nil
            }
            python = made
        }
        return try Counterpart(python, ["\(Folders.root)/Tests/Counterparts/\(script).py"] + arguments, name: script)
    }

    private init?(_ program: String, _ arguments: [String], name: String) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.lowercased().hasSuffix("proxy") }
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        process.environment = environment
        input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while line.last != 0x0A {
            let part = output.fileHandleForReading.availableData
            if part.isEmpty { break }
            line += part
        }
        guard let json = try? JSON.parse(line) else {
            process.waitUntilExit()
            guard process.terminationStatus == 75 else {
                throw CounterpartFailure(text: "\(name) ended with \(process.terminationStatus)")
            }
            Self.skip("\(name) is not installed here")
            return nil
        }
        about = json
    }

    deinit {
        do {
            try input.fileHandleForWriting.close()
        } catch {
            process.terminate()
        }
        process.waitUntilExit()
    }

    /// The port on 127.0.0.1.
    var port: Int { Int(about["port"]?.integerValue ?? 0) }

    /// The folder with its files.
    var folder: String { about["folder"]?.stringValue ?? "" }

    /// A text that the script said.
    func text(_ name: String) -> String { about[name]?.stringValue ?? "" }

    /// A file of its folder.
    func file(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")), as: UTF8.self)
    }

    private static func skip(_ reason: String) {
        print("Skipped, because \(reason).")
    }

    private static func output(_ program: String, _ arguments: [String]) throws -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

struct CounterpartFailure: Error {
    let text: String
}

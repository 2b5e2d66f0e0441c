import Foundation

/// A connexion of PyPI that serves definitions strictly: a judge of requests that we did not write.
final class ConnexionServer {
    /// The interpreter that has it; nil when it cannot be had.
    static let python: String? = {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["\(Folders.root)/scripts/connexion-server"]
        let output = Pipe()
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            return nil
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }()

    let port: Int
    private let process: Process
    private let input: Pipe

    /// Starts a server of the connectors in a folder.
    init(python: String, folder: String) throws {
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: python)
        process.arguments = ["\(Folders.root)/Tests/ConnectorsTests/Servers/connexion-server.py", folder]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        port = Int(String(decoding: line, as: UTF8.self)) ?? 0
    }

    /// Ends it; it reads the end of its input.
    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

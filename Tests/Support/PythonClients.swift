import Foundation
package import JSONTree

/// Runs the Python clients of `scripts/python-clients`.
package enum PythonClients {
    /// The interpreter that has them; nil when they cannot be had.
    package static let python: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [root.appending(path: "scripts/python-clients").path]
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

    /// Runs a script of the folder `Clients` beside the calling file.
    ///
    /// - Parameters:
    ///   - python: The interpreter.
    ///   - script: The script's name.
    ///   - input: What it reads.
    ///   - authority: The file with the certificate that it trusts.
    ///   - caller: The calling file.
    /// - Returns: What it prints.
    /// - Throws: What keeps it from running, or from printing JSON.
    package static func run(
        _ python: String,
        script: String,
        input: JSON,
        authority: String,
        caller: String = #filePath
    ) async throws -> JSON {
        let script = URL(filePath: caller).deletingLastPathComponent().appending(path: "Clients/\(script)")
        let bytes: Data = try await withCheckedThrowingContinuation { continuation in
            Thread {
                continuation.resume(
                    with: Result { try blockingRun(python, script: script.path, input: input, authority: authority) }
                )
            }.start()
        }
        return try JSON.parse(Array(bytes))
    }

    private static func blockingRun(_ python: String, script: String, input: JSON, authority: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [script]
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.lowercased().hasSuffix("proxy") }
        environment["REQUESTS_CA_BUNDLE"] = authority
        environment["SSL_CERT_FILE"] = authority
        process.environment = environment
        let (incoming, outgoing) = (Pipe(), Pipe())
        process.standardInput = incoming
        process.standardOutput = outgoing
        try process.run()
        try incoming.fileHandleForWriting.write(contentsOf: Data(input.bytes()))
        try incoming.fileHandleForWriting.close()
        let data = outgoing.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }
}

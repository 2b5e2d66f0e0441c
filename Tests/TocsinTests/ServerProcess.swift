import Foundation
import JSONTree
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A server that runs as a process of its own, as in life.
final class ServerProcess {
    struct NotStarted: Error, CustomStringConvertible {
        let description: String
    }

    let process: Process
    /// Scheme, host and port.
    let origin: String
    private let log: String

    /// Starts a server and waits until it listens.
    init(data: String, _ arguments: String..., environment: [String: String] = [:]) async throws {
        log = data + "-\(UUID().uuidString).log"
        process = Process()
        process.executableURL = Program.executable
        process.arguments = ["serve", "--data", data, "--listen", "127.0.0.1:0"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        try Data().write(to: URL(filePath: log))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            if let line = lines.first(where: { $0.contains("\"The server listens.\"") }),
                let host = try JSON.parse(String(line))["host"]?.stringValue
            {
                origin = host
                return
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        process.terminate()
        throw NotStarted(description: try String(contentsOfFile: log, encoding: .utf8))
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        // A log left behind in the temporary directory harms no test.
        try? FileManager.default.removeItem(atPath: log)
    }

    /// What the server logged.
    func logged() throws -> String { try String(contentsOfFile: log, encoding: .utf8) }

    /// Tells the server to stop and gives its exit code.
    func stop() async throws -> Int32 { try await end(by: SIGTERM) }

    /// Ends the process without a word.
    func crash() async throws { _ = try await end(by: SIGKILL) }

    private func end(by signal: Int32) async throws -> Int32 {
        kill(process.processIdentifier, signal)
        while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
        return process.terminationStatus
    }

    /// Asks the server as any client would.
    func ask(
        _ method: String,
        _ path: String,
        token: String? = nil,
        body: JSON? = nil
    ) async throws -> (status: Int, json: JSON?, headers: [String: String]) {
        var request = URLRequest(url: try #require(URL(string: path.hasPrefix("/") ? origin + path : path)))
        request.httpMethod = method
        request.timeoutInterval = 60
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        if let body {
            request.httpBody = Data(body.bytes())
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        var headers: [String: String] = [:]
        for (name, value) in answer.allHeaderFields {
            headers["\(name)".lowercased()] = "\(value)"
        }
        return (answer.statusCode, data.isEmpty ? nil : try? JSON.parse([UInt8](data)), headers)
    }

    /// A token for an app, from the server's own token endpoint.
    func token(_ app: JSON) async throws -> String {
        var request = URLRequest(url: try #require(URL(string: "\(origin)/common/oauth2/v2.0/token")))
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        let id = app["clientId"]?.stringValue ?? ""
        let secret = app["clientSecret"]?.stringValue ?? ""
        request.httpBody = Data(
            "grant_type=client_credentials&client_id=\(id)&client_secret=\(secret)&scope=\(origin)/.default".utf8
        )
        let (data, _) = try await URLSession.shared.data(for: request)
        return try #require(try JSON.parse([UInt8](data))["access_token"]?.stringValue)
    }
}

import Foundation
import Glibc
import JSONTree
import Outbound

/// The process that is killed and started again on the same data folder.
final class Victim {
    let folder: String
    let port: Int
    private let definition: String
    private let transport: HTTPTransport
    private var process: Process?

    init(folder: String, definition: String, port: Int, transport: HTTPTransport) {
        self.folder = folder
        self.definition = definition
        self.port = port
        self.transport = transport
    }

    /// Starts the process and waits until it answers.
    func start() async throws {
        let program = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent().appending(path: "tocsin")
        let process = Process()
        process.executableURL = program
        process.arguments = [
            "chaos-worker", "--folder", folder, "--definition", definition, "--listen", "\(port)",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if await Victim.ask(transport, port, "GET", "/unknown") != nil { return }
            guard process.isRunning else { throw ChaosFailure("The process ended with \(process.terminationStatus).") }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw ChaosFailure("The process does not answer.")
    }

    /// Ends it as a power cut would.
    func kill() {
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    func freeze() { signal(SIGSTOP) }

    func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        if let process { Glibc.kill(process.processIdentifier, number) }
    }

    deinit { kill() }

    /// Asks the process that listens on a port; nil when it does not answer with a status of 2xx.
    static func ask(
        _ transport: HTTPTransport,
        _ port: Int,
        _ method: String,
        _ path: String,
        _ body: JSON? = nil
    ) async -> JSON? {
        do {
            let answer = try await transport.send(
                OutboundRequest(
                    method: method,
                    url: "http://127.0.0.1:\(port)\(path)",
                    headers: body == nil ? [:] : ["Content-Type": "application/json"],
                    body: body.map { $0.bytes() },
                    timeout: .seconds(5),
                    networks: .withLoopback
                )
            )
            guard (200...299).contains(answer.status) else { return nil }
            return answer.body.isEmpty ? .null : try JSON.parse(answer.body)
        } catch {
            return nil
        }
    }
}

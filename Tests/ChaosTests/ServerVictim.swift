import Foundation
import Glibc
import JSONTree

@testable import tocsin

/// The real server, `tocsin serve`, that is killed and started again on the same data folder.
final class ServerVictim {
    let folder: String
    let port: Int
    private let log: String
    private var process: Process?
    private let socket: ClientTransport
    let administrator: ServerClient
    private let network: ClientTransport
    let client: ServerClient

    init(folder: String, port: Int) throws {
        self.folder = folder
        self.port = port
        log = folder + ".log"
        socket = try ClientTransport(socket: folder + "/admin.sock")
        administrator = ServerClient(name: "socket", transport: socket, origin: "http://localhost")
        network = try ClientTransport()
        client = ServerClient(name: "server", transport: network, origin: "http://127.0.0.1:\(port)")
        try Data().write(to: URL(filePath: log))
    }

    /// Starts the server and waits until it works.
    func start() async throws {
        let program = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent().appending(path: "tocsin")
        let process = Process()
        process.executableURL = program
        process.arguments = [
            "serve", "--data", folder, "--listen", "127.0.0.1:\(port)", "--allow-network", "127.0.0.0/8", "--log-level",
            "warning",
        ]
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        try output.seekToEnd()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if await status("GET", "/readyz") == 200 { return }
            guard process.isRunning else {
                let told = try String(contentsOfFile: log, encoding: .utf8)
                throw ChaosFailure("The server ended with \(process.terminationStatus): \(told.suffix(2_000))")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw ChaosFailure("The server does not answer.")
    }

    /// Asks as a client over the network; nil when there is no answer.
    func status(_ method: String, _ path: String, _ body: JSON? = nil) async -> Int? {
        do {
            return try await client.ask(method, path, body: body, patience: .seconds(5)).status
        } catch {
            return nil
        }
    }

    /// Ends it as a power cut would.
    func kill() {
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Tells it to stop, and gives its exit code.
    func stop() -> Int32 {
        guard let process else { return -1 }
        Glibc.kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        self.process = nil
        return process.terminationStatus
    }

    func freeze() { signal(SIGSTOP) }

    func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        if let process { Glibc.kill(process.processIdentifier, number) }
    }

    func close() async {
        kill()
        await socket.shutdown()
        await network.shutdown()
    }

    deinit { kill() }
}

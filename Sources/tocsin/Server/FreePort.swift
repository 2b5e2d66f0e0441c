import NIOCore
import NIOPosix

/// A port that nobody listens on.
enum FreePort {
    /// Asks the system for one, so that the server knows its own address before it listens.
    ///
    /// - Parameter host: The address that will be listened on.
    /// - Returns: The port.
    /// - Throws: `CommandFailure` when the address cannot be listened on.
    static func take(host: String) async throws(CommandFailure) -> Int {
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: host, port: 0).get()
            let port = channel.localAddress?.port
            try await channel.close()
            if let port { return port }
        } catch {
            throw CommandFailure(code: "NoPort", place: host, message: "The address cannot be listened on: \(error)")
        }
        throw CommandFailure(code: "NoPort", place: host, message: "The system gave no free port; name one.")
    }
}

/// A Unix socket of a server on this machine.
enum LocalSocket {
    /// Whether a server accepts connections on it.
    static func isAnswered(_ path: String) async -> Bool {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path).get()
            try await channel.close()
            return true
        } catch {
            return false
        }
    }
}

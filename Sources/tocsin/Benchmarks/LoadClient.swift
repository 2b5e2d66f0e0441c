import Foundation
import Synchronization

/// Sends the same request over and over on some connections, as fast as the answers come, with next to no work of its own.
///
/// One thread and `poll`: what the server is given of the processors is what it would have with its callers elsewhere.
struct LoadClient: Sendable {
    /// What came of a load.
    struct Result: Sendable {
        /// The time of every answer, in milliseconds.
        var times: [Double] = []
        /// How long it took as a whole, in seconds.
        var seconds = 0.0

        /// Answers a second.
        var rate: Double { Double(times.count) / seconds }
    }

    let port: Int
    let connections: Int
    /// The whole request, with its head.
    let request: [UInt8]
    /// The status that every answer must have.
    let status: Int

    /// A POST of JSON to a path.
    init(port: Int, connections: Int = 32, post path: String, json: String, status: Int) {
        self.port = port
        self.connections = connections
        self.status = status
        request = Array(
            """
            POST \(path) HTTP/1.1\r
            Host: 127.0.0.1:\(port)\r
            Content-Type: application/json\r
            Content-Length: \(json.utf8.count)\r
            \r
            \(json)
            """.utf8
        )
    }

    /// Loads the server for so long.
    ///
    /// - Throws: `CommandFailure` when a connection cannot be made, ends, or is answered with another status.
    func run(seconds: Double) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Swift.Result { try self.loop(seconds: seconds) }) }
            thread.start()
        }
    }

    private func loop(seconds: Double) throws -> Result {
        var lanes = try (0..<connections).map { _ in try Lane(port: port) }
        defer { for lane in lanes { lane.end() } }
        var result = Result()
        let begin = ContinuousClock.now
        let deadline = begin + .seconds(seconds)
        for index in lanes.indices { try lanes[index].send(request) }
        var waiting = lanes.count
        var polls = lanes.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        while waiting > 0 {
            guard poll(&polls, nfds_t(polls.count), 10_000) > 0 else {
                throw Self.failure("No answer came in 10 seconds.")
            }
            for index in lanes.indices where polls[index].revents != 0 {
                guard let answered = try lanes[index].receive() else { continue }
                guard answered == status else { throw Self.failure("A call was answered \(answered).") }
                let now = ContinuousClock.now
                result.times.append(lanes[index].start.duration(to: now).seconds * 1_000)
                if now < deadline {
                    try lanes[index].send(request)
                } else {
                    polls[index].fd = -1
                    waiting -= 1
                }
            }
        }
        result.seconds = begin.duration(to: .now).seconds
        return result
    }

    private static func failure(_ message: String) -> CommandFailure {
        CommandFailure(code: "LoadFailed", message: message)
    }

    /// One connection with at most one call under way.
    private struct Lane {
        let socket: Int32
        private(set) var start = ContinuousClock.now
        private var received: [UInt8] = []

        init(port: Int) throws {
            socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port)).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let connected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard socket >= 0, connected == 0 else { throw LoadClient.failure("No connection could be made.") }
            var on: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }

        func end() { close(socket) }

        mutating func send(_ request: [UInt8]) throws {
            start = .now
            received.removeAll(keepingCapacity: true)
            guard write(socket, request, request.count) == request.count else {
                throw LoadClient.failure("A request could not be written.")
            }
        }

        /// Takes what has come; the status when the answer is whole.
        mutating func receive() throws -> Int? {
            let count = withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
                let count = read(socket, buffer.baseAddress, buffer.count)
                if count > 0 { received += buffer[..<count] }
                return count
            }
            guard count > 0 else { throw LoadClient.failure("The server ended a connection.") }
            guard let head = endOfHead else { return nil }
            guard received.count >= head + bodyLength(head) else { return nil }
            return Int(String(decoding: received[9..<12], as: UTF8.self))
        }

        private var endOfHead: Int? {
            guard received.count >= 4 else { return nil }
            for index in 3..<received.count
            where received[index] == 10 && received[index - 1] == 13 && received[index - 2] == 10 {
                return index + 1
            }
            return nil
        }

        private func bodyLength(_ head: Int) -> Int {
            for line in received[..<head].split(separator: 10) where line.count > 15 {
                let text = String(decoding: line, as: UTF8.self).lowercased()
                if text.hasPrefix("content-length:") {
                    return Int(text.dropFirst(15).filter(\.isNumber)) ?? 0
                }
            }
            return 0
        }
    }
}

import Foundation
import JSONTree
import Synchronization

/// A service on a loopback port that answers requests by method, path and query, one after another.
final class AnsweringService: Sendable {
    struct NotListening: Error {}

    /// One request as it came.
    struct Received: Sendable {
        /// Method and target, such as `GET /boards?x=1`.
        let line: String
        /// The header fields by their names in small letters.
        let headers: [String: String]
        let body: String
    }

    let port: Int
    private let descriptor: Int32
    private let received = Mutex<[Received]>([])

    /// Starts a service.
    ///
    /// - Parameter answer: The status and the body for a request.
    /// - Throws: When no port can be had.
    init(_ answer: @escaping @Sendable (Received) -> (status: Int, body: JSON)) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isListening else { throw NotListening() }
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                if let request = Self.read(connection) {
                    self?.received.withLock { $0.append(request) }
                    let (status, body) = answer(request)
                    let bytes = body.bytes()
                    let head =
                        "HTTP/1.1 \(status) Answer\r\nContent-Type: application/json\r\nContent-Length: \(bytes.count)\r\n"
                        + "Connection: close\r\n\r\n"
                    let all = Array(head.utf8) + bytes
                    _ = send(connection, all, all.count, Int32(MSG_NOSIGNAL))
                }
                close(connection)
            }
        }
        thread.start()
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// What came so far.
    var requests: [Received] { received.withLock { $0 } }

    private static func read(_ connection: Int32) -> Received? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
            }
            let body = String(text[end.upperBound...])
            guard body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 else { continue }
            let line = lines.first?.split(separator: " ").prefix(2).joined(separator: " ") ?? ""
            return Received(line: line, headers: headers, body: body)
        }
    }
}

import Glibc

/// One script to run.
struct Request {
    var code: String
    /// The value of `workflowContext` as JSON text.
    var context: String
    /// Seconds of processor time.
    var timeLimit: Double
    /// The largest result, in bytes of JSON text.
    var resultLimit: Int
}

/// The frames to and from the server.
///
/// A request is four 32-bit numbers, little-endian (bytes of code, bytes of context, milliseconds, bytes of result), and
/// then code and context in UTF-8. An answer is one byte for its kind, the 32-bit length of the rest, and the rest.
struct Channel {
    let descriptor: CInt

    /// Moves the channel away from the standard streams, so that no library can write into it.
    static func takeStandardStreams() -> Channel? {
        let descriptor = dup(STDOUT_FILENO)
        let null = open("/dev/null", O_RDWR)
        guard descriptor >= 0, null >= 0 else { return nil }
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            guard dup2(null, stream) >= 0 else { return nil }
        }
        close(null)
        return Channel(descriptor: descriptor)
    }

    /// The next script; nil when the server has gone or sent what is no frame.
    func receive() -> Request? {
        guard let head = read(16) else { return nil }
        let numbers = stride(from: 0, to: 16, by: 4).map { Channel.number(head[$0..<($0 + 4)]) }
        guard let code = read(numbers[0]), let context = read(numbers[1]) else { return nil }
        return Request(
            code: String(decoding: code, as: UTF8.self),
            context: String(decoding: context, as: UTF8.self),
            timeLimit: Double(numbers[2]) / 1_000,
            resultLimit: numbers[3]
        )
    }

    /// Sends an answer; false when nobody listens any more.
    func send(_ answer: Answer) -> Bool {
        let payload = answer.payload
        var frame: [UInt8] = [answer.kind]
        frame.reserveCapacity(payload.count + 5)
        Channel.append(payload.count, to: &frame)
        frame += payload
        var sent = 0
        while sent < frame.count {
            let count = frame.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
            }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    static func append(_ number: Int, to bytes: inout [UInt8]) {
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

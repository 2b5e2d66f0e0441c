import Glibc

/// What a worker says; its frames are described in the worker's own source.
enum WorkerAnswer {
    case ready
    case result([UInt8])
    case exception(name: String, message: String, line: Int)
    case timedOut
    case tooLarge(Int)

    /// Reads a frame's kind and payload; nil when the worker did not keep to the protocol.
    init?(kind: UInt8, payload: [UInt8]) {
        switch kind {
        case 0: self = .ready
        case 1: self = .result(payload)
        case 2:
            guard payload.count >= 8 else { return nil }
            let line = WorkerChannel.number(payload[0..<4])
            let nameCount = WorkerChannel.number(payload[4..<8])
            guard payload.count >= 8 + nameCount else { return nil }
            self = .exception(
                name: String(decoding: payload[8..<(8 + nameCount)], as: UTF8.self),
                message: String(decoding: payload[(8 + nameCount)...], as: UTF8.self),
                line: line
            )
        case 3: self = .timedOut
        case 4:
            guard payload.count == 4 else { return nil }
            self = .tooLarge(WorkerChannel.number(payload[...]))
        default: return nil
        }
    }
}

/// The socket to a worker, with a watch every 20 ms while it is waited for.
struct WorkerChannel {
    enum Failure: Error {
        /// The watch found a reason to stop.
        case stopped(ScriptError)
        case timedOut
        /// The other end has gone, or sent what is no frame.
        case closed
    }

    enum Received {
        case answer(WorkerAnswer)
        case failure(Failure)
    }

    let socket: CInt
    /// Our end of bubblewrap's standard error.
    let errors: CInt

    private static let tickMilliseconds: Int64 = 20
    /// The longest payload that is no result.
    private static let smallPayload = 16_384

    /// Sends parts one after the other; nil when all was taken.
    func send(_ parts: [[UInt8]], until deadline: ContinuousClock.Instant, tick: () -> ScriptError?) -> Failure? {
        var watch = Watch(deadline: deadline)
        for part in parts {
            var sent = 0
            while sent < part.count {
                let count = part.withUnsafeBytes { bytes in
                    let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
                    return Glibc.send(socket, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, flags)
                }
                if count > 0 {
                    sent += count
                } else if count < 0, errno == EAGAIN || errno == EINTR {
                    if let failure = watch.wait(for: POLLOUT, on: socket, tick) { return failure }
                } else {
                    return .closed
                }
            }
        }
        return nil
    }

    /// Receives one answer whose result has at most so many bytes.
    func receive(until deadline: ContinuousClock.Instant, limit: Int, tick: () -> ScriptError?) -> Received {
        var watch = Watch(deadline: deadline)
        do {
            let head = try read(5, &watch, tick)
            let count = WorkerChannel.number(head[1...])
            // The worker announces a result that is too large; a longer frame is not its protocol.
            guard count <= max(limit, WorkerChannel.smallPayload) else { return .failure(.closed) }
            let payload = try read(count, &watch, tick)
            guard let answer = WorkerAnswer(kind: head[0], payload: payload) else { return .failure(.closed) }
            return .answer(answer)
        } catch {
            return .failure(error)
        }
    }

    private func read(_ count: Int, _ watch: inout Watch, _ tick: () -> ScriptError?) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                recv(socket, buffer.baseAddress.map { $0 + filled }, count - filled, CInt(MSG_DONTWAIT))
            }
            if got > 0 {
                filled += got
            } else if got < 0, errno == EAGAIN || errno == EINTR {
                if let failure = watch.wait(for: POLLIN, on: socket, tick) { throw failure }
            } else {
                throw .closed
            }
        }
        return bytes
    }

    /// What bubblewrap wrote to its standard error so far, on one line.
    var errorText: String {
        var bytes = [UInt8](repeating: 0, count: 2_000)
        let count = recv(errors, &bytes, bytes.count, CInt(MSG_DONTWAIT))
        guard count > 0 else { return "" }
        let words = String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return words.joined(separator: " ")
    }

    func close() {
        Glibc.close(socket)
        Glibc.close(errors)
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    static func append(_ number: Int, to bytes: inout [UInt8]) {
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// Waiting with an end, and a look at the worker every 20 ms.
    private struct Watch {
        let deadline: ContinuousClock.Instant
        var lastTick = ContinuousClock.now

        mutating func wait(for event: CInt, on socket: CInt, _ tick: () -> ScriptError?) -> Failure? {
            var descriptor = pollfd(fd: socket, events: Int16(event), revents: 0)
            poll(&descriptor, 1, CInt(WorkerChannel.tickMilliseconds))
            let now = ContinuousClock.now
            guard now < deadline else { return .timedOut }
            guard now - lastTick >= .milliseconds(WorkerChannel.tickMilliseconds) else { return nil }
            lastTick = now
            return tick().map(Failure.stopped)
        }
    }
}

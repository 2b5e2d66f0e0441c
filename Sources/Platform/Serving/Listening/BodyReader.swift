import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization

/// Reads the body of a request up to its limit, within its time and within the budget of all bodies.
struct BodyReader {
    enum Result {
        case body([UInt8])
        case problem(Problem, heldBytes: Int)
    }

    let options: ServerOptions
    let gate: Gate
    let watches: ConnectionWatch.Registry

    func read(_ incoming: HummingbirdCore.Request, limit: Int, channel: any Channel) async -> Result {
        var announced: Int?
        if let text = incoming.headers[.contentLength] {
            announced = Int(text)
            guard let length = announced, length <= limit else {
                return .problem(.tooLarge(limit: limit), heldBytes: 0)
            }
            if length == 0 { return .body([]) }
        } else if incoming.headers[.transferEncoding] == nil && (incoming.method == .get || incoming.method == .head) {
            return .body([])
        }
        let reading = Reading(gate: gate, limit: limit)
        let task = Task { try await reading.run(incoming.body, announced: announced ?? 0) }
        let watch = watches.watch(of: channel)
        watch?.onClose { task.cancel() }
        let isLate = Mutex(false)
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(options.bodyTimeout)) {
            isLate.withLock { $0 = true }
            task.cancel()
        }
        defer {
            timer.cancel()
            watch?.finish()
        }
        do {
            let body = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            return .body(body)
        } catch let problem as Problem {
            return .problem(problem, heldBytes: reading.held)
        } catch {
            let problem =
                isLate.withLock { $0 }
                ? Problem(status: 408, message: "The body of the request did not come in time.")
                : Problem(status: 400, message: "The body of the request broke off.")
            return .problem(problem, heldBytes: reading.held)
        }
    }

    /// The body read so far; a class because its size must be known after a failure.
    private final class Reading: Sendable {
        private let gate: Gate
        private let limit: Int
        private let counted = Mutex(0)

        init(gate: Gate, limit: Int) {
            self.gate = gate
            self.limit = limit
        }

        var held: Int { counted.withLock { $0 } }

        func run(_ body: RequestBody, announced: Int) async throws -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(min(announced, 65_536))
            for try await buffer in body {
                try Task.checkCancellation()
                let count = buffer.readableBytes
                guard bytes.count + count <= limit else { throw Problem.tooLarge(limit: limit) }
                guard gate.takeBody(count) else {
                    throw Problem.unavailable("The server holds too many large requests.")
                }
                counted.withLock { $0 += count }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
            return bytes
        }
    }
}

extension TimeAmount {
    /// The same time in whole nanoseconds; longer than 290 years becomes that.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = overflow ? .nanoseconds(.max) : .nanoseconds(product + attoseconds / 1_000_000_000)
    }
}

import Foundation
import JSONTree
import Synchronization

/// Another process of this same program that works for a benchmark: it says what it does in lines of JSON, and may be killed.
final class ChildProcess: Sendable {
    /// The lines that it prints, each a JSON value; ends when it ends.
    let lines: AsyncStream<JSON>
    /// Its process id.
    let identifier: Int32
    /// When it was started.
    let started = ContinuousClock.now

    private let input: FileHandle
    private let ending: Ending

    /// How it ended, to be waited for.
    private final class Ending: Sendable {
        private struct State {
            var isOver = false
            var waiting: [CheckedContinuation<Void, Never>] = []
        }

        private let state = Mutex(State())

        func set() {
            let waiting = state.withLock { state in
                state.isOver = true
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if !state.isOver { state.waiting.append(continuation) }
                    return state.isOver
                }
                if isOver { continuation.resume() }
            }
        }
    }

    /// Starts this program with arguments.
    ///
    /// - Throws: when it cannot be started.
    init(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(
            filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        )
        process.arguments = arguments
        let output = Pipe()
        let input = Pipe()
        process.standardOutput = output
        process.standardInput = input
        let ending = Ending()
        process.terminationHandler = { _ in ending.set() }
        try process.run()
        self.input = input.fileHandleForWriting
        self.ending = ending
        identifier = process.processIdentifier
        let (lines, continuation) = AsyncStream.makeStream(of: JSON.self)
        self.lines = lines
        let reading = output.fileHandleForReading
        // A thread of its own: reading a pipe blocks.
        Thread.detachNewThread {
            var rest: [UInt8] = []
            while true {
                let data = reading.availableData
                if data.isEmpty { break }
                rest.append(contentsOf: data)
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = Array(rest[..<end])
                    rest.removeFirst(end + 1)
                    do {
                        continuation.yield(try JSON.parse(line))
                    } catch {
                        Console.complain(String(decoding: line, as: UTF8.self))
                    }
                }
            }
            continuation.finish()
        }
    }

    /// The next line that has a member of this name.
    ///
    /// - Throws: `CommandFailure` when the process ends before.
    func line(with name: String) async throws(CommandFailure) -> JSON {
        for await line in lines where line[name] != nil { return line }
        throw CommandFailure(
            code: "BenchmarkEnded",
            message: "A process of the benchmark ended before it said '\(name)'.",
            remedy: "Its errors stand above; see that the disk has room."
        )
    }

    /// Ends it as a power cut would, and waits until it is gone.
    func killHard() async {
        kill(identifier, SIGKILL)
        await ending.wait()
    }

    /// Tells it that nothing more is wanted, and waits until it is gone.
    func finish() async {
        try? input.close()
        await ending.wait()
    }

    /// Seconds since it was started.
    var age: Double { started.duration(to: .now).seconds }

    /// Its memory in megabytes: now, and at the most.
    var memory: (now: Double, peak: Double) { ProcessFigures.memory(of: identifier) }
}

/// What the kernel says of a process.
enum ProcessFigures {
    /// Resident memory in megabytes (10^6 bytes): now, and the most so far.
    static func memory(of process: Int32) -> (now: Double, peak: Double) {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        func megabytes(_ name: String) -> Double {
            for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
                let digits = line.filter(\.isNumber)
                return ((Double(digits) ?? 0) * 1_024 / 100_000).rounded() / 10
            }
            return 0
        }
        return (megabytes("VmRSS"), megabytes("VmHWM"))
    }

    /// Processor time that this process has used, in seconds.
    static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}

import Foundation
import JSONTree
import Logging
import Moments
import Signals
import Synchronization
import Testing

struct JSONLogHandlerTests {
    /// Keeps lines in memory.
    final class MemorySink: LogSink {
        private let lines = Mutex<[[UInt8]]>([])

        func write(_ line: [UInt8]) { lines.withLock { $0.append(line) } }

        var objects: [JSON] { lines.withLock { $0 }.compactMap { try? JSON.parse($0) } }
        var texts: [String] { lines.withLock { $0 }.map { String(decoding: $0, as: UTF8.self) } }
    }

    private func logger(_ sink: MemorySink, level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: "tocsin.test") { label in
            JSONLogHandler(label: label, level: level, sink: sink, clock: VirtualClock(.unixEpoch))
        }
        logger[metadataKey: LogKeys.tenant] = "t1"
        return logger
    }

    @Test func writesOneObjectALine() throws {
        let sink = MemorySink()
        logger(sink).info(
            "A run ended.",
            metadata: [LogKeys.run: "r\n1", "nested": ["list": [1, "b"].map { "\($0)" }.asMetadata]]
        )
        let text = try #require(sink.texts.first)
        #expect(text.hasSuffix("\n"))
        #expect(text.split(separator: "\n").count == 1)
        let object = try #require(sink.objects.first)
        #expect(object["time"] == "1970-01-01T00:00:00.0000000Z")
        #expect(object["level"] == "info")
        #expect(object["label"] == "tocsin.test")
        #expect(object["message"] == "A run ended.")
        #expect(object["tenant"] == "t1")
        #expect(object["run"] == "r\n1")
        #expect(object["nested"] == ["list": ["1", "b"]])
    }

    @Test func keepsToTheLevel() {
        let sink = MemorySink()
        logger(sink, level: .warning).info("Not shown.")
        #expect(sink.texts.isEmpty)
    }

    @Test func hidesSecrets() throws {
        let sink = MemorySink()
        logger(sink).warning(
            "A call failed.",
            metadata: [
                "password": "hunter2", "url": "https://h/?sig=hunter2",
                "headers": ["Authorization": "Bearer hunter2hunter2"], "error": "sent Bearer hunter2hunter2 away",
            ]
        )
        #expect(!sink.texts.joined().contains("hunter2"))
        #expect(sink.objects.first?["password"] == "*sanitized*")
    }

    @Test func keepsFixedMembersAndCutsLongTexts() throws {
        let sink = MemorySink()
        logger(sink).info("A line.", metadata: ["level": "mine", "long": "\(String(repeating: "x", count: 20_000))"])
        let object = try #require(sink.objects.first)
        #expect(object["level"] == "info")
        #expect(object["_level"] == "mine")
        #expect(object["long"]?.stringValue?.count == JSONLogHandler.maximumCharacters + 1)
    }

    @Test func addsProvidedMetadataAndErrors() throws {
        struct Failure: Error, CustomStringConvertible { let description = "It broke." }
        let sink = MemorySink()
        let handler = JSONLogHandler(
            label: "x",
            sink: sink,
            metadataProvider: Logger.MetadataProvider { ["trace": "abc"] }
        )
        handler.log(
            event: LogEvent(
                level: .error,
                message: "Failed.",
                error: Failure(),
                metadata: nil,
                source: "S",
                file: "",
                function: "",
                line: 1
            )
        )
        let object = try #require(sink.objects.first)
        #expect(object["trace"] == "abc")
        #expect(object["error"] == "It broke.")
        #expect(object["source"] == "S")
    }

    @Test func writesWholeLinesFromManyThreads() async throws {
        let pipe = Pipe()
        let sink = DescriptorSink(pipe.fileHandleForWriting.fileDescriptor)
        let reader = Task.detached { try pipe.fileHandleForReading.readToEnd() ?? Data() }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let line = Array("\(task)".utf8) + Array(repeating: UInt8(ascii: "x"), count: 6_000) + [10]
                    for _ in 0..<50 { sink.write(line) }
                }
            }
        }
        try pipe.fileHandleForWriting.close()
        let lines = try await reader.value.split(separator: 10)
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { $0.count == 6_001 && $0.dropFirst().allSatisfy { $0 == UInt8(ascii: "x") } })
        #expect(sink.droppedLines == 0)
    }

    @Test func countsWhatItCannotWrite() {
        let sink = DescriptorSink(-1)
        sink.write([10])
        #expect(sink.droppedLines == 1)
    }
}

extension [String] {
    fileprivate var asMetadata: Logger.MetadataValue { .array(map { .string($0) }) }
}

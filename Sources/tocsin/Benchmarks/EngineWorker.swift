import Durable
import Engine
import Foundation
import JSONTree
import Moments
import Stores

/// What a worker process does.
enum EngineWork: String, CaseIterable, Sendable {
    /// Many runs of five actions for some seconds.
    case load
    /// One run with a Foreach over `count` items.
    case foreach
    /// One long run over `count` items; goes on with it when the folder has it already.
    case long
    /// `count` runs that wait for a day, then `near` of which 500 a second fall due.
    case timers
    /// `count` runs of one action, then `near` that wait for a day.
    case history
    /// Serves what the folder has, and starts one run.
    case serve
}

/// The process that a part of the benchmark watches and kills: it prints lines of JSON, and ends when its input does.
struct EngineWorker {
    let work: EngineWork
    let folder: String
    let count: Int
    let near: Int
    let seconds: Double

    /// How many timers fall due in a second in `timers`.
    static let timersPerSecond = 500

    func run() async throws {
        switch work {
        case .load: try await load()
        case .foreach: try await foreach()
        case .long: try await long()
        case .timers: try await timers()
        case .history: try await history()
        case .serve: try await serve()
        }
    }

    /// The workflow whose runs a kind of work leaves in its folder.
    func program() throws -> WorkflowProgram {
        switch work {
        case .load: try Workbench.program(BenchmarkPlaybooks.five)
        case .foreach: try Workbench.program(BenchmarkPlaybooks.foreach(items: count))
        case .long: try Workbench.program(BenchmarkPlaybooks.long(items: count))
        case .timers, .serve: try Workbench.program(BenchmarkPlaybooks.waiting)
        case .history: try Workbench.program(BenchmarkPlaybooks.one)
        }
    }

    private func load() async throws {
        let bench = try await Workbench.open(folder: folder, program: try program())
        let processor = ProcessFigures.processorSeconds
        let begin = ContinuousClock.now
        let started = try await bench.load(tasks: 256, until: begin + .seconds(seconds))
        say([
            "started": .integer(Int64(started)), "seconds": .double(begin.duration(to: .now).seconds),
            "processorSeconds": .double(ProcessFigures.processorSeconds - processor),
        ])
        await inputEnds()
    }

    private func foreach() async throws {
        let bench = try await Workbench.open(folder: folder, program: try program())
        let begin = ContinuousClock.now
        let header = try await bench.driver.start(bench.seed(body: [:]))
        let status = await bench.watch.end(of: header.number)
        say(["status": .string(status), "seconds": .double(begin.duration(to: .now).seconds)])
        await inputEnds()
        try await bench.close()
    }

    private func long() async throws {
        let bench = try await Workbench.open(folder: folder, program: try program())
        let first = RunNumber(1)
        bench.watch.keep(first, first)
        let begin = ContinuousClock.now
        let serving = Task { await bench.driver.run() }
        if try await bench.store.read({ try SQLRuns.find(first, in: $0) }) == nil {
            try await bench.driver.start(bench.seed(body: [:]))
        }
        let watching = Task {
            while !Task.isCancelled {
                let rows = try await bench.store.read { snapshot in
                    try snapshot.first("SELECT MAX(position) FROM journal")?[0].optionalInteger ?? 0
                }
                say(["rows": .integer(JournalPosition(value: rows).sequence + 1)])
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        let status = await bench.watch.end(of: first)
        watching.cancel()
        say(["status": .string(status), "seconds": .double(begin.duration(to: .now).seconds)])
        await inputEnds()
        serving.cancel()
        try await bench.close()
    }

    private func timers() async throws {
        let bench = try await Workbench.open(folder: folder, program: try program())
        let begin = ContinuousClock.now
        let later: JSON = ["until": .string((Timestamp.now + .days(1)).iso8601)]
        try await fill(bench, count, later)
        say(["waiting": .integer(Int64(count)), "seconds": .double(begin.duration(to: .now).seconds)])
        let serving = Task { await bench.driver.run() }
        let first = bench.driver.nextRunNumber().value + 1
        bench.watch.keep(RunNumber(first), RunNumber(first + Int64(near)))
        let start = Timestamp.now + .seconds(Int64(5 + near / 2_000))
        func due(_ index: Int) -> Timestamp {
            start + TimeSpan(ticks: Int64(index) * 10_000_000 / Int64(Self.timersPerSecond))
        }
        var seeds: [RunSeed<WorkflowMachine>] = []
        for index in 0..<near { seeds.append(bench.seed(body: ["until": .string(due(index).iso8601)])) }
        try await startAll(seeds, bench)
        let isLate = Timestamp.now > start
        var most = 0
        let deadline = ContinuousClock.now + .seconds(60 + near / Self.timersPerSecond)
        while bench.watch.ended.count < near, ContinuousClock.now < deadline {
            most = max(most, await bench.driver.figures().timers)
            try await Task.sleep(for: .milliseconds(250))
        }
        let ended = bench.watch.ended
        let late = (0..<near).compactMap { index in
            ended[RunNumber(first + Int64(index))].map { Double(($0 - due(index)).ticks) / 1e7 }
        }
        let pending = try await bench.store.read { try $0.first("SELECT COUNT(*) FROM timer")?[0].integer ?? 0 }
        say([
            "fired": .integer(Int64(late.count)), "p50": .double(late.percentile(0.5)),
            "p99": .double(late.percentile(0.99)), "most": .integer(Int64(most)), "pending": .integer(pending),
            "wasLateToStart": .bool(isLate),
        ])
        await inputEnds()
        serving.cancel()
        try await bench.close()
    }

    private func history() async throws {
        var bench = try await Workbench.open(folder: folder, program: try program())
        try await fill(bench, count, ["id": "alert"])
        try await bench.close()
        bench = try await Workbench.open(folder: folder, program: try Workbench.program(BenchmarkPlaybooks.waiting))
        try await fill(bench, near, ["until": .string((Timestamp.now + .days(1)).iso8601)])
        say(["filled": true])
        await inputEnds()
    }

    private func serve() async throws {
        let bench = try await Workbench.open(folder: folder, program: try program())
        let serving = Task { await bench.driver.run() }
        let header = try await bench.driver.start(
            bench.seed(body: ["until": .string((Timestamp.now + .days(1)).iso8601)])
        )
        say(["serving": .string(header.name)])
        await inputEnds()
        serving.cancel()
        try await bench.close()
    }

    private func fill(_ bench: Workbench, _ count: Int, _ body: JSON) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let tasks = 256
            for task in 0..<tasks {
                group.addTask {
                    for _ in 0..<(count / tasks + (task < count % tasks ? 1 : 0)) {
                        try await bench.driver.start(bench.seed(body: body))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func startAll(_ seeds: [RunSeed<WorkflowMachine>], _ bench: Workbench) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let tasks = 64
            for task in 0..<tasks {
                group.addTask {
                    for index in stride(from: task, to: seeds.count, by: tasks) {
                        try await bench.driver.start(seeds[index])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Prints a line that the benchmark reads, at once.
    private func say(_ line: JSON) { FileHandle.standardOutput.write(Data((line.text + "\n").utf8)) }

    /// Waits until the benchmark closes this process's input.
    private func inputEnds() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                while !FileHandle.standardInput.availableData.isEmpty {}
                continuation.resume()
            }
        }
    }
}

extension EngineWork {
    /// The arguments that make this program do the work.
    func arguments(folder: String, count: Int = 0, near: Int = 0, seconds: Double = 0) -> [String] {
        [
            "bench", "engine-worker", "--work", rawValue, "--folder", folder, "--count", "\(count)", "--near",
            "\(near)", "--seconds", "\(seconds)",
        ]
    }
}

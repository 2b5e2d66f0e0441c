import Durable
import JSONTree

/// A Foreach over many items at concurrency 50, in a process whose memory is watched.
struct ForeachPart {
    let folder: String
    let items: Int

    func run() async throws -> JSON {
        let child = try ChildProcess(EngineWork.foreach.arguments(folder: folder, count: items))
        let line = try await child.line(with: "status")
        let peak = child.memory.peak
        await child.killHard()
        let history = try await HistoryCount.ends(folder: folder, run: RunNumber(1))
        guard history.status == "Succeeded", history.ends["Note"] == items, history.ends["Keep"] == items else {
            throw CommandFailure(
                code: "WrongHistory",
                message: "The Foreach came to \(history.status), \(history.ends)."
            )
        }
        return [
            "items": .integer(Int64(items)), "seconds": .figure(line["seconds"]?.doubleValue ?? 0),
            "peakMegabytes": .double(peak), "journalRows": .integer(Int64(history.rows)),
        ]
    }
}

/// One run of a million actions, killed midway and gone on with.
struct LongRunPart {
    let folder: String
    let items: Int

    func run() async throws -> JSON {
        let arguments = EngineWork.long.arguments(folder: folder, count: items)
        let child = try ChildProcess(arguments)
        // A step takes at most 256 turns; an item needs as many as it has actions, and two of its own.
        let half = items * (BenchmarkPlaybooks.actionsAnItem + 2) / 256 / 2
        var before = 0
        while before < half {
            before = Int(try await child.line(with: "rows")["rows"]?.integerValue ?? 0)
        }
        let first = child.age
        let firstPeak = child.memory.peak
        await child.killHard()

        let again = try ChildProcess(arguments)
        var rows = Int(try await again.line(with: "rows")["rows"]?.integerValue ?? 0)
        let found = rows
        while rows <= found { rows = Int(try await again.line(with: "rows")["rows"]?.integerValue ?? 0) }
        let moving = again.age
        let line = try await again.line(with: "status")
        let second = again.age
        let peak = max(firstPeak, again.memory.peak)
        await again.killHard()
        let history = try await HistoryCount.ends(folder: folder, run: RunNumber(1))
        let actions = history.ends.values.reduce(0, +)
        guard line["status"] == "Succeeded", history.status == "Succeeded",
            actions == items * BenchmarkPlaybooks.actionsAnItem + 1
        else {
            throw CommandFailure(
                code: "WrongHistory",
                message: "The long run came to \(history.status) with \(actions) actions."
            )
        }
        return [
            "actions": .integer(Int64(actions)), "seconds": .figure(first + second), "peakMegabytes": .double(peak),
            "killedAtRow": .integer(Int64(found)), "journalRows": .integer(Int64(history.rows)),
            "movingAgainSeconds": .figure(moving),
        ]
    }
}

/// Many runs that wait, of which 500 a second fall due.
struct TimersPart {
    let folder: String
    /// Each waits with two timers: its own, and that of the longest duration of a run.
    let runs: Int
    let near: Int

    func run() async throws -> JSON {
        let child = try ChildProcess(EngineWork.timers.arguments(folder: folder, count: runs, near: near))
        let filled = try await child.line(with: "waiting")
        Console.complain("bench engine: \(runs) runs wait")
        let line = try await child.line(with: "fired")
        let peak = child.memory.peak
        await child.killHard()
        guard line["fired"]?.integerValue == Int64(near) else {
            throw CommandFailure(
                code: "LostTimers",
                message: "Only \(line["fired"]?.text ?? "0") of \(near) timers fired."
            )
        }
        let again = try ChildProcess(EngineWork.serve.arguments(folder: folder))
        _ = try await again.line(with: "serving")
        let serving = again.age
        await again.finish()
        return [
            "pending": line["pending"] ?? .null, "mostInMemory": line["most"] ?? .null,
            "perSecond": .integer(Int64(EngineWorker.timersPerSecond)),
            "lateP50Seconds": .figure(line["p50"]?.doubleValue ?? 0),
            "lateP99Seconds": .figure(line["p99"]?.doubleValue ?? 0), "peakMegabytes": .double(peak),
            "fillSeconds": .figure(filled["seconds"]?.doubleValue ?? 0), "restartSeconds": .figure(serving),
        ]
    }
}

/// A start over many open runs and a long history, and one over nothing.
struct RestartPart {
    let folder: String
    let ended: Int
    let open: Int

    func run() async throws -> JSON {
        let filling = try ChildProcess(EngineWork.history.arguments(folder: folder, count: ended, near: open))
        _ = try await filling.line(with: "filled")
        await filling.killHard()
        Console.complain("bench engine: \(ended) runs in history, \(open) open")
        let child = try ChildProcess(EngineWork.serve.arguments(folder: folder))
        _ = try await child.line(with: "serving")
        let serving = child.age
        // The store gives memory back after ten seconds without work.
        try await Task.sleep(for: .seconds(13))
        let memory = child.memory
        await child.killHard()
        let cold = try ChildProcess(EngineWork.serve.arguments(folder: folder + "/cold"))
        _ = try await cold.line(with: "serving")
        let start = cold.age
        await cold.finish()
        return [
            "endedRuns": .integer(Int64(ended)), "openRuns": .integer(Int64(open)),
            "servingSeconds": .figure(serving), "idleMegabytes": .double(memory.now),
            "peakMegabytes": .double(memory.peak), "coldStartSeconds": .figure(start),
        ]
    }
}

import Durable
import JSONTree

/// Many runs of five actions each, counted from their history after the process was killed.
struct ThroughputPart {
    let folder: String
    let seconds: Double

    func run() async throws -> JSONObject {
        let child = try ChildProcess(EngineWork.load.arguments(folder: folder, seconds: seconds))
        let line = try await child.line(with: "started")
        await child.killHard()
        let started = Int(line["started"]?.integerValue ?? 0)
        let elapsed = line["seconds"]?.doubleValue ?? 1
        let found = try await HistoryCount.actions(
            folder: folder,
            program: try Workbench.program(BenchmarkPlaybooks.five)
        )
        guard found.runs >= started, found.actions >= started * 5 else {
            throw CommandFailure(
                code: "LostRuns",
                message:
                    "\(started) runs were acknowledged, but after a SIGKILL the history shows \(found.runs) with \(found.actions) actions."
            )
        }
        let used = line["processorSeconds"]?.doubleValue ?? 0
        return [
            "runs": .integer(Int64(started)), "actionsInHistory": .integer(Int64(found.actions)),
            "durableActionsPerSecond": .double((Double(started * 5) / elapsed).rounded()),
            "cpuMillisecondsPerAction": .figure(used * 1_000 / Double(max(1, started * 5))),
        ]
    }
}

/// Single runs of five actions that compute, one after the other.
struct LatencyPart {
    let folder: String
    let runs: Int

    func run() async throws -> JSONObject {
        let bench = try await Workbench.open(
            folder: folder,
            program: try Workbench.program(BenchmarkPlaybooks.five)
        )
        var times: [Double] = []
        for number in 0..<runs {
            let begin = ContinuousClock.now
            try await bench.driver.start(bench.seed(body: ["id": .string("alert-\(number)")]))
            times.append(begin.duration(to: .now).seconds * 1_000)
        }
        try await bench.close()
        return [
            "singleRunP50Milliseconds": .figure(times.percentile(0.5)),
            "singleRunP99Milliseconds": .figure(times.percentile(0.99)),
        ]
    }
}

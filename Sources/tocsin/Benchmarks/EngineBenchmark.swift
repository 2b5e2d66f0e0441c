import Foundation
import JSONTree
import Stores

/// Measures the engine, part by part, over data folders of its own.
struct EngineBenchmark {
    /// What can be measured.
    enum Part: String, CaseIterable {
        /// Many runs of five actions, counted after a SIGKILL.
        case throughput
        /// Single runs of five actions that compute.
        case latency
        /// Single runs of five HTTP actions over loopback.
        case http
        /// A Foreach over 100,000 items.
        case foreach
        /// One run of a million actions, killed midway.
        case long
        /// A million pending timers.
        case timers
        /// A start over 10,000 open runs and a million in history.
        case restart

        /// A server with Request triggers, called over loopback.
        case serving

        /// The parts of `--quick`.
        static let quick: [Part] = [.throughput, .latency, .http, .foreach]
    }

    let folder: String
    let isQuick: Bool

    /// Measures the parts, each over a new data folder, after a calibration of the disk.
    func run(_ parts: [Part]) async throws -> JSON {
        var result = JSONObject()
        result["benchmark"] = "engine"
        say("calibration")
        let calibration = try StoreCalibration.run(folder: folder, seconds: isQuick ? 2.5 : 8)
        for part in parts {
            say(part.rawValue)
            let path = "\(folder)/bench-\(part.rawValue)-\(ProcessInfo.processInfo.processIdentifier)"
            defer { remove(path) }
            for (name, value) in try await measure(part, path) { result[name] = value }
        }
        result["calibration"] = calibration.json
        return .object(result)
    }

    private func measure(_ part: Part, _ path: String) async throws -> JSONObject {
        switch part {
        case .throughput: try await ThroughputPart(folder: path, seconds: isQuick ? 5 : 20).run()
        case .latency: try await LatencyPart(folder: path, runs: isQuick ? 200 : 1_000).run()
        case .http: try await HTTPPart(folder: path, runs: isQuick ? 60 : 300).run()
        case .foreach: ["foreach": try await ForeachPart(folder: path, items: isQuick ? 10_000 : 100_000).run()]
        case .long: ["long": try await LongRunPart(folder: path, items: isQuick ? 10_000 : 100_000).run()]
        case .timers:
            [
                "timers": try await TimersPart(
                    folder: path,
                    runs: isQuick ? 20_000 : 500_000,
                    near: isQuick ? 2_500 : 15_000
                ).run()
            ]
        case .serving: ["serving": try await ServingPart(folder: path, seconds: isQuick ? 3 : 15).run()]
        case .restart:
            [
                "restart": try await RestartPart(
                    folder: path,
                    ended: isQuick ? 20_000 : 1_000_000,
                    open: isQuick ? 1_000 : 10_000
                ).run()
            ]
        }
    }

    private func say(_ line: String) { Console.complain("bench engine: \(line)") }

    private func remove(_ path: String) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Console.complain("The folder \(path) could not be removed: \(error)")
        }
    }
}

extension JSON {
    /// A figure with three places behind the point.
    static func figure(_ value: Double) -> JSON { .double((value * 1_000).rounded() / 1_000) }
}

extension [Double] {
    /// The value below which this part of all lies; 0 for none.
    func percentile(_ part: Double) -> Double {
        isEmpty ? 0 : sorted()[Swift.min(count - 1, Int(Double(count) * part))]
    }
}

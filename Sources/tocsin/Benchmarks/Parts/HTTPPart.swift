import Durable
import Engine
import JSONTree
import Outbound

/// Single runs of five HTTP actions over loopback, one after the other.
struct HTTPPart {
    let folder: String
    let runs: Int

    func run() async throws -> JSONObject {
        try await LoopbackServer.serve { port in
            let transport = try HTTPTransport()
            let bench = try await Workbench.open(
                folder: folder,
                program: try Workbench.program(BenchmarkPlaybooks.calls(port: port)),
                performer: LiveEffects.onLoopback(transport)
            )
            var times: [Double] = []
            for number in 0..<runs {
                let begin = ContinuousClock.now
                let seed = bench.seed(body: ["id": .string("alert-\(number)")])
                bench.watch.keep(seed.header.number, seed.header.number)
                try await bench.driver.start(seed)
                let status = await bench.watch.end(of: seed.header.number)
                guard status == ActionStatus.succeeded.word else {
                    throw CommandFailure(code: "RunFailed", message: "A run of five calls came to \(status).")
                }
                times.append(begin.duration(to: .now).seconds * 1_000)
            }
            try await bench.close()
            await transport.shutdown()
            return [
                "httpRunP50Milliseconds": .figure(times.percentile(0.5)),
                "httpRunP99Milliseconds": .figure(times.percentile(0.99)),
            ]
        }
    }
}

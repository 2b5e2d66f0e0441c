import AsyncHTTPClient
import Connectors
import Foundation
import JSONTree
import NIOCore
import NIOHTTP1
import Outbound

/// Measures connectors: loading many, calls through one connection, and what a call costs beside a bare HTTP call.
///
/// The server that answers is a process of its own, so that the processor time of this one is that of the calls.
struct ConnectorsBenchmark {
    /// A folder with connectors to load.
    let folder: String
    let isQuick: Bool

    func run() async throws -> JSON {
        var result: JSONObject = ["benchmark": "connectors"]
        result.merge(try loading())
        let server = try ChildProcess(["bench", "loopback-server"])
        let port = Int(clamping: try await server.line(with: "port")["port"]?.integerValue ?? 0)
        let calls = try ConnectorCalls(port: port)
        result.merge(try await calls.measure(rounds: isQuick ? 3 : 7, calls: isQuick ? 2_000 : 10_000))
        await calls.shutdown()
        await server.finish()
        return .object(result)
    }

    /// The time and memory of loading every connector of the folder; names alone are told apart.
    private func loading() throws -> JSONObject {
        let start = Self.residentMegabytes()
        let registry = ConnectorRegistry.idle(folders: [folder])
        let begin = ContinuousClock.now
        let names = registry.names
        let listed = begin.duration(to: .now).seconds
        let unused = Self.residentMegabytes() - start
        let loadBegin = ContinuousClock.now
        var operations = 0
        for name in names { operations += try registry.connector(name)?.operations.count ?? 0 }
        let loaded = loadBegin.duration(to: .now).seconds
        let memory = Self.residentMegabytes() - start
        return [
            "connectors": .integer(Int64(names.count)), "operations": .integer(Int64(operations)),
            "loadSeconds": .figure(loaded), "loadMegabytes": .figure(memory), "listSeconds": .figure(listed),
            "unusedMegabytes": .figure(unused),
        ]
    }

    private static func residentMegabytes() -> Double {
        ProcessFigures.memory(of: ProcessInfo.processInfo.processIdentifier).now
    }
}

/// Calls of one connection beside bare calls of the HTTP client, to the same server.
private struct ConnectorCalls {
    private let port: Int
    private let transport: HTTPTransport
    private let client: HTTPClient
    private let registry: ConnectorRegistry

    /// How many calls are under way at a time.
    private static let inFlight = 32

    private static let body: JSON = [
        "subject": "Alert", "description": "A sign-in from a strange place", "priority": 3,
        "tags": ["alert", "signin"],
    ]

    private static let definition: JSON = [
        "swagger": "2.0", "info": ["title": "Bench"], "host": "api.example", "basePath": "/",
        "securityDefinitions": ["api_key": ["type": "apiKey", "in": "header", "name": "X-Key"]],
        "paths": [
            "/echo": [
                "post": [
                    "operationId": "Echo", "produces": ["application/json"], "consumes": ["application/json"],
                    "parameters": [
                        [
                            "name": "trace", "in": "query", "type": "string", "default": "on",
                            "x-ms-visibility": "internal",
                        ],
                        [
                            "name": "body", "in": "body", "required": true,
                            "schema": [
                                "type": "object", "required": ["subject"],
                                "properties": [
                                    "subject": ["type": "string"], "description": ["type": "string"],
                                    "priority": ["type": "integer", "minimum": 1, "maximum": 4],
                                    "tags": ["type": "array", "items": ["type": "string"]],
                                ],
                            ],
                        ],
                    ],
                ]
            ]
        ],
    ]

    init(port: Int) throws {
        self.port = port
        let folder = NSTemporaryDirectory() + "tocsin-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: "\(folder)/bench", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(Self.definition.bytes()).write(to: URL(filePath: "\(folder)/bench/apiDefinition.swagger.json"))
        transport = try HTTPTransport()
        client = HTTPClient(eventLoopGroupProvider: .singleton)
        registry = ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections(
                [
                    Connection(
                        tenant: "t",
                        name: "bench",
                        connector: "bench",
                        parameters: ["api_key": "K"],
                        baseURL: "http://127.0.0.1:\(port)",
                        networks: ["127.0.0.0/8"]
                    )
                ]
            ),
            transport: transport
        )
        // Read now: the folder is gone afterwards.
        _ = try registry.connector("bench")
    }

    func shutdown() async {
        await transport.shutdown()
        try? await client.shutdown()
    }

    /// Connector calls, guarded ones and bare ones in turn; the median of the rounds.
    func measure(rounds: Int, calls: Int) async throws -> JSONObject {
        var mine = Figures()
        var guarded = Figures()
        var bare = Figures()
        _ = try await round(calls / 4) { try await connectorCall() }
        _ = try await round(calls / 4) { try await guardedCall() }
        _ = try await round(calls / 4) { try await bareCall() }
        for _ in 0..<rounds {
            mine.add(try await round(calls) { try await connectorCall() })
            guarded.add(try await round(calls) { try await guardedCall() })
            bare.add(try await round(calls) { try await bareCall() })
        }
        return [
            "callsPerSecond": .figure(mine.rate), "bareCallsPerSecond": .figure(bare.rate),
            "processorMicroseconds": .figure(mine.cost), "guardedProcessorMicroseconds": .figure(guarded.cost),
            "bareProcessorMicroseconds": .figure(bare.cost),
            "processorRatio": .figure(bare.cost > 0 ? mine.cost / bare.cost : 0),
        ]
    }

    /// What the rounds of one kind of call gave.
    private struct Figures {
        private var rates: [Double] = []
        private var costs: [Double] = []

        mutating func add(_ round: (rate: Double, microseconds: Double)) {
            rates.append(round.rate)
            costs.append(round.microseconds)
        }

        /// Calls a second.
        var rate: Double { rates.percentile(0.5) }
        /// Microseconds of processor time a call.
        var cost: Double { costs.percentile(0.5) }
    }

    /// Makes calls, so many at a time, and counts time and processor time.
    private func round(
        _ calls: Int,
        _ call: @escaping @Sendable () async throws -> Void
    ) async throws -> (rate: Double, microseconds: Double) {
        let begin = ContinuousClock.now
        let used = ProcessFigures.processorSeconds
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<calls {
                if number >= Self.inFlight { try await group.next() }
                group.addTask { try await call() }
            }
            try await group.waitForAll()
        }
        let seconds = begin.duration(to: .now).seconds
        return (Double(calls) / seconds, (ProcessFigures.processorSeconds - used) * 1_000_000 / Double(calls))
    }

    private func connectorCall() async throws {
        let prepared = try await registry.prepare(
            ConnectorCall(
                tenant: "t",
                connection: "bench",
                method: "post",
                path: "/echo",
                body: Self.body,
                executionKey: "t/run/action"
            )
        )
        let outputs = prepared.interpret(try await prepared.transport.send(prepared.request))
        guard outputs.statusCode == 200, outputs.body == Self.body else {
            throw CommandFailure(code: "WrongAnswer", message: "A call was answered \(outputs.statusCode).")
        }
    }

    /// The same request through the guard, without a connector: the part of a call that is the transport's.
    private func guardedCall() async throws {
        let response = try await transport.send(
            OutboundRequest(
                method: "POST",
                url: "http://127.0.0.1:\(port)/echo?trace=on",
                headers: ["Content-Type": "application/json", "Accept": "application/json", "X-Key": "K"],
                body: Self.body.bytes(),
                networks: .withLoopback
            )
        )
        guard response.status == 200, try JSON.parse(response.body) == Self.body else {
            throw CommandFailure(code: "WrongAnswer", message: "A call was answered \(response.status).")
        }
    }

    /// What a program without connectors would do: write the JSON, send it, read the JSON of the answer.
    private func bareCall() async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/echo?trace=on")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "X-Key", value: "K")
        request.body = .bytes(ByteBuffer(bytes: Self.body.bytes()))
        let response = try await client.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 1_048_576)
        guard response.status == .ok, try JSON.parse(Array(bytes.readableBytesView)) == Self.body else {
            throw CommandFailure(code: "WrongAnswer", message: "A call was answered \(response.status.code).")
        }
    }
}

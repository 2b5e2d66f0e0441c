import Connectors
import JSONTree
import Outbound
import Synchronization
import Testing

@testable import Engine

/// Effects over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct LoopbackEffectTests {
    /// `{"packed":true}`.
    static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x2A, 0x48, 0x4C, 0xCE, 0x4E, 0x4D,
        0x51, 0xB2, 0x2A, 0x29, 0x2A, 0x4D, 0xAD, 0x05, 0x00, 0x89, 0xE0, 0xB5, 0xDC, 0x0F, 0x00, 0x00, 0x00,
    ]

    private func outcome(
        _ server: LoopbackServer,
        _ method: String,
        _ path: String,
        options: String? = nil,
        networks: NetworkPolicy = .withLoopback
    ) async throws -> EffectOutcome {
        let transport = try HTTPTransport()
        let siblings = FakeSiblings()
        let effects = LiveEffects(
            transport: transport,
            networks: networks,
            registry: ConnectorRegistry(folders: [], connections: FixedConnections([]), transport: transport),
            children: siblings,
            batches: siblings
        )
        let inputs: JSON = [
            "method": .string(method), "uri": .string(server.url(path)),
            "authentication": ["type": "Raw", "value": "key"],
        ]
        let effect = try EffectWorld.effect(EffectWorld.http(inputs, options: options))
        let input = await effects.perform(effect, run: EffectWorld.run, flight: 1)
        await transport.shutdown()
        guard case .landed(_, let outcome) = input else { return .undecided }
        return outcome
    }

    @Test func `packed answers are unpacked, unless the action wants them as they are`() async throws {
        let server = try await LoopbackServer { _, _ in
            .send(200, [("Content-Type", "application/json"), ("Content-Encoding", "gzip")], Self.packed)
        }
        #expect(try await outcome(server, "GET", "/").answer?.body == ["packed": true])
        let raw = try await outcome(server, "GET", "/", options: "DisableAutomaticDecompression").answer?.body
        #expect(raw?["$content-type"] == "application/json")
        #expect(raw?["$content"]?.stringValue?.hasPrefix("H4sI") == true)
        try await server.stop()
    }

    @Test func `a reply that is cut leaves a POST unknown and a PUT to be repeated`() async throws {
        let calls = Mutex<[String]>([])
        let server = try await LoopbackServer { method, _ in
            calls.withLock { $0.append(method) }
            return .cut
        }
        #expect(try await outcome(server, "POST", "/").brief == "unknown ConnectionLost")
        #expect(try await outcome(server, "PUT", "/").brief == "unreachable ConnectionLost")
        #expect(calls.withLock { $0 } == ["POST", "PUT"])
        try await server.stop()
    }

    @Test func `redirects are followed, and loopback is closed unless it is allowed`() async throws {
        let server = try await LoopbackServer { _, path in
            path == "/old"
                ? .send(307, [("Location", "/new")]) : .send(200, [("Content-Type", "text/plain")], Array(path.utf8))
        }
        #expect(try await outcome(server, "POST", "/old").answer?.body == "/new")
        let refused = try await outcome(server, "POST", "/old", networks: .publicInternet)
        #expect(refused.brief == "refused DestinationNotAllowed DestinationNotAllowed")
        try await server.stop()
    }

    @Test func `nobody listens, so nothing has happened`() async throws {
        let server = try await LoopbackServer { _, _ in .send(200) }
        try await server.stop()
        #expect(try await outcome(server, "POST", "/").brief == "unreachable ConnectionFailed")
    }
}

import Connectors
import Foundation
import JSONTree
import Moments
import Outbound
import Secrets

/// Where this repository's own connectors lie.
enum Folders {
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    static let connectors = "\(root)/Connectors"
}

/// A connection whose calls go through the registry to a real service.
struct Bench: Sendable {
    let registry: ConnectorRegistry
    let connection: Connection

    init(
        _ connector: String,
        _ services: [String: any ConnectorService],
        parameters: [String: JSON] = [:],
        secrets: [String: String] = [:],
        networks: [String] = ["127.0.0.0/8", "::1/128"],
        clock: any WallClock = SystemClock()
    ) {
        connection = Connection(
            tenant: "t1",
            name: "c",
            connector: connector,
            parameters: parameters,
            secretNames: Set(secrets.keys),
            networks: networks
        )
        registry = ConnectorRegistry(
            folders: [Folders.connectors],
            connections: FixedConnections(
                [connection],
                secrets: Dictionary(uniqueKeysWithValues: secrets.map { ("c/\($0.key)", SecretValue($0.value)) })
            ),
            transport: NoNetwork(),
            services: services,
            clock: clock
        )
    }

    /// A call of an action and its answer.
    func call(
        _ method: String,
        _ path: String,
        queries: [(name: String, value: JSON)] = [],
        body: JSON? = nil,
        cursor: JSON? = nil,
        key: String = "t1/run/Action/0",
        timeout: Duration = .seconds(30)
    ) async throws -> ConnectorOutputs {
        let prepared = try await prepare(method, path, queries, body, cursor, key, timeout)
        return prepared.interpret(try await prepared.transport.send(prepared.request))
    }

    /// All pages of a listing.
    func pages(_ path: String, queries: [(name: String, value: JSON)] = []) async throws -> [ConnectorOutputs] {
        let prepared = try await prepare("GET", path, queries, nil, nil, "k", .seconds(30))
        var request: OutboundRequest? = prepared.request
        var pages: [ConnectorOutputs] = []
        while let next = request, pages.count < 1_000 {
            let page = prepared.interpret(try await prepared.transport.send(next))
            pages.append(page)
            request = prepared.nextPage(after: page)
        }
        return pages
    }

    private func prepare(
        _ method: String,
        _ path: String,
        _ queries: [(name: String, value: JSON)],
        _ body: JSON?,
        _ cursor: JSON?,
        _ key: String,
        _ timeout: Duration
    ) async throws -> PreparedCall {
        var call = ConnectorCall(
            tenant: "t1",
            connection: "c",
            method: method,
            path: path,
            queries: queries,
            body: body,
            executionKey: key,
            timeout: timeout
        )
        call.cursor = cursor
        return try await registry.prepare(call)
    }
}

/// A transport that must not be used.
struct NoNetwork: Transport {
    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        throw OutboundError(code: .connectionFailed, message: "nothing goes over HTTP here", certainlyNotSent: true)
    }
}

extension ConnectorOutputs {
    /// The code of the error in the body.
    var errorCode: String? { body?["error"]?["code"]?.stringValue }
    /// The message of the error in the body.
    var errorMessage: String { body?["error"]?["message"]?.stringValue ?? "" }
}

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/tocsin-services-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // A leftover in the temporary folder harms no one.
        }
    }

    func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")), as: UTF8.self)
    }
}

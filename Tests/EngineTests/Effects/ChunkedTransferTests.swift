import Connectors
import Foundation
import JSONTree
import Outbound
import Synchronization
import Testing

@testable import Engine

/// Messages in chunks (workflow definition language, section 10.3).
@Suite(.timeLimit(.minutes(1)))
struct ChunkedTransferTests {
    static let runtime: JSON = ["contentTransfer": ["transferMode": "Chunked"]]

    static func upload(
        _ method: String = "POST",
        body: String = "@body('Source')",
        isResend: Bool = false
    ) throws -> ActionEffect {
        var inputs: JSONObject = [
            "method": .string(method), "uri": "https://a.example/files", "body": .string(body),
            "headers": ["Content-Type": "text/plain"], "authentication": ["type": "Raw", "value": "key"],
        ]
        let action = EffectWorld.http(.object(inputs), runtime: runtime)
        inputs["body"] = "0123456789"
        return try EffectWorld.effect(after(action), inputs: .object(inputs), isResend: isResend)
    }

    /// The action behind the one whose content it sends.
    static func after(_ action: JSON) -> JSON {
        var action = action.objectValue ?? JSONObject()
        action["runAfter"] = ["Source": ["Succeeded"]]
        return .object(action)
    }

    static func download() throws -> ActionEffect {
        try EffectWorld.effect(EffectWorld.http(["method": "GET", "uri": "https://a.example/f"], runtime: runtime))
    }

    static var limits: EffectLimits {
        var limits = EffectLimits()
        limits.chunkBytes = 4
        return limits
    }

    static func opening(_ size: String? = "4", _ location: String = "/up/1") -> OutboundResponse {
        var headers: OutboundHeaders = ["Location": location]
        headers["x-ms-chunk-size"] = size
        return .init(status: 200, headers: headers)
    }

    @Test func `an upload is announced and sent piece by piece`() async throws {
        let world = EffectWorld { request in
            guard request.method == "PATCH" else { return Self.opening() }
            switch request.headers["Content-Range"] {
            // It has only taken two of four bytes.
            case "bytes 0-3/10": return .init(status: 200, headers: ["Range": "bytes=0-1", "x-ms-chunk-size": "5"])
            case "bytes 2-6/10": return .init(status: 200, headers: ["x-ms-chunk-size": "5"])
            default: return .json(["id": 1], status: 201)
            }
        }
        let answer = try #require(try await world.outcome(Self.upload()).answer)
        #expect(answer.status == 201)
        #expect(answer.body == ["id": 1])
        let first = try #require(world.requests.first)
        #expect(first.method == "POST")
        #expect(first.body == [])
        #expect(first.headers["x-ms-transfer-mode"] == "chunked")
        #expect(first.headers["x-ms-content-length"] == "10")
        let chunks = world.requests.dropFirst()
        #expect(chunks.map(\.url) == Array(repeating: "https://a.example/up/1", count: 3))
        #expect(chunks.map(\.text) == ["0123", "23456", "789"])
        #expect(chunks.map { $0.headers["Content-Range"] } == ["bytes 0-3/10", "bytes 2-6/10", "bytes 7-9/10"])
        #expect(
            chunks.allSatisfy { $0.headers["Content-Type"] == "text/plain" && $0.headers["Authorization"] == "key" }
        )
    }

    @Test(
        arguments: [
            ("@body('Source')", true), ("@outputs('Source')", true), ("@outputs('Source')?['body']", true),
            ("0123456789", false), ("@triggerBody()", false), ("@{body('Source')}", false),
            ("@body('Source')?['Content']", false), ("@concat(body('Source'), '')", false),
        ]
    )
    func `only the content of an action as it is goes out in chunks`(_ body: String, _ isChunked: Bool) async throws {
        let world = EffectWorld { request in
            request.headers.contains("x-ms-transfer-mode") ? Self.opening("10") : .init(status: 201)
        }
        #expect(try await world.outcome(Self.upload(body: body)).brief == "answered 201")
        #expect(world.requests.map(\.method) == (isChunked ? ["POST", "PATCH"] : ["POST"]))
        #expect(world.requests.last?.text == "0123456789")
    }

    @Test func `another origin gets chunks, but no credentials`() async throws {
        let world = EffectWorld { request in
            request.method == "POST" ? Self.opening("10", "https://b.example/up") : .init(status: 200)
        }
        #expect(try await world.outcome(Self.upload()).brief == "answered 200")
        #expect(world.requests.last?.url == "https://b.example/up")
        #expect(world.requests.last?.text == "0123456789")
        #expect(world.requests.last?.headers.contains("Authorization") == false)
    }

    @Test(
        arguments: [
            ("POST", 0, "unreachable ConnectionLost"), ("POST", 1, "unreachable ConnectionLost"),
            ("POST", 3, "unknown ConnectionLost"), ("PUT", 3, "unreachable ConnectionLost"),
        ]
    )
    func `only the last chunk can have done something`(_ method: String, _ index: Int, _ expected: String) async throws
    {
        let count = Mutex(0)
        let world = EffectWorld { request in
            let number = count.withLock {
                $0 += 1
                return $0 - 1
            }
            if number == index { throw OutboundError(code: .lostReply, message: "Cut.", certainlyNotSent: false) }
            return request.method == "PATCH" ? .init(status: 200) : Self.opening()
        }
        #expect(try await world.outcome(Self.upload(method)).brief == expected)
        #expect(world.requests.count == index + 1)
    }

    @Test func `a service that takes no chunks is told apart from one that fails`() async throws {
        let deaf = EffectWorld { _ in .init(status: 200) }
        #expect(try await deaf.outcome(Self.upload()).brief == "refused ChunkedTransferNotSupported BadRequest")
        let failing = EffectWorld { _ in .init(status: 503) }
        #expect(try await failing.outcome(Self.upload()).brief == "answered 503")
        let stuck = EffectWorld { request in
            request.method == "PATCH" ? .init(status: 200, headers: ["Range": "bytes=0-9"]) : Self.opening()
        }
        #expect(try await stuck.outcome(Self.upload()).brief == "refused ChunkedTransferFailed BadRequest")
    }

    @Test func `a download is put together`() async throws {
        let world = EffectWorld(limits: Self.limits) { request in
            let range = request.headers["Range"] ?? ""
            let parts = ["bytes=0-3": "0123", "bytes=4-7": "4567", "bytes=8-11": "89"]
            let text = parts[range] ?? "?"
            let first = ["bytes=0-3": 0, "bytes=4-7": 4, "bytes=8-11": 8][range] ?? 0
            return .init(
                status: 206,
                headers: [
                    "Content-Range": "bytes \(first)-\(first + text.utf8.count - 1)/10", "Content-Type": "text/plain",
                    "ETag": "\"e\"",
                ],
                body: Array(text.utf8)
            )
        }
        let answer = try #require(try await world.outcome(Self.download()).answer)
        #expect(answer.status == 200)
        #expect(answer.body == "0123456789")
        #expect(answer.headers["Content-Range"] == Optional<JSON>.none)
        #expect(world.requests.map { $0.headers["If-Range"] } == [nil, "\"e\"", "\"e\""])
    }

    @Test func `a service that knows no ranges answers the whole`() async throws {
        let world = EffectWorld(limits: Self.limits) { _ in
            .init(status: 200, headers: ["Content-Type": "text/plain"], body: Array("0123456789".utf8))
        }
        #expect(try await world.outcome(Self.download()).answer?.body == "0123456789")
        #expect(world.requests.count == 1)
    }

    @Test func `a content that changes meanwhile is taken anew, and one that is too large refused`() async throws {
        let world = EffectWorld(limits: Self.limits) { request in
            request.headers["Range"] == "bytes=0-3"
                ? .init(status: 206, headers: ["Content-Range": "bytes 0-3/8"], body: Array("0123".utf8))
                : .init(status: 200, headers: ["Content-Type": "text/plain"], body: Array("new".utf8))
        }
        #expect(try await world.outcome(Self.download()).answer?.body == "new")
        var limits = Self.limits
        limits.chunkedMessageBytes = 100
        let large = EffectWorld(limits: limits) { _ in
            .init(status: 206, headers: ["Content-Range": "bytes 0-3/101"], body: Array("0123".utf8))
        }
        #expect(try await large.outcome(Self.download()).brief == "refused ResponseTooLarge ResponseTooLarge")
        #expect(large.requests.count == 1)
    }

    @Test(arguments: [false, true])
    func `a connector gets a body in chunks only where its definition takes them`(_ takesChunks: Bool) async throws {
        let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "chunks-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let definition: JSON = [
            "swagger": "2.0", "info": ["title": "Files"], "host": "files.example",
            "paths": [
                "/files": [
                    "post": [
                        "operationId": "Put", "consumes": ["text/plain"],
                        "x-ms-capabilities": ["chunkTransfer": .bool(takesChunks)],
                        "parameters": [["name": "body", "in": "body", "schema": ["type": "string"]]],
                    ]
                ]
            ],
        ]
        try FileManager.default.createDirectory(atPath: "\(folder)/files", withIntermediateDirectories: true)
        try Data(definition.bytes()).write(to: URL(filePath: "\(folder)/files/apiDefinition.swagger.json"))
        let world = EffectWorld(
            connections: [.init(tenant: "t1", name: "freshdesk-soc", connector: "files")],
            folders: [folder]
        ) { request in
            request.headers.contains("x-ms-transfer-mode") ? Self.opening("10") : .init(status: 201)
        }
        var action = EffectWorld.connector("post", "/files", ["body": "@body('Source')"]).objectValue ?? JSONObject()
        action["runtimeConfiguration"] = Self.runtime
        var inputs = action["inputs"]?.objectValue ?? JSONObject()
        inputs["body"] = "0123456789"
        let effect = try EffectWorld.effect(Self.after(.object(action)), inputs: .object(inputs))
        #expect(try await world.outcome(effect).brief == "answered 201")
        #expect(world.requests.map(\.method) == (takesChunks ? ["POST", "PATCH"] : ["POST"]))
        #expect(world.requests.last?.text == "0123456789")
    }
}

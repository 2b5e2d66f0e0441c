import JSONTree
import Outbound
import Testing

@testable import Connectors

/// The media type of a request's body, and the bytes that go with it.
struct BodyTypeTests {
    /// An operation with a body or a form: what it takes, what it says of its content type, and what its body is.
    struct Operation: Sendable {
        var consumes: [String]?
        /// The content type that is a parameter of a header; nil means that it is none.
        var header: JSON?
        var schema: JSON?
        var fields: [JSON] = []

        var definition: JSON {
            var operation: JSONObject = ["operationId": "Send"]
            operation["consumes"] = consumes.map { .array($0.map(JSON.string)) }
            var parameters = fields
            if let schema { parameters.append(["name": "body", "in": "body", "schema": schema]) }
            if case .object(var object)? = header {
                object.merge(["name": "Content-Type", "in": "header", "required": true, "type": "string"])
                parameters.append(.object(object))
            }
            operation["parameters"] = .array(parameters)
            return [
                "swagger": "2.0", "host": "h.example", "paths": ["/send": ["post": .object(operation)]],
            ]
        }
    }

    static let file: JSON = ["$content-type": "image/png", "$content": "aGk="]
    static let text: JSON = ["type": "string"]
    static let bytes: JSON = ["type": "string", "format": "binary"]
    static let object: JSON = ["type": "object"]
    static let fields: [JSON] = [["name": "a", "in": "formData", "type": "string"]]

    static func request(_ operation: Operation, _ parameters: JSON) async throws -> OutboundRequest {
        let folder = try TestFolder.make(["c/apiDefinition.swagger.json": operation.definition])
        let connection = Connection(tenant: "t1", name: "c", connector: "c")
        let registry = Fixtures.registry([connection], folders: [folder])
        let start = ConnectorCall(tenant: "t1", connection: "c", method: "GET", path: "/", executionKey: "k")
        let call = try await registry.resolving(start, operation: "Send", parameters: parameters)
        return try await registry.prepare(call).request
    }

    @Test(
        arguments: [
            // What is JSON is called so as the operation calls it, its own name before others.
            (Operation(schema: object), ["a": 1], "application/json", "{\"a\":1}"),
            (Operation(consumes: ["text/xml"], schema: object), ["a": 1], "application/json", "{\"a\":1}"),
            (
                Operation(consumes: ["application/json-patch+json", "text/json", "application/json"], schema: object),
                [:], "application/json", "{}"
            ),
            (
                Operation(consumes: ["text/plain", "application/vnd.api+json"], schema: object), [:],
                "application/vnd.api+json", "{}"
            ),
            (
                Operation(consumes: ["application/*+json", "application/json; v=1"], schema: object), [:],
                "application/json; v=1", "{}"
            ),
            // The content type that the definition has for it goes before.
            (
                Operation(
                    consumes: ["application/json"],
                    header: ["default": "application/merge-patch+json"],
                    schema: object
                ),
                [:], "application/merge-patch+json", "{}"
            ),
            // A text is a JSON text where JSON is meant, and what it is elsewhere.
            (Operation(consumes: ["application/json"], schema: text), "a \"b\"", "application/json", "\"a \\\"b\\\"\""),
            (Operation(schema: text), "12", "application/json", "\"12\""),
            (Operation(schema: text), "\"a\"", "application/json", "\"a\""),
            (Operation(schema: text), "{\"a\": 1}", "application/json", "{\"a\": 1}"),
            (Operation(consumes: ["text/xml", "text/json"], schema: text), "a", "text/json", "\"a\""),
            (Operation(consumes: ["text/plain; charset=utf-8"], schema: text), "a", "text/plain; charset=utf-8", "a"),
            (Operation(consumes: ["application/xml"], schema: text), "<a/>", "application/xml", "<a/>"),
            (Operation(schema: object), "{\"a\": 1}", "application/json", "{\"a\": 1}"),
            // Bytes have the type that they bring, or that the definition has for them.
            (Operation(consumes: ["application/json"], schema: bytes), file, "image/png", "hi"),
            (Operation(schema: bytes), "hi", "application/octet-stream", "hi"),
            (Operation(consumes: ["application/pdf"], schema: bytes), "hi", "application/pdf", "hi"),
            (
                Operation(
                    consumes: ["application/json"],
                    header: ["default": "application/octet-stream"],
                    schema: bytes
                ),
                "hi", "application/octet-stream", "hi"
            ),
            // A content type that is required, and of which nothing is said, is the one that is sent.
            (Operation(consumes: ["text/plain"], header: [:], schema: text), "a", "text/plain", "a"),
            (Operation(consumes: ["text/plain"], header: [:], schema: bytes), file, "image/png", "hi"),
            (Operation(consumes: ["text/plain"], header: [:], schema: text), nil, "text/plain", ""),
        ] as [(Operation, JSON?, String, String)]
    )
    func `a body has the media type that is meant`(
        _ operation: Operation,
        _ body: JSON?,
        _ type: String,
        _ bytes: String
    ) async throws {
        let request = try await Self.request(operation, body.map { ["body": $0] } ?? [:])
        #expect(request.headers["Content-Type"] == type)
        #expect(String(decoding: request.body ?? [], as: UTF8.self) == bytes)
    }

    @Test(
        arguments: [
            (Operation(fields: fields), nil, "application/x-www-form-urlencoded", "a=x"),
            (Operation(consumes: ["multipart/form-data"], fields: fields), nil, "multipart/form-data; boundary=", "--"),
            (
                Operation(header: ["default": "multipart/form-data"], fields: fields), nil,
                "multipart/form-data; boundary=", "--"
            ),
            (
                Operation(header: ["default": "multipart/form-data"], fields: fields),
                "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "a=x"
            ),
            (Operation(header: [:], fields: fields), "application/json", "application/json", "{\"a\":\"x\"}"),
            (
                Operation(
                    consumes: ["application/x-www-form-urlencoded"],
                    fields: [["name": "a", "in": "formData", "type": "file"]]
                ), nil, "multipart/form-data; boundary=", "--"
            ),
        ] as [(Operation, String?, String, String)]
    )
    func `a form is of the kind that its content type says`(
        _ operation: Operation,
        _ given: String?,
        _ type: String,
        _ start: String
    ) async throws {
        var parameters: JSONObject = ["a": "x"]
        parameters["Content-Type"] = given.map(JSON.string)
        let request = try await Self.request(operation, .object(parameters))
        #expect(request.headers["Content-Type"]?.hasPrefix(type) == true, "\(request.headers["Content-Type"] ?? "")")
        #expect(String(decoding: request.body ?? [], as: UTF8.self).hasPrefix(start))
    }

    @Test(
        arguments: [
            ([:], "application/json"), (["enum": ["text/csv", "application/hal+json"]], "application/hal+json"),
            (["enum": ["text/csv", "text/html"]], "text/csv"), (["default": "text/csv"], "text/csv"),
        ] as [(JSON, String)]
    )
    func `an Accept that is required is one of its choices`(_ more: JSON, _ accept: String) async throws {
        var header: JSONObject = ["name": "Accept", "in": "header", "required": true, "type": "string"]
        header.merge(try #require(more.objectValue))
        let request = try await Self.request(Operation(schema: Self.object, fields: [.object(header)]), [:])
        #expect(request.headers["Accept"] == accept)
    }
}

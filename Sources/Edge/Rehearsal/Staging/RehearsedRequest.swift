import Connectors
import Content
public import JSONTree
public import Moments
import Outbound
import Signals

/// A request that would have been sent.
public struct RehearsedRequest: Sendable {
    /// When.
    public var at: Timestamp
    /// The action that sends it.
    public var action: String
    /// The connector; nil for plain HTTP calls.
    public var connector: String?
    /// The connector's operation; nil when there is none.
    public var operation: String?
    /// The method; for services that do not speak HTTP, that of the operation.
    public var method: String
    /// The address, such as `sql://CONNECTION/PATH` for services that do not speak HTTP; without query where inputs are secured.
    public var url: String
    /// Whether the action hides its inputs, so that query, headers and body are left out.
    public var isSecured: Bool
    /// The headers without credentials.
    public var headers: JSONObject
    /// The body as a value; nil when there is none, or where inputs are secured.
    public var body: JSON?
    /// The status of the answer; nil when there was none.
    public var status: Int?
    /// How the answer came about: `generated`, `example`, `unmatched`, `fault`, `mock`, or the error.
    public var origin: String

    /// The request as JSON.
    public var json: JSON {
        var object: JSONObject = ["at": .string(at.iso8601), "action": .string(action)]
        object["connector"] = connector.map(JSON.string)
        object["operation"] = operation.map(JSON.string)
        object["method"] = .string(method)
        object["url"] = .string(url)
        if isSecured { object["isSecured"] = true }
        if !headers.isEmpty { object["headers"] = .object(headers) }
        object["body"] = body
        object["status"] = status.map { .integer(Int64($0)) }
        object["answer"] = .string(origin)
        return .object(object)
    }

    /// The headers that people want to see: no credentials.
    static func headers(of request: OutboundRequest) -> JSONObject {
        var object = JSONObject()
        let secret = Set(request.credentialHeaders.map { $0.lowercased() })
        for (name, value) in request.headers {
            guard !Redaction.isSecretHeader(name), !secret.contains(name.lowercased()) else { continue }
            object[name] = .string(object[name]?.stringValue.map { "\($0), \(value)" } ?? value)
        }
        return object
    }

    static func body(of request: OutboundRequest) -> JSON? {
        guard let bytes = request.body, !bytes.isEmpty else { return nil }
        return Content.value(bytes: bytes, contentType: request.headers["Content-Type"]).nonNull
    }
}

import Content
import JSONTree
import Outbound

/// Bodies of requests and answers.
enum BodyCoding {
    /// Puts a body into a request, with the content type that it or the operation has.
    ///
    /// - Throws: ``ConnectorError`` with `.invalidParameter` when an envelope cannot be decoded.
    static func write(_ body: JSON, operation: OperationDescription?, to request: inout OutboundRequest) throws {
        let content: (bytes: [UInt8], contentType: String?)
        do {
            content = try Content.bytes(of: asForm(body, operation), contentType: request.headers["Content-Type"])
        } catch {
            throw ConnectorError(.invalidParameter, "The body cannot be sent: \(error.message)")
        }
        guard !body.isNull else { return }
        request.body = content.bytes
        if let type = content.contentType ?? defaultType(operation) { request.headers["Content-Type"] = type }
    }

    /// A plain object for an operation that takes forms only becomes one.
    private static func asForm(_ body: JSON, _ operation: OperationDescription?) -> JSON {
        guard let operation, let object = body.objectValue, !Envelope.isEnvelope(body) else { return body }
        let fields = object.map { (name: $0.name, value: $0.value) }
        if operation.sendsMultipart { return FormBody.multipart(fields) }
        return operation.sendsForm ? FormBody.encoded(fields) : body
    }

    /// The type of a text: what the operation takes, JSON if it says nothing or has JSON among them.
    private static func defaultType(_ operation: OperationDescription?) -> String? {
        guard let operation, let first = operation.consumes.first else { return "application/json" }
        return operation.consumes.first { $0.hasPrefix("application/json") } ?? first
    }

    static func outputs(_ response: OutboundResponse, produces: [String]) -> ConnectorOutputs {
        var headers = JSONObject()
        for (name, value) in response.headers {
            let known = headers.member(ignoringCase: name)
            headers[known?.name ?? name] = .string(known?.value.stringValue.map { "\($0), \(value)" } ?? value)
        }
        guard !response.body.isEmpty else { return ConnectorOutputs(statusCode: response.status, headers: headers) }
        let declared = produces.count == 1 && produces[0].contains("json") ? produces[0] : nil
        let body = Content.value(bytes: response.body, contentType: json(response.headers["Content-Type"]) ?? declared)
        return ConnectorOutputs(statusCode: response.status, headers: headers, body: body)
    }

    /// AWS calls its JSON by a type of its own.
    private static func json(_ type: String?) -> String? {
        type.map { $0.lowercased().hasPrefix("application/x-amz-json") ? "application/json" : $0 }
    }
}

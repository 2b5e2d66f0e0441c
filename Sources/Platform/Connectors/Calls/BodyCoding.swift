import Content
import JSONTree
import Outbound

/// Bodies of requests and answers.
enum BodyCoding {
    /// Puts a body into a request, with the content type that it or the operation has.
    ///
    /// - Throws: ``ConnectorError`` with `.invalidParameter` when an envelope cannot be decoded.
    static func write(_ body: JSON, operation: OperationDescription?, to request: inout OutboundRequest) throws {
        guard !body.isNull else { return }
        let given = request.headers["Content-Type"]
        let value = asForm(body, operation, given)
        let type = given ?? type(of: value, operation)
        let content: (bytes: [UInt8], contentType: String?)
        do {
            content = try Content.bytes(of: asJSON(value, operation, type), contentType: type)
        } catch {
            throw ConnectorError(.invalidParameter, "The body cannot be sent: \(error.message)")
        }
        request.body = content.bytes
        if let type = content.contentType { request.headers["Content-Type"] = type }
    }

    /// A plain object for an operation that takes a form becomes one.
    private static func asForm(_ body: JSON, _ operation: OperationDescription?, _ contentType: String?) -> JSON {
        guard let operation, let object = body.objectValue, !Envelope.isEnvelope(body) else { return body }
        guard operation.formKind(contentType: contentType) != nil else { return body }
        return FormBody(operation, contentType: contentType).body(object.map { (name: $0.name, value: $0.value) })
    }

    /// The type of a value for which none is given; nil for an envelope, which has its own.
    private static func type(of value: JSON, _ operation: OperationDescription?) -> String? {
        if Envelope.isEnvelope(value) { return nil }
        guard let operation else { return "application/json" }
        return value.stringValue == nil ? operation.media.json : operation.media.text
    }

    /// A text in the place of a JSON text is written as one; what is JSON already stays as it is.
    private static func asJSON(_ value: JSON, _ operation: OperationDescription?, _ type: String?) -> JSON {
        guard let text = value.stringValue, operation?.media.takesText == true,
            type.flatMap(ContentType.init(parsing:))?.isJSON == true
        else { return value }
        switch try? JSON.parse(text) {
        case .string?, .object?, .array?: return value
        default: return .string(value.text)
        }
    }

    /// The answer as playbooks see it before policies and adapters.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - declared: The type of JSON that it has where it names none; nil leaves it unknown.
    /// - Returns: Status, headers and body.
    static func outputs(_ response: OutboundResponse, declared: String? = nil) -> ConnectorOutputs {
        var headers = JSONObject()
        for (name, value) in response.headers {
            let known = headers.member(ignoringCase: name)
            headers[known?.name ?? name] = .string(known?.value.stringValue.map { "\($0), \(value)" } ?? value)
        }
        guard !response.body.isEmpty else { return ConnectorOutputs(statusCode: response.status, headers: headers) }
        let body = Content.value(bytes: response.body, contentType: json(response.headers["Content-Type"]) ?? declared)
        return ConnectorOutputs(statusCode: response.status, headers: headers, body: body)
    }

    /// AWS calls its JSON by a type of its own.
    private static func json(_ type: String?) -> String? {
        type.map { $0.lowercased().hasPrefix("application/x-amz-json") ? "application/json" : $0 }
    }
}

import Connectors
import Content
import JSONTree
import Outbound

/// What a stand-in answers.
struct LabAnswer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: JSON?

    init(_ status: Int, _ body: JSON? = nil, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.body = body
        self.headers = headers
    }

    /// An example as adapters write it.
    init(example: JSON) {
        status = Int(clamping: example["statusCode"]?.integerValue ?? 200)
        body = example["body"].flatMap(\.nonNull)
        headers = (example["headers"]?.objectValue ?? JSONObject()).map {
            ($0.name, $0.value.stringValue ?? $0.value.text)
        }
    }

    /// A refusal with a clear reason.
    static func refusal(_ status: Int, _ code: String, _ message: String) -> LabAnswer {
        LabAnswer(status, ["error": ["code": .string(code), "message": .string(message)]])
    }

    /// Whether the body has no member of what the definition describes: then the example is that of another operation.
    func isForeign(to described: JSON?) -> Bool {
        guard let own = body?.objectValue, let described = described?.objectValue, !described.isEmpty else {
            return false
        }
        return !own.contains { described.member(ignoringCase: $0.name) != nil }
    }

    /// Takes out links to a further page: an example has one page only.
    mutating func endPages(_ name: String?) {
        headers.removeAll { $0.name.isSame(ignoringCase: "Link") }
        guard case .object(var object)? = body else { return }
        for link in [name, "@odata.nextLink", "nextLink"] {
            if let link { _ = object.remove(link) }
        }
        body = .object(object)
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    var response: OutboundResponse {
        var response = OutboundResponse(status: status)
        for (name, value) in headers { response.headers.add(name, value) }
        guard let body, status != 204, status != 304 else { return response }
        // A text of any other type than JSON, lines of JSON among them, is sent as it is.
        if let type = response.headers["Content-Type"], ContentType(parsing: type)?.isJSON != true,
            let text = body.stringValue
        {
            response.body = Array(text.utf8)
            return response
        }
        if response.headers["Content-Type"] == nil {
            response.headers["Content-Type"] = "application/json; charset=utf-8"
        }
        response.body = body.bytes()
        return response
    }

    var outputs: ConnectorOutputs {
        var fields = JSONObject()
        for (name, value) in headers { fields[name] = .string(value) }
        return ConnectorOutputs(statusCode: status, headers: fields, body: status == 204 ? nil : body)
    }
}

import Content
import JSONTree
import Outbound

/// Answers without asking anybody: for operations whose answer follows from the call.
struct ComputedTransport: Transport {
    let outputs: ConnectorOutputs

    func send(_ request: OutboundRequest) async throws -> OutboundResponse { OutboundResponse(outputs) }
}

extension OutboundResponse {
    /// The answer as a service would have sent it.
    init(_ outputs: ConnectorOutputs) {
        var headers = OutboundHeaders()
        for (name, value) in outputs.headers { headers.add(name, value.stringValue ?? value.text) }
        guard let body = outputs.body else {
            self.init(status: outputs.statusCode, headers: headers, body: [])
            return
        }
        headers["Content-Type"] = "application/json; charset=utf-8"
        self.init(status: outputs.statusCode, headers: headers, body: body.bytes())
    }
}

import Connectors
import JSONTree
import Moments
import Outbound

/// Gives answers of hosts that nobody knows the shape that the playbook expects.
struct ShapedTransport: Transport {
    let inner: any Transport
    let recorder: CallRecorder
    let shapes: ExpectedShapes

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        var response = try await inner.send(request)
        let action = recorder.action
        guard response.headers[StagedCall.originHeader] == "unmatched", let shape = shapes.body(of: action) else {
            return response
        }
        var value = ShapedValue(seed: "\(action) \(request.url)", now: recorder.clock.now)
        response.body = value.value(nil, shape, schema: nil, name: action).bytes()
        response.headers["Content-Type"] = "application/json; charset=utf-8"
        return response
    }
}

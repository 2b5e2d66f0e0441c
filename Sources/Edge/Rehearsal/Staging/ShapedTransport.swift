import Connectors
import JSONSchema
import JSONTree
import Moments
import Outbound

/// Gives answers of hosts that nobody knows the shape that the playbook expects: that of the schema by which it parses them,
/// else the members that it reads of them.
struct ShapedTransport: Transport {
    let inner: any Transport
    let recorder: CallRecorder
    let shapes: ParsedShapes
    let reads: ReadShapes

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        var response = try await inner.send(request)
        let action = recorder.action
        guard response.headers[StagedCall.originHeader] == "unmatched",
            let schema = shapes.schema(of: action) ?? reads.schema(of: action)
        else { return response }
        let now = recorder.clock.now
        var maker = SampleValue(seed: "\(action) \(request.url)", instant: { (now - .seconds($0)).iso8601 })
        response.body = maker.value(of: schema, name: action).bytes()
        response.headers["Content-Type"] = "application/json; charset=utf-8"
        return response
    }
}

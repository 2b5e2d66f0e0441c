import JSONTree
import Outbound

/// Hands the answer of a person to the callback address of the workflow that asked.
struct AnswerDelivery: Sendable {
    /// Scheme, host and port of this server's own addresses, which are called without the network.
    let origin: String
    let own: OwnRouter
    let network: any Transport

    /// The status that the address answered.
    func deliver(_ body: JSON, to address: String, tenant: String) async throws -> Int {
        let request = OutboundRequest(
            method: "POST",
            url: address,
            headers: ["Content-Type": "application/json"],
            body: body.bytes(),
            timeout: .seconds(30),
            networks: .publicInternet,
            redirects: .handOver
        )
        let isOwn = address.hasPrefix("\(origin)/")
        let way = isOwn ? own.transport(tenant: tenant, origin: origin) : network
        return try await way.send(request).status
    }
}

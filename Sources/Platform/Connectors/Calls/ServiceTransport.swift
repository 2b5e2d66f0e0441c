import JSONTree
import Outbound

/// Lets a ``ConnectorService`` answer requests: the call's own, and those for the pages that follow it.
struct ServiceTransport: Transport {
    /// What is the same for all calls over one connection.
    struct Site: Sendable {
        let definition: ConnectorDefinition
        let connection: Connection
        let networks: NetworkPolicy
        let timeout: Duration
        let key: String
        let source: any ConnectionSource

        /// The call of a service that a draft is.
        ///
        /// - Throws: ``ConnectorError`` with `.notSupported` when the connector has no such operation.
        func call(_ draft: CallDraft) throws -> ServiceCall {
            guard let found = definition.index.find(method: draft.method, path: draft.path) else {
                throw ConnectorError(
                    .notSupported,
                    "The connector '\(definition.name)' has no operation for \(draft.method) \(draft.path)."
                )
            }
            var draft = draft
            draft.pathValues = found.values
            return ServiceCall(
                operation: found.operation.id,
                request: CallContext.request(draft),
                connection: connection,
                networks: networks,
                timeout: timeout,
                key: key,
                source: source
            )
        }
    }

    let service: any ConnectorService
    let site: Site
    let call: ServiceCall
    /// The request that stands for the call; others are further pages.
    let placeholder: OutboundRequest

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        guard request.url != placeholder.url || request.method != placeholder.method else {
            return OutboundResponse(try await service.perform(call))
        }
        let target = request.url.dropFirst(RequestAssembler.ownBaseURL.count)
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        var draft = CallDraft(method: request.method, path: String(target[..<mark]))
        draft.rawQuery = mark == target.endIndex ? nil : String(target[target.index(after: mark)...])
        return OutboundResponse(try await service.perform(try site.call(draft)))
    }
}

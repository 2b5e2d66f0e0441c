import Connectors
import Outbound

/// The operation of a connector that a plain HTTP call means, by host, method and path.
struct HostedOperation {
    let connector: ConnectorDefinition
    let operation: OperationDescription
    let request: LabRequest

    /// Finds it among the operations that send what they say; nil when no connector has that host and path.
    init?(_ request: OutboundRequest, in connectors: [ConnectorDefinition]) {
        let host = LabURL.host(request.url)
        let path = LabURL.path(request.url)
        for connector in connectors {
            guard let base = connector.baseURL, LabURL.host(base) == host else { continue }
            let prefix = LabURL.path(base)
            guard prefix == "/" || path.lowercased().hasPrefix(prefix.lowercased()) else { continue }
            let rest = prefix == "/" ? path : String(path.dropFirst(prefix.count))
            guard let operation = connector.operation(method: request.method, path: rest), operation.trigger == nil,
                !connector.isMapped(operation), let values = operation.path.match(rest)
            else { continue }
            var found = LabRequest(request, path: rest)
            found.parameters = values.mapValues { LabURL.decode($0.replacing("+", with: "%2B")) }
            (self.connector, self.operation, self.request) = (connector, operation, found)
            return
        }
        return nil
    }
}

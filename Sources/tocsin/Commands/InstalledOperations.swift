import Connectors
import Playbooks

/// Answers the validator from the connectors that are installed.
struct InstalledOperations: OperationCatalogue {
    private let registry: ConnectorRegistry

    init(registry: ConnectorRegistry) { self.registry = registry }

    func hasConnector(_ api: String) -> Bool { definition(api) != nil }

    func hasOperation(_ api: String, method: String, path: String) -> Bool {
        definition(api)?.operation(method: method, path: path.replacing("{}", with: "x")) != nil
    }

    /// The connector; one that cannot be read counts as not installed.
    private func definition(_ api: String) -> ConnectorDefinition? {
        do {
            return try registry.connector(api)
        } catch {
            return nil
        }
    }
}

import Connectors
import Playbooks

/// Which operation of the installed connectors answers a call of a playbook; what validation and coverage share.
struct InstalledOperations: OperationCatalogue {
    /// What answers a call, or why nothing does.
    enum Answer: Sendable, Equatable {
        case answered(connector: String, operation: String)
        case unanswered(String)
    }

    private let registry: ConnectorRegistry
    /// The connectors of one's own that a file brings, by their names in small letters.
    private var custom: [String: Result<ConnectorDefinition, CustomFault>] = [:]

    /// Why a connector that a file brings cannot be used.
    struct CustomFault: Error, Sendable {
        let message: String
    }

    init(registry: ConnectorRegistry) { self.registry = registry }

    /// A catalogue of the connectors in folders, which calls nobody.
    init(folders: [String]) {
        self.init(registry: .idle(folders: folders))
    }

    func including(_ apis: [LoadedCustomAPI]) -> any OperationCatalogue { adding(apis) }

    /// The same catalogue with the connectors that a file brings.
    func adding(_ apis: [LoadedCustomAPI]) -> InstalledOperations {
        var result = self
        for api in apis {
            result.custom[api.name.lowercased()] = Result {
                do {
                    return try ConnectorDefinition(
                        name: api.name.lowercased(),
                        definition: try api.described(),
                        properties: api.settings
                    )
                } catch {
                    throw CustomFault(message: (error as? CommandFailure)?.message ?? "\(error)")
                }
            }.mapError { $0 as? CustomFault ?? CustomFault(message: "\($0)") }
        }
        return result
    }

    func hasConnector(_ api: String) -> Bool {
        if custom[api.lowercased()] != nil { return true }
        return ((try? registry.connector(api)) ?? nil) != nil
    }

    func hasOperation(_ api: String, method: String, path: String) -> Bool {
        if case .failure? = custom[api.lowercased()] { return true }
        return definition(api)?.operation(method: method, pattern: path) != nil
    }

    func answers(_ call: ConnectionCall) -> Bool {
        if case .failure? = custom[call.api.lowercased()] { return true }
        return definition(call.api).flatMap { Self.operation(of: call, in: $0) } != nil
    }

    /// What answers a call.
    func answer(to call: ConnectionCall) -> Answer {
        let names = call.connectorNames
        let name = names.first(where: hasConnector) ?? (call.api.isEmpty ? names.first : call.api) ?? ""
        let definition: ConnectorDefinition
        do {
            guard let found = try custom[name.lowercased()]?.get() ?? registry.connector(name) else {
                return .unanswered(
                    !call.isGiven && call.api.isEmpty
                        ? "'$connections' does not have '\(call.connection.key)', so its connector is not known"
                        : "the connector '\(name)' is not installed"
                )
            }
            definition = found
        } catch let fault as CustomFault {
            return .unanswered("the connector '\(name)' of this file cannot be used: \(fault.message)")
        } catch {
            return .unanswered(
                (error as? ConnectorError)?.message ?? "the connector '\(name)' cannot be read: \(error)"
            )
        }
        guard let operation = Self.operation(of: call, in: definition) else {
            return .unanswered("the connector '\(name)' has no operation for \(call.words)")
        }
        if let reason = definition.refusal(of: operation) { return .unanswered(reason) }
        return .answered(connector: definition.name, operation: operation.id)
    }

    private static func operation(
        of call: ConnectionCall,
        in definition: ConnectorDefinition
    ) -> OperationDescription? {
        if let id = call.operation { return definition.operation(id: id) }
        return call.path.flatMap { definition.operation(method: call.method, pattern: $0) }
    }

    /// The connector; one that cannot be read counts as not installed.
    private func definition(_ api: String) -> ConnectorDefinition? {
        (try? custom[api.lowercased()]?.get() ?? registry.connector(api)) ?? nil
    }
}

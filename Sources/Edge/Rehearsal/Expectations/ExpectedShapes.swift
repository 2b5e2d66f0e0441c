import Connectors
import JSONTree
import Playbooks

/// What a playbook expects of its trigger and of the answers that its actions get.
struct ExpectedShapes: Sendable {
    /// The trigger's outputs, before `splitOn`.
    let trigger: ExpectedShape
    private let bodies: [String: ExpectedShape]

    /// Finds it out.
    ///
    /// - Parameters:
    ///   - definition: The compiled workflow.
    ///   - connector: Gives the connector of a connection.
    init(_ definition: Definition, connector: @escaping (String) -> ConnectorDefinition?) {
        let inference = ShapeInference(definition) { action in
            CalledOperation.find(action.rawInputs, action.connection?.key, connector)
        }
        bodies = inference.bodies
        trigger = inference.triggerOutputs
    }

    /// What is expected of an action's body; nil when nothing is.
    func body(of action: String) -> ExpectedShape? { bodies[action.lowercased()] }
}

/// The operation of a connector that a call names as a definition writes it.
enum CalledOperation {
    /// Finds it by its id, or by method and path with a value in the place of each expression.
    ///
    /// - Parameters:
    ///   - inputs: The inputs as written.
    ///   - connection: The key of the connection.
    ///   - connector: Gives the connector of a connection.
    /// - Returns: The operation with its connector; nil when there is none.
    static func find(
        _ inputs: JSON?,
        _ connection: String?,
        _ connector: (String) -> ConnectorDefinition?
    ) -> (operation: OperationDescription, connector: ConnectorDefinition)? {
        guard let connection, let inputs, let found = connector(connection) else { return nil }
        let host = inputs[ignoringCase: "host"] ?? inputs[ignoringCase: "serviceProviderConfiguration"]
        if let id = host?[ignoringCase: "operationId"]?.stringValue {
            return found.operation(id: id).map { ($0, found) }
        }
        guard let path = inputs[ignoringCase: "path"]?.stringValue else { return nil }
        let methods = inputs[ignoringCase: "method"]?.stringValue.map { [$0] } ?? ["POST", "GET", "PUT"]
        let filled = filled(path)
        return methods.lazy.compactMap { found.operation(method: $0, path: filled) }.first.map { ($0, found) }
    }

    /// The path with a value in the place of each expression.
    private static func filled(_ path: String) -> String {
        var result = ""
        var rest = path[...]
        while let open = rest.firstRange(of: "@{") {
            result += rest[..<open.lowerBound] + "x"
            rest = rest[open.upperBound...]
            guard let close = rest.firstIndex(of: "}") else { break }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}

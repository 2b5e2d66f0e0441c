/// What the validator asks about connectors; the room of connectors implements it.
public protocol OperationCatalogue: Sendable {
    /// Whether a connector with this name (`azuresentinel`) is installed.
    func hasConnector(_ api: String) -> Bool
    /// Whether an operation of it answers this call.
    ///
    /// - Parameters:
    ///   - api: The name of the connector.
    ///   - method: The method in upper case.
    ///   - path: The path as the definition writes it, each `@{…}` replaced by `{}`.
    /// - Returns: Whether one does.
    func hasOperation(_ api: String, method: String, path: String) -> Bool

    /// Whether an operation of its connector answers this call.
    func answers(_ call: ConnectionCall) -> Bool
    /// The same catalogue with the connectors that a file brings.
    func including(_ apis: [LoadedCustomAPI]) -> any OperationCatalogue
}

extension OperationCatalogue {
    /// Whether an operation of its connector answers this call, by its method and path.
    public func answers(_ call: ConnectionCall) -> Bool {
        guard let path = call.path else { return true }
        return hasOperation(call.api, method: call.method, path: path)
    }

    /// The same catalogue; connectors that a file brings are not known.
    public func including(_ apis: [LoadedCustomAPI]) -> any OperationCatalogue { self }
}

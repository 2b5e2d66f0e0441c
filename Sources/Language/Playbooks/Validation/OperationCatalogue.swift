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
}

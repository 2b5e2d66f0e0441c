/// How an action or trigger names the connection that it calls (section 1.2).
public struct ConnectionReference: Sendable, Hashable {
    /// The ways of naming one.
    public enum Style: String, Sendable, Hashable {
        /// `@parameters('$connections')['key']['connectionId']` in `host.connection.name`.
        case managed
        /// `host.connection.referenceName`, of Standard workflows and cloud flows.
        case reference
        /// `serviceProviderConfiguration.connectionName`, of in-app connectors.
        case serviceProvider
        /// A connection id written out.
        case identifier
    }

    /// The way.
    public let style: Style
    /// The key in `$connections`, the reference name, or the id.
    public let key: String
    /// The connector, where the definition itself says it (`serviceProviderId`, `host.apiId`).
    public let api: String?
}

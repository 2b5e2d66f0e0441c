import JSONTree

/// By what rules the calls of a connection take their turns.
struct LaneRules: Sendable {
    let place: ConnectionTraffic.Place
    let connector: ConnectionTraffic.Place
    let limit: TrafficSettings.Limit?
    let connectorLimit: TrafficSettings.Limit?
    let breaker: TrafficSettings.Breaker

    init(_ connection: Connection, _ definition: ConnectorDefinition) {
        place = .init(tenant: connection.tenant, name: connection.name.lowercased())
        connector = .init(tenant: connection.tenant, name: definition.name)
        let limits = definition.adapter.limits
        limit = connection.traffic.limit ?? limits.connection
        connectorLimit = limits.connector
        breaker = connection.traffic.breaker ?? .standard
    }
}

/// The limits that an adapter knows of a service: `{"calls": N, "seconds": S, "scope": "connection" or "connector"}`, or an array of
/// two of them.
struct AdapterLimits: Sendable {
    /// For each connection; a connection's own limit replaces it.
    var connection: TrafficSettings.Limit?
    /// For all connections of a tenant together.
    var connector: TrafficSettings.Limit?

    init(_ json: JSON?, connector name: String) throws {
        guard let json = json?.nonNull else { return }
        for entry in json.arrayValue ?? [json] {
            let scope = entry["scope"]?.stringValue ?? "connection"
            guard let limit = TrafficSettings.Limit(entry), scope == "connection" || scope == "connector" else {
                throw ConnectorError(
                    .invalidDefinition,
                    "In the adapter of '\(name)': 'limits' must be {\"calls\": N, \"seconds\": S, \"scope\": \"connection\" or \"connector\"}."
                )
            }
            if scope == "connector" { connector = limit } else { connection = limit }
        }
    }
}

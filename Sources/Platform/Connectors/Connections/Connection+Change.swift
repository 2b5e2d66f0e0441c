extension Connection {
    /// Whether this connection sends its secrets elsewhere, or in other ways, than an older one of its name.
    ///
    /// Everything counts but the networks that it may reach and how many calls it may make: addresses of services and of token
    /// endpoints are made of its parameters, a proxy sees what goes through it, and an authority vouches for who gets it.
    public func leadsElsewhere(than old: Connection) -> Bool {
        var same = old
        same.name = name
        same.networks = networks
        same.traffic = traffic
        same.secretNames = secretNames
        return self != same
    }

    /// Throws when a secret that an older connection of this name has is not given anew.
    ///
    /// - Throws: ``ConnectorError`` with `.secretsRequired`, which names the secrets.
    func requireSecrets(of old: Connection, given: Set<String>) throws {
        let missing = old.secretNames.subtracting(given).sorted()
        guard !missing.isEmpty else { return }
        let names = missing.map { "'\($0)'" }.joined(separator: ", ")
        throw ConnectorError(
            .secretsRequired,
            "The connection '\(name)' would lead elsewhere with the secrets that are kept for it. Give anew: \(names); or make another connection."
        )
    }
}

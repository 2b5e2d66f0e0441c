internal import JSONTree

extension ConnectionReference {
    /// The connection that the inputs of an operation name; nil when they name none.
    init?(inputs: JSON?) {
        guard let inputs else {
            return nil
        }
        if let provider = inputs[ignoringCase: "serviceProviderConfiguration"],
            let name = provider[ignoringCase: "connectionName"]?.stringValue
        {
            let api = provider[ignoringCase: "serviceProviderId"]?.stringValue
            self.init(style: .serviceProvider, key: name, api: api)
            return
        }
        guard let host = inputs[ignoringCase: "host"] else {
            return nil
        }
        let connection = host[ignoringCase: "connection"]
        if let name = connection?[ignoringCase: "referenceName"]?.stringValue {
            self.init(style: .reference, key: name, api: host[ignoringCase: "apiId"]?.stringValue)
        } else if let name = host[ignoringCase: "connectionName"]?.stringValue {
            // Cloud flows: host { connectionName, operationId, apiId }.
            self.init(style: .reference, key: name, api: host[ignoringCase: "apiId"]?.stringValue)
        } else if let expression = connection?[ignoringCase: "name"]?.stringValue {
            if let key = Self.key(in: expression) {
                self.init(style: .managed, key: key, api: nil)
            } else {
                self.init(style: .identifier, key: expression, api: nil)
            }
        } else {
            return nil
        }
    }

    /// The key behind `parameters('$connections')` in an expression, written `['key']`, `?['key']` or `.key`.
    private static func key(in expression: String) -> String? {
        let lowered = expression.lowercased()
        let marker = "parameters('$connections')"
        guard lowered.utf8.count == expression.utf8.count, let found = lowered.firstRange(of: marker) else {
            return nil
        }
        let distance = lowered.distance(from: lowered.startIndex, to: found.upperBound)
        var rest = expression.dropFirst(distance)
        if rest.first == "?" {
            rest = rest.dropFirst()
        }
        if rest.first == "." {
            let name = rest.dropFirst().prefix { !".?[]() ,}".contains($0) }
            return name.isEmpty ? nil : String(name)
        }
        guard rest.hasPrefix("['"), let end = rest.dropFirst(2).firstIndex(of: "'") else {
            return nil
        }
        return String(rest.dropFirst(2)[..<end])
    }
}

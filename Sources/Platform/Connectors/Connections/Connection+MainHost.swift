import JSONTree

extension Connection {
    /// The address of the main host, where it is known before a call: for token endpoints that are relative to it.
    func mainURL(_ definition: ConnectorDefinition) -> String? {
        if let baseURL { return definition.completing(baseURL) }
        var values: [String: String] = [:]
        for (name, value) in parameters where !value.isNull { values[name] = value.stringValue ?? value.text }
        let scope = PolicyScope(connection: PolicyConnection(name: name, values: values), pathValues: [:])
        var address = definition.baseURL
        for policy in definition.policies where ["dynamichosturl", "dynamicsubdomain"].contains(policy.template) {
            guard policy.applies(to: nil) else { continue }
            do {
                address = try AddressPolicies.base(policy, scope: scope) ?? address
            } catch {
                return definition.baseURL
            }
        }
        return address
    }
}

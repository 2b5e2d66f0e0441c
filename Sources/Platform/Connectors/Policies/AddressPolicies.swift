import JSONTree

/// Policies that give a request another address: `dynamichosturl`, `dynamicsubdomain`, `routerequesttoendpoint`.
enum AddressPolicies {
    /// The base of `dynamichosturl` and `dynamicsubdomain`, in place of the definition's scheme, host and base path.
    ///
    /// What users type may have a scheme already, or none at all; of two schemes the one that was typed counts.
    static func base(_ policy: ConnectorPolicy, scope: PolicyScope) throws -> String? {
        guard let template = policy.template("urlTemplate") else { return nil }
        return base(try scope.text(template).trimmed)
    }

    static func base(_ text: String) -> String? {
        var url = text
        while let first = url.firstRange(of: "://"), let second = url[first.upperBound...].firstRange(of: "://"),
            ["http", "https"].contains(url[first.upperBound..<second.lowerBound].lowercased())
        {
            url = String(url[first.upperBound...])
        }
        guard !url.isEmpty else { return nil }
        return url.contains("://") ? url : "https://\(url)"
    }

    /// The method and path of `routerequesttoendpoint`; the path is relative to the base and may bring a query.
    static func route(
        _ policy: ConnectorPolicy,
        method: String,
        scope: PolicyScope
    ) throws -> (method: String, path: String)? {
        guard let template = policy.template("newPath") else { return nil }
        let path = try scope.text(template) { value, call, before in
            // What stands for a whole part of the address keeps its slashes; what stands in a query does not.
            if before.contains("?") { return Percent.encode(value) }
            return Percent.encode(value, keeping: call.function == .connectionParameters ? "/%:@!$&'()*+,;=" : "/")
        }
        guard let template = policy.template("httpMethod") else { return (method, path) }
        let wanted = try scope.text(template).trimmed.uppercased()
        let isMethod = !wanted.isEmpty && wanted.allSatisfy { $0.isASCII && $0.isLetter }
        return (isMethod ? wanted : method, path)
    }
}

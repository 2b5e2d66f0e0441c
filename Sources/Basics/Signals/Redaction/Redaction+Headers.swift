extension Redaction {
    /// True if a header of this name holds credentials as a whole.
    public static func isSecretHeader(_ name: String) -> Bool {
        isSecretName(name)
    }

    /// The value of a header without secrets.
    ///
    /// Credentials are hidden as a whole. Addresses keep all but their secret parameters.
    public static func header(_ name: String, _ value: String) -> String {
        if isSecretHeader(name) { return mark }
        return addressHeaders.contains(name.lowercased()) ? url(value) : value
    }

    /// Headers in their order without secrets.
    public static func headers(
        _ headers: some Sequence<(name: String, value: String)>
    ) -> [(name: String, value: String)] {
        headers.map { ($0.name, header($0.name, $0.value)) }
    }

    /// Headers whose value is an address.
    private static let addressHeaders: Set<String> = [
        "location", "content-location", "operation-location", "azure-asyncoperation", "referer", "referrer", "origin",
    ]
}

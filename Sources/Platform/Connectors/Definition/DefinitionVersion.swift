import JSONTree

/// Which specification a definition follows: by what it says, or by what is in it where it says nothing.
struct DefinitionVersion: Sendable, Hashable {
    /// The two that differ.
    enum Format: Sendable, Hashable {
        case swagger2
        case openAPI3
    }

    let format: Format
    /// Whether what stands beside a `$ref` in a schema counts, as it does since OpenAPI 3.1.
    private(set) var joinsSiblings = false
    /// What is to be said about how it names its version; nil when it does so as it must.
    let note: DefinitionNote?

    /// The version; nil when the definition is of none that is known.
    init?(_ json: JSON) {
        let swagger = Self.text(json["swagger"])
        let openAPI = Self.text(json["openapi"])
        guard swagger != nil || openAPI != nil else {
            guard let format = Self.format(bySignsOf: json) else { return nil }
            self.format = format
            note = DefinitionNote(
                severity: .warning,
                place: json["openapi"] == nil ? [] : ["openapi"],
                message: "The definition says no version; by what is in it, it is \(format.words).",
                remedy: format.remedy
            )
            return
        }
        // Some write the version of one specification with the name of the other.
        let member = openAPI == nil ? "swagger" : "openapi"
        let version = openAPI ?? swagger ?? ""
        guard let format = Self.format(version) else { return nil }
        self.format = format
        joinsSiblings = version.hasPrefix("3.1") || version.hasPrefix("3.2")
        if member != format.member {
            note = DefinitionNote(
                severity: .warning,
                place: [member],
                message: "'\(member)' says '\(version)'; the definition is read as \(format.words).",
                remedy: format.remedy
            )
        } else if json[member]?.isNumber == true {
            note = DefinitionNote(
                severity: .warning,
                place: [member],
                message: "'\(member)' is a number.",
                remedy: "Write the version as a text: \"\(version)\"."
            )
        } else if version.hasPrefix("3.2") {
            note = DefinitionNote(
                severity: .note,
                place: [member],
                message: "OpenAPI 3.2 is read as 3.1: operations of the method 'query' and in 'additionalOperations', "
                    + "and parameters in 'querystring' are left out."
            )
        } else {
            note = nil
        }
    }

    /// A version as a text, however it is written; nil when there is none.
    static func text(_ json: JSON?) -> String? {
        guard let json, let text = json.stringValue ?? (json.isNumber ? json.text : nil) else { return nil }
        let bare = text.filter { !$0.isWhitespace }
        return bare.isEmpty ? nil : bare
    }

    private static func format(_ version: String) -> Format? {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        switch (parts[0], parts.count > 1 ? parts[1] : "0") {
        case ("2", "0"): return .swagger2
        case ("3", "0"), ("3", "1"), ("3", "2"): return .openAPI3
        default: return nil
        }
    }

    // MARK: Signs

    private static func format(bySignsOf json: JSON) -> Format? {
        guard let paths = json["paths"]?.objectValue else { return nil }
        if json["components"]?.objectValue != nil || json["servers"]?.arrayValue != nil { return .openAPI3 }
        var isOld = ["host", "basePath", "definitions", "securityDefinitions"].contains { json[$0] != nil }
        for (_, item) in paths {
            for (_, operation) in item.objectValue ?? JSONObject() {
                if operation["requestBody"] != nil { return .openAPI3 }
                for parameter in operation["parameters"]?.arrayValue ?? [] {
                    if parameter["in"] == "body" {
                        isOld = true
                    } else if parameter["schema"] != nil {
                        return .openAPI3
                    } else if parameter["type"] != nil {
                        isOld = true
                    }
                }
            }
        }
        return isOld ? .swagger2 : nil
    }
}

extension DefinitionVersion.Format {
    fileprivate var member: String { self == .swagger2 ? "swagger" : "openapi" }

    fileprivate var words: String { self == .swagger2 ? "Swagger 2.0" : "OpenAPI 3" }

    fileprivate var remedy: String {
        self == .swagger2 ? "Give it \"swagger\": \"2.0\"." : "Give it \"openapi\": \"3.0.3\" in its place."
    }
}

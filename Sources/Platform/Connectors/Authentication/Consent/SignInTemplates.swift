/// Placeholders in what definitions say of signing in: `{ClientId}` as it is meant, and what people write in its place.
enum SignInTemplates {
    /// Whether a consent shows the id of an app by its usual name.
    ///
    /// It does not where templates say all that is sent and bring names of their own for it.
    static func namesClient(_ oauth: SignInSettings.OAuth) -> Bool {
        guard oauth.provider == "oauth2generic" else { return true }
        let told = ["authorizationurlquerystringtemplate", "tokenbodytemplate", "refreshbodytemplate"]
        guard told.allSatisfy({ oauth.custom[$0] != nil }) else { return true }
        return oauth.custom.filter { $0.key.hasSuffix("template") }.values.contains { template in
            names(in: template).contains("clientid")
        }
    }

    /// The names of the placeholders in a template, as ``name(_:)`` has them.
    static func names(in template: String) -> [String] {
        var names: [String] = []
        var rest = template[...]
        while let placeholder = first(in: rest) {
            names.append(placeholder.name)
            rest = rest[placeholder.range.upperBound...]
        }
        return names
    }

    /// The first placeholder of a template, `{name}` or `{{ name }}`; nil when there is none.
    static func first(in template: Substring) -> (name: String, range: Range<String.Index>)? {
        guard let open = template.firstIndex(of: "{"), let close = template[open...].firstIndex(of: "}") else {
            return nil
        }
        let inside = template[template.index(after: open)..<close]
        let after = template.index(after: close)
        guard inside.hasPrefix("{") else { return (inside.lowercased(), open..<after) }
        let end = template[after...].first == "}" ? template.index(after: after) : after
        return (CredentialReader.plain(String(inside)), open..<end)
    }

    /// A text with the id of an app where it has a placeholder for it: `{{ client id }}`, `<<client id>>`, `[client id]`.
    ///
    /// - Returns: The text; nil when it holds a placeholder for something else.
    static func filled(_ text: String, client: String) -> String? {
        var result = text
        for (open, close) in [("{{", "}}"), ("<<", ">>"), ("<", ">"), ("[", "]")] {
            while let start = result.firstRange(of: open) {
                guard let end = result[start.upperBound...].firstRange(of: close) else { return nil }
                let name = CredentialReader.plain(String(result[start.upperBound..<end.lowerBound]))
                guard ["clientid", "appid", "applicationid"].contains(name), !client.isEmpty else { return nil }
                result.replaceSubrange(start.lowerBound..<end.upperBound, with: client)
            }
        }
        return result
    }
}

import JSONTree

/// `pollingtrigger`: which items of an answer are new, and how the next poll asks for those after them.
struct PollingPolicy: Sendable {
    /// The query parameters of the next poll, by their names.
    private let queries: [(name: String, value: PolicyTemplate)]
    /// Where the items are.
    private let items: PolicyCall?

    init?(_ policies: [ConnectorPolicy], operation: OperationDescription?) {
        // A policy that names no operations is for all triggers; an action's empty answer is its answer.
        guard operation?.trigger != nil,
            let policy = policies.first(where: { $0.template == "pollingtrigger" && $0.applies(to: operation) })
        else { return nil }
        queries = (policy.json("triggerConfig")?.objectValue ?? JSONObject()).map { name, value in
            (name, PolicyTemplate(value.stringValue ?? value.text))
        }
        items = policy.template("triggerDataPath")?.onlyCall
    }

    /// The answer as the polling protocol has it: 200 with items or 202 without, and the address of the next poll.
    ///
    /// - Parameters:
    ///   - outputs: The service's answer.
    ///   - url: The address that was asked.
    ///   - scope: What expressions see besides the answer.
    /// - Returns: The answer; `Location` names the next poll, which asks as before when there was nothing new.
    func apply(to outputs: ConnectorOutputs, url: String, scope: PolicyScope) -> ConnectorOutputs {
        guard outputs.isSuccess else { return outputs }
        var scope = scope
        scope.triggerBody = outputs.body
        var result = outputs
        let found = items.flatMap { try? scope.value($0) } ?? outputs.body
        var next = url
        if let items = found?.arrayValue, items.isEmpty {
            result.statusCode = 202
        } else if found?.nonNull == nil {
            result.statusCode = 202
        } else {
            for (name, template) in queries {
                // A value that the answer does not have leaves the parameter as it was.
                let isKnown = template.calls.allSatisfy { call in ((try? scope.value(call)) ?? nil)?.nonNull != nil }
                if isKnown, let value = try? scope.text(template) { next = URLText.setting(name, value, in: next) }
            }
        }
        if result.headers.member(ignoringCase: "Location") == nil { result.headers["Location"] = .string(next) }
        return result
    }
}

extension URLText {
    /// The address with a query parameter in the place of those of its name.
    static func setting(_ name: String, _ value: String, in url: String) -> String {
        adding(name, value, to: removing([name], from: url))
    }

    /// The address without the query parameters of these names.
    static func removing(_ names: Set<String>, from url: String) -> String {
        guard !names.isEmpty else { return url }
        let base = url.prefix { $0 != "?" }
        let pairs = url.dropFirst(base.count + 1).split(separator: "&").filter { pair in
            !names.contains(Percent.decode(pair.prefix { $0 != "=" }))
        }
        return pairs.isEmpty ? String(base) : "\(base)?\(pairs.joined(separator: "&"))"
    }

    /// The address with those query parameters of another one that it lacks.
    static func restoring(_ names: Set<String>, of other: String, in url: String) -> String {
        guard !names.isEmpty else { return url }
        let own = pairs(String(url.drop { $0 != "?" }.dropFirst())).map(\.name)
        let theirs = pairs(String(other.drop { $0 != "?" }.dropFirst()))
        return theirs.filter { names.contains($0.name) && !own.contains($0.name) }
            .reduce(url) { adding($1.name, $1.value, to: $0) }
    }
}

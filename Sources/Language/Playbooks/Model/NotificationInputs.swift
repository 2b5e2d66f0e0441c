public import JSONTree

/// The inputs of triggers that are told to look, and then fetch: `ApiConnectionNotification` with `subscribe` and `fetch`.
///
/// Such a service says only that something is there; what it is, `fetch` answers, which is a poll like any other. So this server
/// asks by the recurrence, and needs no subscription.
public enum NotificationInputs {
    /// The name of the member that is evaluated apart, because nothing is subscribed.
    static let subscription = "subscribe"

    /// The inputs of the poll, as those of an `ApiConnection` trigger: those of `fetch` with `host`; inputs without `fetch` as they are.
    ///
    /// - Parameters:
    ///   - inputs: The inputs of the trigger.
    ///   - value: Writes a value of the path into it.
    /// - Returns: The inputs with `method` and `path`.
    public static func fetch(_ inputs: JSON, value: (JSON) -> String) -> JSON {
        guard let fetch = inputs[ignoringCase: "fetch"]?.objectValue else { return inputs }
        var result = JSONObject()
        result["host"] = inputs[ignoringCase: "host"]
        for (name, member) in fetch where name.lowercased() != "pathtemplate" { result[name] = member }
        if let template = fetch.member(ignoringCase: "pathTemplate")?.value {
            result["path"] = .string(PathTemplate.path(template, value: value))
        }
        return .object(result)
    }

    /// The call that would subscribe, in words: `POST /subscriptions`; nil where none is written.
    static func subscription(of inputs: JSON) -> String? {
        guard let subscribe = inputs[ignoringCase: subscription] else { return nil }
        let template = subscribe[ignoringCase: "pathTemplate"]
        let path = template.map { PathTemplate.path($0, value: PathTemplate.written) }
        let method = subscribe[ignoringCase: "method"]?.stringValue?.uppercased() ?? "POST"
        return (path ?? subscribe[ignoringCase: "path"]?.stringValue).map { "\(method) \($0)" }
    }
}

/// Paths with names in braces: `{ "template": "/tables/{table}/items", "parameters": { "table": … } }`.
public enum PathTemplate {
    /// The path with its values.
    ///
    /// - Parameters:
    ///   - json: Template and parameters.
    ///   - value: Writes a value.
    /// - Returns: The path; empty where there is no template.
    public static func path(_ json: JSON, value: (JSON) -> String) -> String {
        var path = json[ignoringCase: "template"]?.stringValue ?? ""
        for (name, parameter) in json[ignoringCase: "parameters"]?.objectValue ?? JSONObject() {
            path = path.replacing("{\(name)}", with: value(parameter))
        }
        return path
    }

    /// A value as paths write it before a run: expressions as `@{…}`.
    static func written(_ value: JSON) -> String {
        guard let text = value.stringValue else { return value.text }
        let isExpression = text.hasPrefix("@") && !text.hasPrefix("@@") && !text.hasPrefix("@{")
        return isExpression ? "@{\(text.dropFirst())}" : text
    }
}

extension TriggerNode {
    /// The inputs as written of the call by which it hears of something: for notifications those of the poll.
    public var callInputs: JSON? {
        type.isNotification ? rawInputs.map { NotificationInputs.fetch($0, value: PathTemplate.written) } : rawInputs
    }
}

import JSONTree
import Secrets

/// What a policy may ask of a connection: its parameters, with the secret ones that policies name.
struct PolicyConnection: Sendable {
    /// The connection's name, for messages.
    let name: String
    /// The values by their names in small letters.
    private let values: [String: String]
    private let secrets: [String: SecretValue]
    /// The names, in small letters, of parameters that a connection may leave out.
    private let optional: Set<String>

    init(name: String, values: [String: String], secrets: [String: SecretValue] = [:], optional: Set<String> = []) {
        self.name = name
        self.values = Dictionary(values.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        self.secrets = Dictionary(secrets.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        self.optional = Set(optional.map { $0.lowercased() })
    }

    /// The value of a parameter; parameters of a sign-in are written `token:name`, and kept with or without that.
    func value(_ name: String) -> String? {
        for key in Self.keys(name) {
            if let secret = secrets[key] { return secret.text }
            if let value = values[key] { return value }
        }
        return nil
    }

    func isSecret(_ name: String) -> Bool { Self.keys(name).contains { secrets[$0] != nil } }

    func isOptional(_ name: String) -> Bool { Self.keys(name).contains { optional.contains($0) } }

    private static func keys(_ name: String) -> [String] {
        let key = name.lowercased()
        return key.hasPrefix("token:") ? [key, String(key.dropFirst(6))] : [key]
    }
}

/// What the calls of a policy see.
struct PolicyScope: Sendable {
    var connection: PolicyConnection
    /// The method of the call as it was made.
    var method = "GET"
    /// The values of the operation's path, encoded.
    var pathValues: [String: String] = [:]
    var queries: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: JSON?
    /// The answer of the last poll.
    var triggerBody: JSON?
    /// What stands for a value that a stand-in's answer lacks; nil in earnest.
    var standIn: JSON?

    /// The value of a call; nil where there is none.
    ///
    /// - Throws: ``ConnectorError`` with `.incompleteConnection` for a parameter that the connection must have.
    func value(_ call: PolicyCall, item: JSON? = nil) throws -> JSON? {
        let found: JSON?
        switch call.function {
        case .originalMethod: return .string(method)
        case .body: found = PolicyPath.value(in: body, call.steps)
        case .item: found = PolicyPath.value(in: item, call.steps)
        case .triggerBody: found = PolicyPath.value(in: triggerBody, call.steps)
        case .headers: found = headers.last { $0.name.isSame(ignoringCase: call.name) }.map { .string($0.value) }
        case .queryParameters:
            let query =
                queries.last { $0.name == call.name } ?? queries.last { $0.name.isSame(ignoringCase: call.name) }
            found = query.map { .string($0.value) }
        case .connectionParameters: found = connection.value(call.name).map(JSON.string)
        }
        if let found { return found }
        if let fallback = call.fallback { return .string(fallback) }
        guard call.function == .connectionParameters, !connection.isOptional(call.name) else { return nil }
        throw ConnectorError(
            .incompleteConnection,
            "The connection '\(connection.name)' lacks the parameter '\(call.name)', which a policy of its connector uses."
        )
    }

    /// The template as text; what has no value is empty.
    ///
    /// - Parameters:
    ///   - template: The template.
    ///   - item: What `item()` is.
    ///   - encode: What is done to the value of a call before it goes into the text, with the text before it.
    /// - Returns: The text.
    /// - Throws: ``ConnectorError`` with `.incompleteConnection`.
    func text(
        _ template: PolicyTemplate,
        item: JSON? = nil,
        encode: (String, PolicyCall, _ before: String) -> String = { value, _, _ in value }
    ) throws -> String {
        var result = ""
        for piece in template.pieces {
            switch piece {
            case .text(let text): result += text
            case .pathParameter(let name): result += pathValues[name] ?? "{\(name)}"
            case .call(let call):
                let value = try value(call, item: item)
                result += encode(value?.stringValue ?? value?.nonNull.map(\.text) ?? "", call, result)
            }
        }
        return result
    }

    /// The template as a value: what one call gives, JSON where the template is written as JSON, else a text.
    ///
    /// - Returns: The value; nil when the template is one call that has none.
    func json(_ template: PolicyTemplate, item: JSON? = nil) throws -> JSON? {
        if let call = template.onlyCall { return try value(call, item: item) }
        let start = template.source.trimmed.first
        if start == "[" || start == "{" {
            var text = ""
            for piece in template.pieces {
                switch piece {
                case .text(let part): text += part
                case .pathParameter(let name): text += pathValues[name] ?? "{\(name)}"
                case .call(let call): text += (try value(call, item: item) ?? .null).text
                }
            }
            if let json = try? JSON.parse(text) { return json }
        }
        return .string(try self.text(template, item: item))
    }
}

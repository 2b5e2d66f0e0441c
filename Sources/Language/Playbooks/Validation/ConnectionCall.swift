internal import JSONTree

/// One action or trigger of a definition that goes through a connection, as far as it is known before a run.
public struct ConnectionCall: Sendable {
    /// `action` or `trigger`.
    public let noun: String
    /// Its name.
    public let name: String
    /// The JSON pointer of it in the definition.
    public let pointer: String
    /// The connection.
    public let connection: ConnectionReference
    /// The name of the connector; empty where the definition does not say it.
    public let api: String
    /// Whether the definition has the connection: a `$connections` with its key, or none needed.
    public let isGiven: Bool
    /// The method in upper case.
    public let method: String
    /// The path, with `{}` in the place of each expression; nil when the operation is named.
    public let path: String?
    /// The path as it is written.
    public let writtenPath: String?
    /// The operation's name (`host.operationId`); nil when method and path say it.
    public let operation: String?

    /// The subscription that a notification trigger writes, in words, in place of which it asks: `POST /subscriptions`.
    public let subscription: String?

    /// The names under which its connector may be installed, the likeliest first.
    public var connectorNames: [String] { ConnectorName.candidates(key: connection.key, api: api) }

    /// What is called, in words: `POST /queryData`, or an operation's name.
    public var words: String {
        if let operation { return "the operation '\(operation)'" }
        return "\(method) \(writtenPath ?? path ?? "")"
    }

    /// What the file says about connections.
    struct Given {
        /// The members of `$connections`.
        let entries: JSONObject
        /// The connections of the file.
        let references: [LoadedConnection]
    }

    init(
        noun: String,
        name: String,
        pointer: String,
        connection: ConnectionReference,
        inputs: JSON?,
        subscription: String? = nil,
        given: Given
    ) {
        self.noun = noun
        self.name = name
        self.pointer = pointer
        self.connection = connection
        self.subscription = subscription
        var api = connection.api.map { ConnectorName.of(id: $0) } ?? ""
        var isGiven = true
        if connection.style == .managed {
            let entry = given.entries.member(ignoringCase: connection.key)?.value
            isGiven = entry != nil
            api = ConnectorName.of(id: entry?[ignoringCase: "id"]?.stringValue ?? "")
        }
        if api.isEmpty { api = given.references.connector(of: connection.key) ?? "" }
        self.api = api
        self.isGiven = isGiven
        writtenPath = inputs?[ignoringCase: "path"]?.stringValue
        path = writtenPath.map(PathPattern.text)
        method = inputs?[ignoringCase: "method"]?.stringValue?.uppercased() ?? "POST"
        operation =
            inputs?[ignoringCase: "host"]?[ignoringCase: "operationId"]?.stringValue
            ?? inputs?[ignoringCase: "serviceProviderConfiguration"]?[ignoringCase: "operationId"]?.stringValue
    }
}

extension Definition {
    /// All its triggers and actions that go through a connection, those inside of others included, in their order.
    ///
    /// - Parameter references: The connections of the file, which say the connectors that the definition does not.
    /// - Returns: The calls; those in the tools of agents come after the agent.
    public func connectionCalls(references: [LoadedConnection] = []) -> [ConnectionCall] {
        let given = ConnectionCall.Given(
            entries: parameter(named: "$connections")?.value.objectValue ?? JSONObject(),
            references: references
        )
        var calls: [ConnectionCall] = []
        for trigger in triggers {
            guard let connection = trigger.connection else { continue }
            calls.append(
                ConnectionCall(
                    noun: "trigger",
                    name: trigger.name,
                    pointer: trigger.pointer,
                    connection: connection,
                    inputs: trigger.callInputs,
                    subscription: trigger.type.isNotification
                        ? trigger.rawInputs.flatMap(NotificationInputs.subscription(of:)) : nil,
                    given: given
                )
            )
        }
        for action in actions {
            calls += action.tools.compactMap { tool in
                ConnectionReference(inputs: tool.inputs).map { connection in
                    ConnectionCall(
                        noun: "action",
                        name: tool.name,
                        pointer: tool.pointer,
                        connection: connection,
                        inputs: tool.inputs,
                        given: given
                    )
                }
            }
            guard let connection = action.connection else { continue }
            calls.append(
                ConnectionCall(
                    noun: "action",
                    name: action.name,
                    pointer: action.pointer,
                    connection: connection,
                    inputs: action.rawInputs,
                    given: given
                )
            )
        }
        return calls
    }
}

/// Paths of which only the parts that are no expressions are known.
enum PathPattern {
    /// A path with `{}` for each expression: `@{…}` in it, the arguments of a `@concat(…)` that are no texts, and what
    /// only a deployment knows.
    static func text(_ path: String) -> String {
        if path.hasPrefix("@"), !path.hasPrefix("@{"), !path.hasPrefix("@@") { return expression(path.dropFirst()) }
        return unresolved(interpolated(path))
    }

    private static func interpolated(_ path: String) -> String {
        var result = ""
        var rest = path[...]
        while let start = rest.firstRange(of: "@{") {
            result += rest[..<start.lowerBound] + "{}"
            rest = rest[start.upperBound...]
            var isInText = false
            while let character = rest.first, isInText || character != "}" {
                if character == "'" { isInText.toggle() }
                rest = rest.dropFirst()
            }
            rest = rest.dropFirst()
        }
        return result + rest
    }

    /// What a deployment template left open is an expression, too.
    private static func unresolved(_ path: String) -> String {
        var result = ""
        var rest = path[...]
        while let start = rest.firstRange(of: "<unresolved: "), let end = rest[start.upperBound...].firstIndex(of: ">")
        {
            result += rest[..<start.lowerBound] + "{}"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// The texts in a call of `concat`, with `{}` for its other arguments; `{}` for any other expression.
    private static func expression(_ text: Substring) -> String {
        let trimmed = text.filter { !$0.isNewline }
        guard trimmed.lowercased().hasPrefix("concat("), trimmed.hasSuffix(")") else { return "{}" }
        var result = ""
        for argument in arguments(trimmed.dropFirst(7).dropLast()) {
            let argument = argument.drop { $0 == " " }
            if argument.first == "'" {
                result += String(argument.dropFirst().prefix { $0 != "'" })
            } else if argument.lowercased().hasPrefix("concat(") {
                result += expression(argument)
            } else {
                result += "{}"
            }
        }
        return result
    }

    /// The arguments at the outermost level.
    private static func arguments(_ text: Substring) -> [Substring] {
        var result: [Substring] = []
        var depth = 0
        var isInText = false
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "'": isInText.toggle()
            case "(", "[": if !isInText { depth += 1 }
            case ")", "]": if !isInText { depth -= 1 }
            case "," where depth == 0 && !isInText:
                result.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        result.append(text[start...])
        return result
    }
}

import JSONTree

/// One entry of `policyTemplateInstances`.
struct ConnectorPolicy: Sendable {
    /// The template's id in small letters.
    let template: String
    /// The operations in small letters; empty means all.
    let operations: Set<String>
    private let parameters: [String: JSON]

    init(_ json: JSON) {
        template = json["templateId"]?.stringValue?.lowercased() ?? ""
        var parameters: [String: JSON] = [:]
        for (name, value) in json["parameters"]?.objectValue ?? JSONObject() {
            parameters[name.lowercased()] = value
        }
        self.parameters = parameters
        let names = parameters["x-ms-apimtemplate-operationname"]?.arrayValue ?? []
        operations = Set(names.compactMap { $0.stringValue?.lowercased() }.filter { !$0.isEmpty })
    }

    /// A parameter of the template, its name matched without regard to case.
    func parameter(_ name: String) -> String? {
        parameters["x-ms-apimtemplateparameter.\(name.lowercased())"]?.stringValue
    }

    func applies(to operation: OperationDescription?) -> Bool {
        guard !operations.isEmpty else { return true }
        return operation.map { operations.contains($0.id.lowercased()) } ?? false
    }

    /// Whether it works on the request; those for answers say so in their section.
    var isForRequest: Bool {
        (parameter("policySection") ?? "Request").lowercased() == "request"
    }
}

/// The policies that change a request before it is sent.
enum PolicyRunner {
    /// What the policies work on.
    struct Draft: Sendable {
        var method: String
        var baseURL: String
        var path: String
        var queries: [(name: String, value: String)]
        var headers: [(name: String, value: String)]
    }

    /// Templates that have nothing to do for a call that a playbook makes: the engine polls and follows pages itself.
    private static let passive: Set<String> = [
        "pollingtrigger", "updatenextlink", "setconnectionstatustounauthenticated",
    ]

    static func apply(
        _ policies: [ConnectorPolicy],
        to draft: inout Draft,
        operation: OperationDescription?,
        pathValues: [String: String],
        connection: @escaping (String) -> String?
    ) throws {
        let overridden = draft.baseURL
        for policy in policies where policy.applies(to: operation) && !passive.contains(policy.template) {
            guard policy.isForRequest else {
                throw unsupported(policy, operation, "on an answer")
            }
            let text = PolicyText(draft: draft, pathValues: pathValues, connection: connection)
            switch policy.template {
            case "dynamichosturl", "dynamicsubdomain":
                guard overridden.isEmpty, let template = policy.parameter("urlTemplate") else { continue }
                let url = try text.fill(template)
                draft.baseURL = url.contains("://") ? url : "https://\(url)"
            case "routerequesttoendpoint":
                draft.path = try text.fill(policy.parameter("newPath") ?? "")
                if let method = policy.parameter("httpMethod"), !method.hasPrefix("@") {
                    draft.method = method.uppercased()
                }
            case "setheader":
                set(&draft.headers, policy, try text.fill(policy.parameter("value") ?? ""), ignoringCase: true)
            case "setqueryparameter": set(&draft.queries, policy, try text.fill(policy.parameter("value") ?? ""))
            default: throw unsupported(policy, operation, "on a request")
            }
        }
    }

    private static func set(
        _ fields: inout [(name: String, value: String)],
        _ policy: ConnectorPolicy,
        _ value: String,
        ignoringCase: Bool = false
    ) {
        guard let name = policy.parameter("name") else { return }
        let isSame: ((name: String, value: String)) -> Bool = {
            ignoringCase ? $0.name.lowercased() == name.lowercased() : $0.name == name
        }
        let action = policy.parameter("existsAction")?.lowercased() ?? "override"
        let exists = fields.contains(where: isSame)
        if exists, action == "skip" { return }
        if action != "append" { fields.removeAll(where: isSame) }
        fields.append((name, value))
    }

    private static func unsupported(
        _ policy: ConnectorPolicy,
        _ operation: OperationDescription?,
        _ place: String
    ) -> ConnectorError {
        ConnectorError(
            .notSupported,
            "The operation '\(operation?.id ?? "?")' needs the policy '\(policy.template)' \(place), which is not supported."
        )
    }
}

/// The expressions of policies: text with calls such as `@connectionParameters('host')` inside.
struct PolicyText {
    let draft: PolicyRunner.Draft
    let pathValues: [String: String]
    let connection: (String) -> String?

    /// The text with every call replaced by its value and every `{name}` by that part of the path.
    func fill(_ template: String) throws -> String {
        var result = ""
        var rest = template[...]
        while let character = rest.first {
            if character == "@", let call = Self.call(rest) {
                result += try value(call)
                rest = rest[call.end...]
            } else if character == "{", let close = rest.firstIndex(of: "}"),
                let value = pathValues[String(rest[rest.index(after: rest.startIndex)..<close])]
            {
                result += value
                rest = rest[rest.index(after: close)...]
            } else if character == "{", rest.dropFirst().first == "@", let call = Self.call(rest.dropFirst()),
                call.end < rest.endIndex, rest[call.end] == "}"
            {
                result += try value(call)
                rest = rest[rest.index(after: call.end)...]
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private struct Call {
        let function: String
        let arguments: [String]
        let end: String.Index
    }

    private static func call(_ text: Substring) -> Call? {
        let name = text.dropFirst().prefix { $0.isLetter || $0 == "." }
        guard !name.isEmpty, let open = text[name.endIndex...].first, open == "(",
            let close = text[name.endIndex...].firstIndex(of: ")")
        else { return nil }
        let inner = text[text.index(after: name.endIndex)..<close]
        let arguments = inner.split(separator: ",").map { part in
            String(part.filter { !$0.isWhitespace && $0 != "'" && $0 != "\"" })
        }
        return Call(function: name.lowercased(), arguments: arguments, end: text.index(after: close))
    }

    private func value(_ call: Call) throws -> String {
        let name = call.arguments.first ?? ""
        let found: String? =
            switch call.function {
            case "connectionparameters": connection(name)
            case "queryparameters", "queryparamters": draft.queries.first { $0.name == name }?.value
            case "headers", "header": draft.headers.first { $0.name.lowercased() == name.lowercased() }?.value
            default: nil
            }
        if let found { return found }
        if call.arguments.count > 1 { return call.arguments[1] }
        if call.function == "connectionparameters" {
            throw ConnectorError(.incompleteConnection, "The connection lacks the parameter '\(name)'.")
        }
        throw ConnectorError(
            .notSupported,
            "A policy asks for @\(call.function)('\(name)'), which has no value here or is not supported."
        )
    }
}

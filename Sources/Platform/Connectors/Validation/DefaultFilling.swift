import Expressions
import JSONTree
import Moments

/// Fills members of bodies in that users do not see, or that are required and have a default.
struct DefaultFilling {
    /// How a call names its operation.
    enum Form: Sendable, Hashable {
        /// By its name: what users do not see is filled in.
        case byName
        /// By method and path, as exports of playbooks do: they have the hidden members already, so only what is
        /// required and missing is filled in.
        case byPath
    }

    let schema: ValueSchema
    let form: Form
    let now: Timestamp

    /// How deep bodies are looked into: 50.
    static let depthLimit = 50

    /// The body with its defaults.
    ///
    /// - Parameter body: The body; nil when none is given.
    /// - Returns: The body; nil when there is still nothing in it.
    /// - Throws: ``ConnectorError`` with `.invalidParameter` when a default cannot be evaluated.
    func filled(_ body: JSON?) throws -> JSON? {
        guard body?["$content-type"] == nil, body?.stringValue == nil else { return body }
        if let body = body?.nonNull { return try filled(body, 0, 0) }
        guard let made = try filled([:], 0, 0).objectValue, !made.isEmpty else { return body }
        return .object(made)
    }

    private func filled(_ value: JSON, _ number: Int, _ depth: Int) throws -> JSON {
        guard depth < Self.depthLimit, schema.nodes.indices.contains(number) else { return value }
        let node = schema.nodes[number]
        switch value {
        case .array(let items):
            guard let rule = node.items else { return value }
            return .array(try items.map { try filled($0, rule, depth + 1) })
        case .object(var object):
            for (name, rule) in node.properties.sorted(by: { $0.key < $1.key }) {
                if let present = object[name] {
                    object[name] = try filled(present, rule, depth + 1)
                } else if let made = try missing(rule, isRequired: node.required.contains(name), depth) {
                    object[name] = made
                }
            }
            var result = JSON.object(object)
            for part in node.allOf { result = try filled(result, part, depth + 1) }
            return result
        default: return value
        }
    }

    /// The value of a member that is not there; nil when it stays so.
    private func missing(_ number: Int, isRequired: Bool, _ depth: Int) throws -> JSON? {
        let node = schema.nodes[number]
        guard isRequired || (form == .byName && node.isInternal) else { return nil }
        if let value = node.defaultValue { return try Self.evaluate(value, now) }
        guard node.types.contains(.object) || !node.properties.isEmpty, form == .byName else { return nil }
        let made = try filled([:], number, depth + 1)
        return made.objectValue?.isEmpty == false ? made : nil
    }

    /// A default, which may hold expressions of the workflow language; what only looks like one is a plain text.
    static func evaluate(_ value: JSON, _ now: Timestamp) throws -> JSON {
        guard value.stringValue?.contains("@") ?? (value.objectValue != nil || value.arrayValue != nil) else {
            return value
        }
        guard let template = try? Template.compile(value) else { return value }
        do {
            return try template.evaluate(in: AdapterContext(values: [:], now: now))
        } catch {
            throw ConnectorError(.invalidParameter, "The default '\(value.text)' cannot be evaluated: \(error.message)")
        }
    }
}

extension ConnectorDefinition {
    /// A body with the defaults of its members, or of the fields of a form.
    ///
    /// - Parameters:
    ///   - body: The body as the call gives it; nil for none.
    ///   - operation: The operation.
    ///   - form: How the call names the operation.
    ///   - now: The present, for defaults with expressions.
    /// - Returns: The body; nil when there is none still.
    /// - Throws: ``ConnectorError`` with `.invalidParameter` when a default cannot be evaluated.
    func filling(
        _ body: JSON?,
        of operation: OperationDescription,
        form: DefaultFilling.Form,
        now: Timestamp
    ) throws -> JSON? {
        if let schema = requestChecks.check(of: operation, in: document).body {
            return try DefaultFilling(schema: schema, form: form, now: now).filled(body)
        }
        let fields = operation.parameters.filter { $0.place == .formData }
        guard !fields.isEmpty, body?["$content-type"] == nil, body?.stringValue == nil else { return body }
        var object = body?.objectValue ?? JSONObject()
        for field in fields where object[field.name] == nil && (field.isRequired || field.isInternal) {
            object[field.name] = try field.defaultValue.map { try DefaultFilling.evaluate($0, now) }
        }
        return object.isEmpty ? body : .object(object)
    }

    /// The parameters of a call by name, with what users do not see.
    func filling(_ parameters: JSON, of operation: OperationDescription, now: Timestamp) throws -> JSON {
        guard case .object(var object) = parameters else { return parameters }
        if let name = operation.parameters.first(where: { $0.place == .body })?.name {
            object[name] = try filling(object[name], of: operation, form: .byName, now: now)
        }
        for field in operation.parameters where field.place == .formData && object[field.name] == nil {
            guard field.isRequired || field.isInternal else { continue }
            object[field.name] = try field.defaultValue.map { try DefaultFilling.evaluate($0, now) }
        }
        for parameter in operation.parameters where parameter.place == .path && object[parameter.name] == nil {
            object[parameter.name] = try parameter.defaultValue.map { try DefaultFilling.evaluate($0, now) }
        }
        return .object(object)
    }

    /// Refuses a draft whose values the definition does not allow.
    ///
    /// - Parameters:
    ///   - draft: The call.
    ///   - operation: Its operation.
    ///   - own: The parameters whose values the definition itself gives.
    ///   - rule: How the connection signs in, where it says so itself.
    /// - Throws: ``ConnectorError`` with `.missingParameter` or `.invalidParameter`; nothing was sent.
    func check(
        _ draft: CallDraft,
        of operation: OperationDescription,
        own: Set<String> = [],
        rule: JSON? = nil
    ) throws {
        try requestChecks.check(of: operation, in: document).check(
            RequestValues(
                path: draft.pathValues,
                queries: draft.queries + URLText.pairs(draft.rawQuery),
                headers: draft.headers,
                body: draft.body,
                own: own
            ),
            isSupplied: { supplies($0, of: operation, rule: rule) }
        )
    }

    /// Whether a parameter gets its value from a credential or a policy, after what the call gives.
    private func supplies(_ parameter: ParameterDescription, of operation: OperationDescription, rule: JSON?) -> Bool {
        guard parameter.place == .header || parameter.place == .query else { return false }
        func isMeant(_ name: String?) -> Bool {
            guard let name else { return false }
            return parameter.place == .header ? parameter.name.isSame(ignoringCase: name) : parameter.name == name
        }
        let isKey = signIn.schemes.contains { scheme in
            guard case .key(let name, let place, _) = scheme.kind, place != .cookie else { return false }
            return (place == .query) == (parameter.place == .query) && isMeant(name)
        }
        let rules: [JSON?] = [rule, adapter.authentication] + adapter.hosts.values.map(\.authentication)
        let isNamed = rules.contains { rule in
            AuthenticationRules(rule).keys.contains { key in
                key.inQuery == (parameter.place == .query) && isMeant(key.name)
            }
        }
        let template = parameter.place == .header ? "setheader" : "setqueryparameter"
        return isKey || isNamed
            || policies.contains { policy in
                policy.template == template && policy.section == .request && policy.applies(to: operation)
                    && isMeant(policy.text("name"))
            }
    }
}

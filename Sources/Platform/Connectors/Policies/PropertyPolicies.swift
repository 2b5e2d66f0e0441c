import JSONTree

/// Policies that set, rewrite or move properties of a body: `setproperty`, `stringreplace`, `encodepropertyvalue`,
/// `moveproperties`.
enum PropertyPolicies {
    /// Sets a property of the parent, or of each item when the parent is an array.
    static func set(_ policy: ConnectorPolicy, in body: JSON?, scope: PolicyScope) throws -> JSON? {
        guard let parent = policy.template("newPropertyParentPathTemplate")?.onlyCall, parent.function == .body,
            let value = policy.template("propertyValuePathTemplate")
        else { return body }
        let name = PolicyPath.steps(policy.text("newPropertySubPathTemplate") ?? "")
        guard !name.isEmpty else { return body }
        let body = body?.nonNull ?? (parent.steps.isEmpty ? [:] : nil)
        return try PolicyPath.changing(body, parent.steps[...]) { parent in
            switch parent {
            case .array(let items): .array(try items.map { try set(name, in: $0, value, scope) })
            case .object(let object): try set(name, in: .object(object), value, scope)
            default: parent
            }
        }
    }

    private static func set(
        _ name: [PolicyPath.Step],
        in item: JSON,
        _ value: PolicyTemplate,
        _ scope: PolicyScope
    ) throws -> JSON {
        guard item.objectValue != nil, let new = try scope.json(value, item: item) else { return item }
        return PolicyPath.changing(item, name[...], isMaking: true) { _ in new } ?? item
    }

    /// Replaces text in a property (`stringreplace`).
    static func replace(_ policy: ConnectorPolicy, in body: JSON?) -> JSON? {
        guard let old = policy.text("sourceString"), !old.isEmpty else { return body }
        let new = policy.text("replacementString") ?? ""
        return PolicyProperty(policy).rewriting(body) { value in
            value.stringValue.map { .string($0.replacing(old, with: new)) }
        }
    }

    /// Percent-encodes a property (`encodepropertyvalue`).
    static func encode(_ policy: ConnectorPolicy, in body: JSON?) -> JSON? {
        PolicyProperty(policy).rewriting(body) { value in value.stringValue.map { .string(Percent.encode($0)) } }
    }

    /// Moves an object from one place to another, or only its members (`copyOnlySubProperties`).
    static func move(_ policy: ConnectorPolicy, in body: JSON?) -> JSON? {
        guard let source = policy.template("srcParentPath")?.onlyCall, source.function == .body,
            let target = policy.template("dstParentPath")?.onlyCall, target.function == .body
        else { return body }
        let from = source.steps + steps(policy.text("srcSubPath"))
        let to = target.steps + steps(policy.text("dstSubPath"))
        guard !from.isEmpty, let moved = PolicyPath.value(in: body, from)?.nonNull else { return body }
        let rest = PolicyPath.changing(body, from[...]) { _ in nil }
        if policy.flag("copyOnlySubProperties"), let members = moved.objectValue {
            return PolicyPath.changing(rest, to[...], isMaking: true) { existing in
                var object = existing?.objectValue ?? JSONObject()
                object.merge(members)
                return .object(object)
            }
        }
        return PolicyPath.changing(rest, to[...], isMaking: true) { _ in moved }
    }

    /// The steps of a sub-path; `null` means that there is none.
    private static func steps(_ text: String?) -> [PolicyPath.Step] {
        guard let text, !text.isEmpty, text.lowercased() != "null" else { return [] }
        return PolicyPath.steps(text)
    }
}

/// The property that a policy reads, and the one it writes: `propertyParentPath`, `propertySubPath`, `newPropertyPath`.
struct PolicyProperty {
    private let parent: [PolicyPath.Step]
    private let name: [PolicyPath.Step]
    /// The place of the new value: in the item (`@item().x`) or in the body (`@body().x`).
    private let target: PolicyCall?

    init(_ policy: ConnectorPolicy) {
        parent = policy.template("propertyParentPath")?.onlyCall?.steps ?? []
        let text = policy.text("propertySubPath") ?? ""
        name = text.isEmpty || text.lowercased() == "null" ? [] : PolicyPath.steps(text)
        target = policy.template("newPropertyPath")?.onlyCall
    }

    /// The body with the new property made of the old one, in each item where the parent is an array.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - make: The new value of an old one; nil leaves all as it is.
    /// - Returns: The body afterwards.
    func rewriting(_ body: JSON?, _ make: (JSON) -> JSON?) -> JSON? {
        switch PolicyPath.value(in: body, parent) {
        case .array:
            return PolicyPath.changing(body, parent[...]) { items in
                .array((items?.arrayValue ?? []).map { rewritten($0, make) })
            }
        case .object(let object):
            guard let old = PolicyPath.value(in: .object(object), name), let new = make(old) else { return body }
            guard let target, target.function == .body else {
                return PolicyPath.changing(body, parent[...]) { $0.map { rewritten($0, make) } }
            }
            return PolicyPath.changing(body, target.steps[...], isMaking: true) { _ in new }
        default: return body
        }
    }

    private func rewritten(_ item: JSON, _ make: (JSON) -> JSON?) -> JSON {
        guard let old = PolicyPath.value(in: item, name), let new = make(old) else { return item }
        let place = target?.function == .item ? target?.steps ?? name : name
        return PolicyPath.changing(item, place[...], isMaking: true) { _ in new } ?? item
    }
}

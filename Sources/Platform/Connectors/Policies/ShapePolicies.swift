import JSONTree

/// Policies that give a property another shape: `convertobjecttoarray`, `convertarraytoobject`, `stringtoarray`.
enum ShapePolicies {
    /// `{k: v}` becomes `[{keyName: k, valueName: v}]`.
    static func toArray(_ policy: ConnectorPolicy, in body: JSON?) -> JSON? {
        let key = policy.text("keyName") ?? "key"
        let value = policy.text("valueName") ?? "value"
        return PolicyProperty(policy).rewriting(body) { old in
            guard let object = old.objectValue else { return nil }
            return .array(
                object.map { member in
                    var item = JSONObject()
                    item[key] = .string(member.name)
                    item[value] = member.value
                    return .object(item)
                }
            )
        }
    }

    /// An array of objects becomes an object, each by the value of one of its properties.
    ///
    /// The property stays only where `retainKey` says so. Items without it are left out.
    static func toObject(_ policy: ConnectorPolicy, in body: JSON?) -> JSON? {
        let key = PolicyPath.steps(policy.text("keyWithinCollectionPath") ?? "key")
        return PolicyProperty(policy).rewriting(body) { old in
            guard let items = old.arrayValue else { return nil }
            var result = JSONObject()
            for item in items {
                guard let found = PolicyPath.value(in: item, key)?.nonNull else { continue }
                let rest = policy.flag("retainKey") ? item : PolicyPath.changing(item, key[...]) { _ in nil }
                result[found.stringValue ?? found.text] = rest ?? .null
            }
            return .object(result)
        }
    }

    /// A text is split at any of the delimiters into an array of objects with one property each, or of texts where no
    /// name is given; blanks around a part and empty parts are left out.
    static func split(_ policy: ConnectorPolicy, in body: JSON?) -> JSON? {
        let delimiters = Set(policy.text("delimiterList") ?? ";")
        let name = policy.text("childPropertyName") ?? ""
        return PolicyProperty(policy).rewriting(body) { old in
            guard let text = old.stringValue else { return nil }
            let parts = text.split { delimiters.contains($0) }.map { String($0).trimmed }.filter { !$0.isEmpty }
            return .array(parts.map { name.isEmpty ? .string($0) : .object([name: .string($0)]) })
        }
    }
}

/// All policies that work on a body, by their template.
enum BodyPolicies {
    /// The body after a policy; nil when the policy is none of a body.
    ///
    /// A text and a `$content` envelope have no properties, and stay as they are.
    static func apply(_ policy: ConnectorPolicy, to body: JSON?, scope: PolicyScope) throws -> JSON?? {
        let isWhole = body?.stringValue != nil || body?["$content-type"] != nil
        switch policy.template {
        case "setproperty": return .some(isWhole ? body : try PropertyPolicies.set(policy, in: body, scope: scope))
        case "stringreplace": return .some(isWhole ? body : PropertyPolicies.replace(policy, in: body))
        case "encodepropertyvalue": return .some(isWhole ? body : PropertyPolicies.encode(policy, in: body))
        case "moveproperties": return .some(isWhole ? body : PropertyPolicies.move(policy, in: body))
        case "convertobjecttoarray": return .some(isWhole ? body : ShapePolicies.toArray(policy, in: body))
        case "convertarraytoobject": return .some(isWhole ? body : ShapePolicies.toObject(policy, in: body))
        case "stringtoarray": return .some(isWhole ? body : ShapePolicies.split(policy, in: body))
        default: return nil
        }
    }
}

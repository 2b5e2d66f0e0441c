import JSONTree

/// Policies that set a header or a query parameter: `setheader`, `setqueryparameter`.
enum FieldPolicies {
    /// The fields with the one of a policy set, by its `existsAction`: `override` (the rule), `append` or `skip`.
    ///
    /// - Parameters:
    ///   - policy: The policy.
    ///   - fields: The fields as they are.
    ///   - ignoringCase: Whether names are compared without regard to case, as those of headers are.
    ///   - scope: What its expressions see.
    /// - Returns: The fields afterwards.
    /// - Throws: ``ConnectorError`` with `.incompleteConnection`.
    static func set(
        _ policy: ConnectorPolicy,
        in fields: [(name: String, value: String)],
        ignoringCase: Bool,
        scope: PolicyScope
    ) throws -> [(name: String, value: String)] {
        guard let name = try policy.template("name").map({ try scope.text($0) }), !name.isEmpty else { return fields }
        let isSame: ((name: String, value: String)) -> Bool = {
            ignoringCase ? $0.name.isSame(ignoringCase: name) : $0.name == name
        }
        let action = policy.text("existsAction")?.lowercased() ?? "override"
        if action == "skip", fields.contains(where: isSame) { return fields }
        let value = try policy.template("value").map { try scope.text($0) } ?? policy.text("value") ?? ""
        var result = fields
        if action != "append" { result.removeAll(where: isSame) }
        result.append((name, value))
        return result
    }

    /// Headers of an answer with the one of a policy set.
    static func set(_ policy: ConnectorPolicy, in headers: JSONObject, scope: PolicyScope) throws -> JSONObject {
        guard let name = try policy.template("name").map({ try scope.text($0) }), !name.isEmpty else { return headers }
        let existing = headers.member(ignoringCase: name)
        let action = policy.text("existsAction")?.lowercased() ?? "override"
        if action == "skip", existing != nil { return headers }
        var value = try policy.template("value").map { try scope.text($0) } ?? policy.text("value") ?? ""
        if action == "append", let known = existing?.value.stringValue { value = "\(known), \(value)" }
        var result = headers
        result[existing?.name ?? name] = .string(value)
        return result
    }
}

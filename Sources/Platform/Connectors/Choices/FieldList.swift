import JSONTree

/// The fields of an operation, found by the names that definitions and editors use.
struct FieldList: Sendable {
    let fields: [OperationField]

    /// The field of a name as editors write it, with the numbers of items or `*`, and that name's parts.
    ///
    /// - Parameter name: The name, in any case.
    /// - Returns: The field, and its path with the numbers that were given; nil when there is none.
    func named(_ name: String) -> (field: OperationField, path: [String])? {
        let wanted = name.lowercased()
        if let field = fields.first(where: { $0.name == name })
            ?? fields.first(where: { $0.name.lowercased() == wanted })
        {
            return (field, field.path)
        }
        for field in fields where field.path.contains("*") {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == field.path.count else { continue }
            let fits = zip(field.path, parts).allSatisfy { mine, part in
                mine == "*" ? Int(part) != nil : mine.isSame(ignoringCase: part)
            }
            if fits { return (field, zip(field.path, parts).map { $0 == "*" ? $1 : $0 }) }
        }
        return nil
    }

    /// The field that a reference of the definition means.
    ///
    /// References are names of parameters, `body/member` with the body's name or its place, `member.inner`, or the bare name
    /// of a member of a body: one beside the field that refers, else one further up, else the only one of that name.
    ///
    /// - Parameters:
    ///   - reference: The reference.
    ///   - origin: The field that refers; nil when it stands outside of the fields.
    /// - Returns: The field; nil when nothing is meant.
    func meant(by reference: String, from origin: [String]? = nil) -> OperationField? {
        let parameters = fields.filter { $0.path.count == 1 }
        if let exact = parameters.first(where: { $0.path[0] == reference }) ?? same([reference], parameters) {
            return exact
        }
        for separator: Character in ["/", "."] {
            let parts = reference.components(separator)
            if parts.count > 1, let field = member(parts, parameters) { return field }
        }
        var above = (origin ?? []).dropLast()
        while !above.isEmpty {
            if let field = same(Array(above) + [reference], fields) { return field }
            above = above.dropLast()
        }
        for body in parameters where body.place == .body {
            if let field = same(body.path + [reference], fields) { return field }
        }
        let named = fields.filter { $0.path.count > 1 && $0.path.last?.isSame(ignoringCase: reference) == true }
        return named.count == 1 ? named[0] : nil
    }

    private func member(_ parts: [String], _ parameters: [OperationField]) -> OperationField? {
        if let field = same(parts, fields) { return field }
        let place = parts[0].lowercased()
        for parameter in parameters where parameter.place.rawValue.lowercased() == place {
            let inside = parameter.place == .body ? parameter.path + parts.dropFirst() : Array(parts.dropFirst())
            if let field = same(inside, fields), field.place == parameter.place { return field }
        }
        for body in parameters where body.place == .body {
            if let field = same(body.path + parts, fields) { return field }
        }
        return nil
    }

    private func same(_ path: [String], _ fields: [OperationField]) -> OperationField? {
        fields.first { field in
            field.path.count == path.count && zip(field.path, path).allSatisfy { $0.isSame(ignoringCase: $1) }
        }
    }
}

extension String {
    fileprivate func components(_ separator: Character) -> [String] {
        split(separator: separator).map(String.init)
    }
}

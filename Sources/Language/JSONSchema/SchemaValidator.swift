import JSONTree

/// One check of a value: walks value and schema together and collects issues.
struct SchemaValidator {
    private let schema: CompiledSchema
    /// Whether issues are wanted; otherwise the first one ends the check.
    private let collects: Bool
    private(set) var issues: [SchemaIssue] = []
    private var path: [DottedPath.Step] = []
    private var steps = 0
    private var depth = 0
    private var isExhausted = false
    private var issueCount = 0

    /// How deep checks may nest: one for each level of the value, one more for each combinator on the way.
    private static let greatestDepth = 1_000

    init(_ schema: CompiledSchema, collects: Bool) {
        self.schema = schema
        self.collects = collects
    }

    /// Checks a value against the whole schema; there are issues exactly when it does not match.
    mutating func run(_ value: JSON) -> Bool {
        let valid = check(value, against: 0)
        guard isExhausted else { return valid }
        let bounds = "\(schema.limits.steps) steps and \(Self.greatestDepth) levels"
        let root = schema.nodes[0]
        // Told whatever the bound on issues, since it says that the others may not be all.
        issueCount = 0
        report(.none, "The value could not be checked within \(bounds); simplify the schema.", root)
        return false
    }

    /// Checks a value against a node; false when anything does not match.
    private mutating func check(_ value: JSON, against number: Int) -> Bool {
        steps += 1
        guard !isExhausted, steps <= schema.limits.steps, depth < Self.greatestDepth else {
            isExhausted = true
            return false
        }
        depth += 1
        defer { depth -= 1 }
        let node = schema.nodes[number]
        let type = SchemaTypes(of: value)
        var valid = true
        if let types = node.rules.types, !types.allows(type) {
            report(.type, "Invalid type. Expected \(types) but got \(type).", node, scalar(value))
            guard collects else { return false }
            valid = false
        }
        switch value {
        case .object(let object):
            valid = members(object, node) && valid
            if valid || collects { valid = common(value, node, valid) }
            if valid || collects { valid = wholeObject(object, node) && valid }
        case .array(let items):
            valid = elements(items, node) && valid
            if valid || collects { valid = common(value, node, valid) }
            if valid || collects { valid = wholeArray(items, node) && valid }
        default:
            if valid { valid = scalarRules(value, node) }
            if valid || collects { valid = common(value, node, valid) }
        }
        return valid
    }

    /// Enumeration and combinators.
    private mutating func common(_ value: JSON, _ node: CompiledNode, _ validSoFar: Bool) -> Bool {
        var valid = validSoFar
        if let values = node.rules.enumeration, !(node.rules.enumerationSet?.contains(value) ?? values.contains(value))
        {
            report(.enum, "Value \(value.text) is not defined in enum.", node, scalar(value))
            valid = false
        }
        guard valid || collects else { return false }
        return combinators(value, node) && valid
    }

    // MARK: - Combinators

    private mutating func combinators(_ value: JSON, _ node: CompiledNode) -> Bool {
        var valid = true
        if !node.rules.allOf.isEmpty {
            let trial = trial(value, node.rules.allOf)
            if trial.matching.count < node.rules.allOf.count {
                let failed = node.rules.allOf.indices.filter { !trial.matching.contains($0) }.map(String.init)
                report(
                    .allOf,
                    "JSON does not match all schemas from 'allOf'. Invalid schema indexes: "
                        + "\(failed.joined(separator: ", ")).",
                    node,
                    children: trial.found
                )
                valid = false
            }
        }
        if !node.rules.anyOf.isEmpty {
            let trial = trial(value, node.rules.anyOf)
            if trial.matching.isEmpty {
                report(.anyOf, "JSON does not match any schemas from 'anyOf'.", node, children: trial.found)
                valid = false
            } else {
                issueCount = trial.countBefore
            }
        }
        if !node.rules.oneOf.isEmpty {
            let trial = trial(value, node.rules.oneOf)
            if trial.matching.isEmpty {
                report(.oneOf, "JSON is valid against no schemas from 'oneOf'.", node, children: trial.found)
                valid = false
            } else if trial.matching.count > 1 {
                report(
                    .oneOf,
                    "JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: "
                        + "\(trial.matching.map(String.init).joined(separator: ", ")).",
                    node,
                    children: trial.found
                )
                valid = false
            } else {
                issueCount = trial.countBefore
            }
        }
        if let not = node.rules.not {
            let trial = trial(value, [not])
            issueCount = trial.countBefore
            if !trial.matching.isEmpty {
                report(.not, "JSON is valid against schema from 'not'.", node)
                valid = false
            }
        }
        return valid
    }

    /// What came of checking a value against several nodes.
    private struct Trial {
        /// The indexes of the nodes that match.
        var matching: [Int] = []
        /// What the others found.
        var found: [SchemaIssue] = []
        /// The number of issues before, to go back to when what was found is dropped.
        var countBefore: Int
    }

    private mutating func trial(_ value: JSON, _ numbers: [Int]) -> Trial {
        var trial = Trial(countBefore: issueCount)
        let outer = issues
        issues = []
        for (index, number) in numbers.enumerated() where check(value, against: number) { trial.matching.append(index) }
        trial.found = issues
        issues = outer
        return trial
    }

    // MARK: - Objects

    private mutating func members(_ object: JSONObject, _ node: CompiledNode) -> Bool {
        var valid = true
        for (name, value) in object {
            let matches: Bool
            path.append(.name(name))
            if case .integer(let number)? = node.rules.properties[name] {
                matches = check(value, against: Int(number))
            } else {
                switch node.rules.restOfProperties {
                case .allowed: matches = true
                case .matching(let number): matches = check(value, against: number)
                case .refused:
                    matches = false
                    report(
                        .additionalProperties,
                        "Property '\(name)' has not been defined and the schema does not allow additional properties.",
                        node,
                        .string(name)
                    )
                }
            }
            path.removeLast()
            valid = valid && matches
            guard valid || collects else { return false }
        }
        return valid
    }

    private mutating func wholeObject(_ object: JSONObject, _ node: CompiledNode) -> Bool {
        var valid = true
        let missing = node.rules.required.filter { object[$0] == nil }
        if !missing.isEmpty {
            report(
                .required,
                "Required properties are missing from object: \(missing.joined(separator: ", ")).",
                node,
                .array(missing.map { .string($0) })
            )
            valid = false
        }
        let count = object.count
        if let bound = node.rules.maximumProperties, count > bound {
            let message = "Object property count \(count) exceeds maximum count of \(bound)."
            report(.maximumProperties, message, node, .integer(Int64(count)))
            valid = false
        }
        if let bound = node.rules.minimumProperties, count < bound {
            let message = "Object property count \(count) is less than minimum count of \(bound)."
            report(.minimumProperties, message, node, .integer(Int64(count)))
            valid = false
        }
        for dependency in node.rules.dependencies where object[dependency.name] != nil {
            valid = check(dependency, object, node) && valid
        }
        return valid
    }

    private mutating func check(
        _ dependency: (name: String, needs: SchemaNode.Dependency),
        _ object: JSONObject,
        _ node: CompiledNode
    ) -> Bool {
        switch dependency.needs {
        case .names(let names):
            let missing = names.filter { object[$0] == nil }
            guard !missing.isEmpty else { return true }
            report(
                .dependencies,
                "Dependencies for property '\(dependency.name)' failed. Missing required keys: "
                    + "\(missing.joined(separator: ", ")).",
                node,
                .string(dependency.name)
            )
        case .schema(let number):
            let trial = trial(.object(object), [number])
            guard trial.matching.isEmpty else { return true }
            let message = "Dependencies for property '\(dependency.name)' failed."
            report(.dependencies, message, node, .string(dependency.name), children: trial.found)
        }
        return false
    }

    // MARK: - Arrays

    private mutating func elements(_ items: [JSON], _ node: CompiledNode) -> Bool {
        if case .any = node.rules.items { return true }
        var valid = true
        for (index, item) in items.enumerated() {
            path.append(.index(index))
            valid = element(item, index, node) && valid
            path.removeLast()
            guard valid || collects else { return false }
        }
        return valid
    }

    private mutating func element(_ item: JSON, _ index: Int, _ node: CompiledNode) -> Bool {
        switch node.rules.items {
        case .any:
            return true
        case .every(let number):
            return check(item, against: number)
        case .each(let numbers, let rest):
            if index < numbers.count { return check(item, against: numbers[index]) }
            switch rest {
            case .allowed: return true
            case .matching(let number): return check(item, against: number)
            case .refused:
                report(
                    .additionalItems,
                    "Index \(index + 1) has not been defined and the schema does not allow additional items.",
                    node,
                    scalar(item)
                )
                return false
            }
        }
    }

    private mutating func wholeArray(_ items: [JSON], _ node: CompiledNode) -> Bool {
        var valid = true
        let count = items.count
        if let bound = node.rules.maximumItems, count > bound {
            let message = "Array item count \(count) exceeds maximum count of \(bound)."
            report(.maximumItems, message, node, .integer(Int64(count)))
            valid = false
        }
        if let bound = node.rules.minimumItems, count < bound {
            let message = "Array item count \(count) is less than minimum count of \(bound)."
            report(.minimumItems, message, node, .integer(Int64(count)))
            valid = false
        }
        if node.rules.hasUniqueItems {
            var seen = Set<JSON>(minimumCapacity: count)
            for (index, item) in items.enumerated() where !seen.insert(item).inserted {
                path.append(.index(index))
                report(.uniqueItems, "Non-unique array item at index \(index).", node, scalar(item))
                path.removeLast()
                valid = false
            }
        }
        return valid
    }

    // MARK: - Scalars

    private mutating func scalarRules(_ value: JSON, _ node: CompiledNode) -> Bool {
        let broken: [SchemaRules.Broken]
        switch value {
        case .string(let text): broken = SchemaRules.text(text, node.rules)
        case .integer, .double, .digits: broken = SchemaRules.number(value, node.rules)
        default: return true
        }
        for rule in broken { report(rule.kind, rule.message, node, value) }
        return broken.isEmpty
    }

    // MARK: - Issues

    /// Scalars are told in issues; arrays and objects are not, as a reading validator does not hold them.
    private func scalar(_ value: JSON) -> JSON {
        switch value {
        case .array, .object: .null
        default: value
        }
    }

    private mutating func report(
        _ kind: SchemaIssue.Kind,
        _ message: String,
        _ node: CompiledNode,
        _ value: JSON = .null,
        children: [SchemaIssue] = []
    ) {
        guard collects else { return }
        issueCount += 1
        // Beyond the bound each level keeps one issue, so that a value that does not match never has none.
        let isWithin = issueCount <= schema.limits.issues
        guard isWithin || issues.isEmpty else { return }
        issues.append(
            SchemaIssue(
                message: message,
                path: DottedPath(path),
                value: value,
                schemaID: node.rules.id,
                kind: kind,
                childIssues: isWithin ? children : []
            )
        )
    }
}

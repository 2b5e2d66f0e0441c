import JSONTree

/// Checks one value against a compiled schema.
///
/// It is as wide as real playbooks need: texts that hold a number or `true` stand for numbers and booleans, numbers
/// stand for texts, optional members may be null or empty, and members that are not described are allowed unless
/// `additionalProperties` is false. A `format` of a text is a hint for users, as OpenAPI has it, and never refuses one:
/// services take `4h` or `now-1d` where a date is announced.
struct ValueChecker {
    private let schema: ValueSchema
    private(set) var issues: [ValueIssue] = []
    private var steps = 0

    /// The most issues of one value: 5.
    static let issueLimit = 5
    /// The most comparisons of one value: 200,000; beyond, the rest is taken as it is.
    static let stepLimit = 200_000
    /// How deep values are looked into: 100.
    static let depthLimit = 100

    init(_ schema: ValueSchema) { self.schema = schema }

    /// The issues of a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - schema: Its schema.
    ///   - isRequired: Whether an empty text counts as a value.
    /// - Returns: At most five; none when the value fits.
    static func issues(_ value: JSON, _ schema: ValueSchema, isRequired: Bool) -> [ValueIssue] {
        var checker = ValueChecker(schema)
        checker.check(value, 0, [], isRequired: isRequired, isPart: false)
        return checker.issues
    }

    private mutating func report(_ path: [String], _ message: String) {
        if issues.count < Self.issueLimit { issues.append(ValueIssue(path: path, message: message)) }
    }

    /// Checks a value against a node.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - number: The node.
    ///   - path: The way to the value.
    ///   - isRequired: Whether the value has to be there.
    ///   - isPart: Whether other schemas describe the same value, so that members not known here may be theirs.
    private mutating func check(_ value: JSON, _ number: Int, _ path: [String], isRequired: Bool, isPart: Bool) {
        steps += 1
        guard steps <= Self.stepLimit, path.count <= Self.depthLimit, issues.count < Self.issueLimit,
            schema.nodes.indices.contains(number)
        else { return }
        let node = schema.nodes[number]
        guard !node.isDynamic else { return }
        if value.isNull {
            if isRequired, !node.isNullable, !node.types.isEmpty {
                report(path, "must be \(node.types.words), not null")
            }
            return
        }
        // An empty text in a field that may be left out means that it was left empty.
        if value == .string(""), !isRequired { return }
        guard let value = converted(value, node, path) else { return }
        if !node.choices.isEmpty { checkChoice(value, node, path) }
        switch value {
        case .string(let text): checkText(text, node, path)
        case .integer, .double, .digits: checkNumber(value, node, path)
        case .array(let items): checkItems(items, node, path)
        case .object(let object): checkMembers(object, node, path, isPart: isPart)
        default: break
        }
        for part in node.allOf { check(value, part, path, isRequired: isRequired, isPart: true) }
        checkAlternatives(value, node, path, isRequired: isRequired)
    }

    /// The value in the type of the schema; nil when it cannot be one, which is reported.
    private mutating func converted(_ value: JSON, _ node: ValueSchema.Node, _ path: [String]) -> JSON? {
        let types = node.types
        if types.isEmpty || types.contains(.file) { return value }
        let actual = ValueSchema.Types(of: value)
        if types.contains(actual) || (actual == .integer && types.contains(.number)) { return value }
        if case .string(let text) = value {
            let trimmed = text.trimmed
            if types.contains(.integer) || types.contains(.number), let number = try? JSON.parse(trimmed),
                number.isNumber,
                types.contains(.number) || ValueSchema.Types(of: number) == .integer
            {
                return number
            }
            if types.contains(.boolean), ["true", "false"].contains(trimmed.lowercased()) {
                return .bool(trimmed.lowercased() == "true")
            }
            // Interpolation makes texts of objects and arrays, which services read as such.
            if types.contains(.object) || types.contains(.array), let json = try? JSON.parse(trimmed),
                types.contains(ValueSchema.Types(of: json))
            {
                return json
            }
        }
        // Content of a file, as actions carry it, becomes a text on its way.
        if types.contains(.string), value["$content-type"] != nil, value["$content"] != nil { return value }
        // A number or a boolean in the place of a text is written as it is, and services read it.
        if types.contains(.string), [.integer, .number, .boolean].contains(actual) { return .string(value.text) }
        report(path, "must be \(types.words); it is \(actual.words)")
        return nil
    }

    private mutating func checkChoice(_ value: JSON, _ node: ValueSchema.Node, _ path: [String]) {
        let text = value.stringValue ?? value.text
        let isKnown = node.choices.contains { choice in
            choice == value || (choice.stringValue ?? choice.text).isSame(ignoringCase: text)
        }
        guard !isKnown else { return }
        let shown = node.choices.prefix(10).map(\.text).joined(separator: ", ")
        let more = node.choices.count > 10 ? " (\(node.choices.count - 10) more)" : ""
        report(path, "must be one of \(shown)\(more)")
    }

    private mutating func checkText(_ text: String, _ node: ValueSchema.Node, _ path: [String]) {
        let length = text.unicodeScalars.count
        if let least = node.minimumLength, length < least {
            report(path, "must have at least \(least) characters; it has \(length)")
        }
        if let most = node.maximumLength, length > most {
            report(path, "must have at most \(most) characters; it has \(length)")
        }
        if let pattern = node.pattern, length <= 10_000, !pattern.matches(text) {
            report(path, "must match the pattern \(pattern.source)")
        }
    }

    private mutating func checkNumber(_ value: JSON, _ node: ValueSchema.Node, _ path: [String]) {
        guard let number = value.doubleValue else { return }
        if let least = node.minimum, number < least || (node.isMinimumExclusive && number == least) {
            report(path, "must be \(node.isMinimumExclusive ? "more than" : "at least") \(Self.plain(least))")
        }
        if let most = node.maximum, number > most || (node.isMaximumExclusive && number == most) {
            report(path, "must be \(node.isMaximumExclusive ? "less than" : "at most") \(Self.plain(most))")
        }
        if node.isShort, !Self.shortRange.contains(number) { report(path, "must fit 32 bits") }
        if let factor = node.multipleOf {
            let quotient = number / factor
            if abs(quotient - quotient.rounded()) > max(1, abs(quotient)) * 0x1p-40 {
                report(path, "must be a multiple of \(Self.plain(factor))")
            }
        }
    }

    /// The whole numbers of the format `int32`.
    private static let shortRange: ClosedRange<Double> = -2_147_483_648...2_147_483_647

    /// A bound without the fraction of a whole number.
    private static func plain(_ number: Double) -> String {
        let text = JSON.double(number).text
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private mutating func checkItems(_ items: [JSON], _ node: ValueSchema.Node, _ path: [String]) {
        if let least = node.minimumItems, items.count < least {
            report(path, "must have at least \(least) items; it has \(items.count)")
        }
        if let most = node.maximumItems, items.count > most {
            report(path, "must have at most \(most) items; it has \(items.count)")
        }
        if node.hasUniqueItems, Set(items).count < items.count { report(path, "must not have two equal items") }
        guard let rule = node.items else { return }
        for (index, item) in items.enumerated() {
            check(item, rule, path + [String(index)], isRequired: true, isPart: false)
        }
    }

    private mutating func checkMembers(
        _ object: JSONObject,
        _ node: ValueSchema.Node,
        _ path: [String],
        isPart: Bool
    ) {
        if let least = node.minimumMembers, object.count < least { report(path, "must have at least \(least) members") }
        if let most = node.maximumMembers, object.count > most { report(path, "must have at most \(most) members") }
        for name in node.required where object[name] == nil && !node.readOnly.contains(name) {
            report(path + [name], "is required")
        }
        for (name, value) in object {
            if let rule = node.properties[name] {
                let isRequired = node.required.contains(name)
                check(value, rule, path + [name], isRequired: isRequired, isPart: false)
                continue
            }
            let rules = node.patterns.filter { $0.pattern?.matches(name) ?? true }
            for rule in rules where rule.pattern != nil {
                check(value, rule.rule, path + [name], isRequired: false, isPart: false)
            }
            if !rules.isEmpty { continue }
            switch node.additional {
            case .allowed: continue
            case .refused where isPart || !node.allOf.isEmpty: continue
            case .refused: report(path + [name], "is not among the members that are allowed")
            case .matching(let rule): check(value, rule, path + [name], isRequired: false, isPart: false)
            }
        }
    }

    private mutating func checkAlternatives(
        _ value: JSON,
        _ node: ValueSchema.Node,
        _ path: [String],
        isRequired: Bool
    ) {
        if let name = node.discriminator, let kind = value[name]?.stringValue, let variant = node.variants[kind] {
            // Its base leads back here; what is checked already is not checked again.
            checkVariant(value, variant, path)
            return
        }
        for alternatives in [node.anyOf, node.oneOf] where !alternatives.isEmpty {
            var closest: [ValueIssue]?
            var isFound = false
            for alternative in alternatives {
                var attempt = ValueChecker(schema)
                attempt.steps = steps
                attempt.check(value, alternative, path, isRequired: isRequired, isPart: true)
                steps = attempt.steps
                if attempt.issues.isEmpty {
                    isFound = true
                    break
                }
                if attempt.issues.count < closest?.count ?? .max { closest = attempt.issues }
            }
            if !isFound { for issue in closest ?? [] { report(issue.path, issue.message) } }
        }
    }

    private mutating func checkVariant(_ value: JSON, _ number: Int, _ path: [String]) {
        let node = schema.nodes[number]
        if case .object(let object) = value { checkMembers(object, node, path, isPart: true) }
        for part in node.allOf where schema.nodes[part].discriminator == nil {
            check(value, part, path, isRequired: true, isPart: true)
        }
    }
}

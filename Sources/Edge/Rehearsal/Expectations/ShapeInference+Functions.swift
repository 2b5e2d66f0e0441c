import Expressions
import JSONTree
import Playbooks

extension ShapeInference {
    /// The value of a call, before its dereferences.
    func result(_ function: String, _ arguments: [ExpressionTree], _ scope: Scope) -> ShapeNode {
        if let node = reference(function, arguments, scope) { return node }
        if Self.comparisons.contains(function) { return compared(function, arguments, scope) }
        if let node = collection(function, arguments, scope) { return node }
        if let node = text(function, arguments, scope) { return node }
        let values = arguments.map { value($0, scope) }
        if Self.dates.contains(function) {
            for node in function == "datedifference" ? values : Array(values.prefix(1)) {
                node?.need()
                node?.facts.isInstant = true
            }
            if Self.shifts.contains(function), values.count > 1, let amount = values[1] {
                amount.need()
                amount.use(.integer)
            }
            if Self.zoned.contains(function) {
                for node in values.dropFirst() { Self.suggest("UTC", for: node) }
            }
            return ShapeNode(function == "ticks" ? .integer : .text)
        }
        if Self.numbers.contains(function) {
            for node in values {
                node?.need()
                node?.use(.integer)
            }
            return ShapeNode(function == "range" ? .array : .integer)
        }
        if Self.conversions.contains(function) {
            values.first??.need()
            values.first??.facts.isNumeric = true
            return ShapeNode(function == "int" ? .integer : .number)
        }
        if function == "xml" { Self.suggest("<root><item>1</item></root>", for: values.first.flatMap(\.self)) }
        return ShapeNode(Self.truths.contains(function) ? .boolean : nil)
    }

    private static let comparisons: Set<String> = [
        "equals", "greater", "greaterorequals", "less", "lessorequals", "contains", "startswith", "endswith", "not",
    ]
    private static let dates: Set<String> = [
        "adddays", "addhours", "addminutes", "addseconds", "addtotime", "subtractfromtime", "formatdatetime",
        "converttimezone", "convertfromutc", "converttoutc", "startofday", "startofhour", "startofmonth", "dayofmonth",
        "dayofweek", "dayofyear", "date", "ticks", "datedifference",
    ]
    /// Those whose second argument is a number.
    private static let shifts: Set<String> = [
        "adddays", "addhours", "addminutes", "addseconds", "addtotime", "subtractfromtime",
    ]
    /// Those whose further arguments are time zones.
    private static let zoned: Set<String> = ["converttimezone", "convertfromutc", "converttoutc"]
    private static let numbers: Set<String> = ["add", "sub", "mul", "div", "mod", "rand", "range", "formatnumber"]
    private static let conversions: Set<String> = ["int", "float", "decimal"]
    private static let truths: Set<String> = ["and", "or", "bool", "empty", "isint", "isfloat"]

    // MARK: - What the run knows

    private func reference(_ function: String, _ arguments: [ExpressionTree], _ scope: Scope) -> ShapeNode? {
        let name: String? = if case .literal(.string(let text))? = arguments.first { text } else { nil }
        switch (function, name) {
        case ("body", let name?), ("actionbody", let name?): return body(of: name)
        case ("outputs", let name?), ("actionoutputs", let name?): return outputs(of: name)
        case ("variables", let name?): return variable(name)
        case ("items", let name?): return loopItem(name)
        case ("item", _): return scope.item ?? ShapeNode()
        case ("triggerbody", _): return triggerOutputs(scope).member("body")
        case ("triggeroutputs", _): return triggerOutputs(scope)
        case ("trigger", _): return holder(of: triggerOutputs(scope))
        case ("actions", let name?): return holder(of: outputs(of: name))
        default: return nil
        }
    }

    private func holder(of outputs: ShapeNode) -> ShapeNode {
        let node = ShapeNode(.object)
        ShapeNode.unite(node.member("outputs"), outputs)
        return node
    }

    // MARK: - Comparisons

    private func compared(_ function: String, _ given: [ExpressionTree], _ scope: Scope) -> ShapeNode {
        var inner = scope
        let arguments = given.map(known)
        if function == "not" { inner.isWish = false }
        let values = arguments.map { value($0, inner) }
        switch function {
        case "not": break
        case "equals":
            if scope.isWish, arguments.count == 2, let one = values[0], let other = values[1] { makeAlike(one, other) }
            for (node, other) in zip(values, arguments.reversed()) {
                guard let node, case .literal(let literal) = other, !literal.isNull else { continue }
                if let kind = Self.kind(of: literal), kind != .text { node.use(kind) }
                if scope.isWish, !node.facts.choices.contains(literal) { node.facts.choices.append(literal) }
            }
        case "contains", "startswith", "endswith":
            values.first??.need()
            guard case .literal(.string(let piece))? = arguments.last, arguments.count == 2, let node = values[0] else {
                break
            }
            if function != "contains" { node.use(.text) }
            if scope.isWish { node.facts.pieces.append(piece) }
        default:
            for (node, other) in zip(values, arguments.indices.reversed()) {
                guard let node else { continue }
                node.need()
                if case .literal(let literal) = arguments[other] {
                    if let kind = Self.kind(of: literal) { node.use(kind == .integer ? .integer : kind) }
                } else if let used = values[other]?.facts.used, used.contains(.integer) || used.contains(.number) {
                    node.use(.integer)
                }
            }
        }
        return ShapeNode(.boolean)
    }

    /// Gives a text that only few texts may be one of these.
    private static func suggest(_ text: String, for node: ShapeNode?) {
        guard let node, node.facts.choices.isEmpty, !node.facts.used.contains(.text) else { return }
        node.need()
        node.use(.text)
        node.facts.choices = [.string(text)]
    }

    /// Lets two values be the same where nothing else is known of them.
    private func makeAlike(_ one: ShapeNode, _ other: ShapeNode) {
        let number = one.facts.alike ?? other.facts.alike ?? nextAlike()
        one.facts.alike = one.facts.alike ?? number
        other.facts.alike = other.facts.alike ?? number
    }

    /// What is the same in every run as its value: parameters that are no secrets, and texts that consist of such.
    func known(_ tree: ExpressionTree) -> ExpressionTree {
        guard case .call(let function, let arguments, let path) = tree, path.isEmpty else { return tree }
        if function == "parameters", case .literal(.string(let name))? = arguments.first,
            let parameter = definition.parameter(named: name), !parameter.isPlaceholder, !parameter.isSecure,
            Self.kind(of: parameter.value) != nil
        {
            return .literal(parameter.value)
        }
        guard function == "concat" else { return tree }
        var text = ""
        for argument in arguments {
            guard case .literal(.string(let piece)) = known(argument) else { return tree }
            text += piece
        }
        return .literal(.string(text))
    }

    private static func kind(of literal: JSON) -> ExpectedShape.Kind? {
        switch literal {
        case .bool: .boolean
        case .integer: .integer
        case .double, .digits: .number
        case .string: .text
        default: nil
        }
    }

    // MARK: - Collections

    private func collection(_ function: String, _ arguments: [ExpressionTree], _ scope: Scope) -> ShapeNode? {
        switch function {
        case "first", "last":
            let node = needed(arguments, scope)
            return item(of: node)
        case "take", "skip", "reverse", "sort":
            let node = needed(arguments, scope)
            _ = arguments.dropFirst().map { value($0, scope) }
            return node
        case "length":
            let node = needed(arguments, scope)
            node.facts.isSized = true
            return ShapeNode(.integer)
        case "union", "intersection", "if", "coalesce":
            return united(function, arguments, scope)
        case "createarray", "array":
            let node = ShapeNode(.array)
            for argument in arguments {
                if let inner = value(argument, scope) { ShapeNode.unite(node.item, inner) }
            }
            return node
        case "chunk":
            let node = ShapeNode(.array)
            ShapeNode.unite(node.item, needed(arguments, scope))
            return node
        case "join":
            let node = needed(arguments, scope)
            node.use(.array)
            return ShapeNode(.text)
        case "addproperty", "setproperty", "removeproperty":
            let node = needed(arguments, scope)
            node.use(.object)
            _ = arguments.dropFirst().map { value($0, scope) }
            return node
        default: return nil
        }
    }

    private func united(_ function: String, _ arguments: [ExpressionTree], _ scope: Scope) -> ShapeNode {
        let node = ShapeNode()
        let isSet = function == "union" || function == "intersection"
        for (index, argument) in arguments.enumerated() {
            let inner = value(argument, scope)
            guard function != "if" || index > 0, let inner else { continue }
            if isSet { inner.need() }
            ShapeNode.unite(node, inner)
        }
        if isSet, !node.hasMembers { node.use(.array) }
        return node
    }

    /// The first argument, which must not be null.
    private func needed(_ arguments: [ExpressionTree], _ scope: Scope) -> ShapeNode {
        let node = arguments.first.flatMap { value($0, scope) } ?? ShapeNode()
        node.need()
        return node
    }

    private func item(of node: ShapeNode) -> ShapeNode {
        node.facts.least = max(node.facts.least, 1)
        return node.item
    }

    // MARK: - Texts

    private func text(_ function: String, _ arguments: [ExpressionTree], _ scope: Scope) -> ShapeNode? {
        switch function {
        case "json":
            guard let node = arguments.first.flatMap({ value($0, scope) }) else { return ShapeNode() }
            node.need()
            let held = ShapeNode()
            holds(node, held, isLenient: false)
            return held
        case "string":
            let node = ShapeNode(.text)
            if let source = arguments.first.flatMap({ value($0, scope) }) {
                node.source = source
                texts.append((node, source))
            }
            return node
        case "base64tostring", "decodebase64", "base64tobinary":
            return neededText(arguments, scope).decoded
        case "split":
            let node = neededText(arguments, scope)
            guard case .literal(.string(let separator))? = arguments.last.map(known), !separator.isEmpty else {
                return ShapeNode(.array)
            }
            return node.parts(by: separator)
        case "tolower", "toupper", "trim", "replace", "decodeuricomponent", "uricomponenttostring":
            let node = neededText(arguments, scope)
            _ = arguments.dropFirst().map { value($0, scope) }
            return node
        case "indexof", "lastindexof":
            let node = neededText(arguments, scope)
            if case .literal(.string(let piece))? = arguments.last { node.facts.pieces.append(piece) }
            return ShapeNode(.integer)
        case "substring":
            let node = neededText(arguments, scope)
            for argument in arguments.dropFirst() { value(argument, scope)?.use(.integer) }
            let counts = arguments.dropFirst().map { argument -> Int in
                if case .literal(.integer(let count)) = argument { return Int(clamping: count) }
                return 0
            }
            node.facts.length = max(node.facts.length, min(1_000, counts.reduce(counts.count == 1 ? 1 : 0, +)))
            return ShapeNode(.text)
        case "slice", "uricomponent", "encodeuricomponent", "base64", "urihost", "uripath", "uriquery",
            "uripathandquery", "nthindexof":
            _ = arguments.dropFirst().map { value($0, scope) }
            _ = function == "base64" ? needed(arguments, scope) : neededText(arguments, scope)
            return ShapeNode(function == "nthindexof" ? .integer : .text)
        case "concat":
            for argument in arguments { _ = value(argument, scope) }
            return ShapeNode(.text)
        default: return nil
        }
    }

    private func neededText(_ arguments: [ExpressionTree], _ scope: Scope) -> ShapeNode {
        var node = needed(arguments, scope)
        // The text of a plain value is the value.
        if let source = node.source, !source.hasMembers { node = source }
        node.need()
        node.use(.text)
        return node
    }
}

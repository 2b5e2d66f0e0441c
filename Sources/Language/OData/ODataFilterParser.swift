/// Reads a `$filter` into a tree, by recursive descent: or, and, not, comparison, operand.
struct ODataFilterParser {
    private var lexer: ODataLexer
    private let limits: ODataLimits
    private var token = ODataToken.end
    private var offset = 0
    private var previousEnd = 0
    private var depth = 0
    private var nodes = 0
    private var variables: [String] = []

    private init(_ text: String, limits: ODataLimits) {
        lexer = ODataLexer(text)
        self.limits = limits
    }

    static func parse(_ text: String, limits: ODataLimits) throws(ODataError) -> ODataExpression {
        guard text.utf8.count <= limits.optionBytes else {
            throw ODataError(
                code: .tooComplex,
                message: "The $filter is longer than \(limits.optionBytes) bytes.",
                option: "$filter"
            )
        }
        var parser = ODataFilterParser(text, limits: limits)
        try parser.advance()
        let expression = try parser.disjunction()
        guard parser.token == .end else { throw parser.unexpected() }
        try parser.checkPredicate(expression, at: 0)
        return expression
    }

    // MARK: - Words

    private mutating func advance() throws(ODataError) {
        let next = try lexer.next()
        token = next.token
        offset = next.offset
    }

    private func isKeyword(_ word: String) -> Bool {
        if case .identifier(let name) = token { return name.lowercased() == word }
        return false
    }

    private func unexpected() -> ODataError {
        token == .end
            ? lexer.error("Expression expected", at: offset)
            : lexer.error("Syntax error: '\(token.text)' is not expected", at: offset)
    }

    private mutating func expect(_ expected: ODataToken, _ what: String) throws(ODataError) {
        guard token == expected else { throw lexer.error("\(what) expected", at: offset) }
        try advance()
    }

    private mutating func count() throws(ODataError) {
        nodes += 1
        guard nodes <= limits.nodes else {
            throw complexity("The $filter has more than \(limits.nodes) operators and operands.")
        }
    }

    private mutating func enter() throws(ODataError) {
        depth += 1
        guard depth <= limits.depth else {
            throw complexity("The $filter is nested deeper than \(limits.depth) levels.")
        }
    }

    private func complexity(_ message: String) -> ODataError {
        ODataError(code: .tooComplex, message: message, option: "$filter", position: lexer.position(ofByte: offset))
    }

    // MARK: - Rules

    private mutating func disjunction() throws(ODataError) -> ODataExpression {
        try chain("or", { (parser) throws(ODataError) in try parser.conjunction() }, ODataExpression.or)
    }

    private mutating func conjunction() throws(ODataError) -> ODataExpression {
        try chain("and", { (parser) throws(ODataError) in try parser.negation() }, ODataExpression.and)
    }

    private mutating func chain(
        _ keyword: String,
        _ operand: (inout ODataFilterParser) throws(ODataError) -> ODataExpression,
        _ join: ([ODataExpression]) -> ODataExpression
    ) throws(ODataError) -> ODataExpression {
        let start = offset
        var parts = [try operand(&self)]
        while isKeyword(keyword) {
            if parts.count == 1 { try checkPredicate(parts[0], at: start) }
            try advance()
            let place = offset
            let part = try operand(&self)
            try checkPredicate(part, at: place)
            parts.append(part)
        }
        return parts.count == 1 ? parts[0] : join(parts)
    }

    private mutating func negation() throws(ODataError) -> ODataExpression {
        guard isKeyword("not") else { return try comparison() }
        try count()
        try enter()
        try advance()
        let place = offset
        let operand = try negation()
        try checkPredicate(operand, at: place)
        depth -= 1
        return .not(operand)
    }

    private mutating func comparison() throws(ODataError) -> ODataExpression {
        let left = try operand()
        guard case .identifier(let name) = token else { return left }
        let word = name.lowercased()
        if let comparison = ODataComparison(rawValue: word) {
            try advance()
            return .comparison(comparison, left, try operand())
        }
        if word == "in" {
            try advance()
            return .isIn(left, try literalList())
        }
        if ["add", "sub", "mul", "div", "mod", "has"].contains(word) {
            throw lexer.error("The operator '\(word)' is not supported", at: offset)
        }
        return left
    }

    private mutating func literalList() throws(ODataError) -> [ODataLiteral] {
        try expect(.open, "'('")
        var literals: [ODataLiteral] = []
        while true {
            guard case .literal(let literal) = token else { throw lexer.error("A literal is expected", at: offset) }
            try count()
            literals.append(literal)
            try advance()
            if token == .comma {
                try advance()
            } else {
                try expect(.close, "')' or ','")
                return literals
            }
        }
    }

    private mutating func operand() throws(ODataError) -> ODataExpression {
        try count()
        switch token {
        case .literal(let literal):
            try advance()
            return .literal(literal)
        case .open:
            try enter()
            try advance()
            let inner = try disjunction()
            try expect(.close, "')' or operator")
            depth -= 1
            return inner
        case .identifier(let name):
            let place = offset
            try advance()
            return token == .open ? try call(name, at: place) : try path(name, at: place)
        default: throw unexpected()
        }
    }

    private mutating func call(_ name: String, at place: Int) throws(ODataError) -> ODataExpression {
        guard let function = ODataFunction(rawValue: name.lowercased()) else {
            throw lexer.error("An unknown function with name '\(name)' was found", at: place)
        }
        try enter()
        try advance()
        var arguments: [ODataExpression] = []
        while token != .close {
            arguments.append(try disjunction())
            if token == .comma {
                try advance()
            } else if token != .close {
                throw lexer.error("')' or ',' expected", at: offset)
            }
        }
        try advance()
        depth -= 1
        guard function.arity.contains(arguments.count) else {
            let arity = function.arity
            let wanted = arity.count == 1 ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
            throw lexer.error("The function '\(name)' takes \(wanted) arguments, not \(arguments.count)", at: place)
        }
        return .call(function, arguments)
    }

    private mutating func path(_ first: String, at place: Int) throws(ODataError) -> ODataExpression {
        var names = [first]
        while token == .slash {
            try advance()
            guard case .identifier(let name) = token else {
                throw lexer.error("A property name is expected after '/'", at: offset)
            }
            let start = offset
            try advance()
            if token == .open {
                guard let quantifier = ODataLambda.Quantifier(rawValue: name.lowercased()) else {
                    throw lexer.error("Only 'any' and 'all' may follow a collection, not '\(name)'", at: start)
                }
                return try lambda(quantifier, over: resolve(names))
            }
            names.append(name)
        }
        if ODataComparison(rawValue: first.lowercased()) != nil || ["and", "or", "in"].contains(first.lowercased()) {
            throw lexer.error("Expression expected, but found the operator '\(first)'", at: place)
        }
        return .path(resolve(names))
    }

    private func resolve(_ names: [String]) -> ODataPath {
        guard let variable = variables.last(where: { $0.lowercased() == names[0].lowercased() }) else {
            return ODataPath(segments: names[0] == "$it" ? Array(names.dropFirst()) : names)
        }
        return ODataPath(variable: variable, segments: Array(names.dropFirst()))
    }

    private mutating func lambda(
        _ quantifier: ODataLambda.Quantifier,
        over collection: ODataPath
    ) throws(ODataError) -> ODataExpression {
        try enter()
        try advance()
        defer { depth -= 1 }
        if token == .close, quantifier == .any {
            try advance()
            return .lambda(ODataLambda(quantifier: .any, collection: collection, variable: nil, predicate: nil))
        }
        guard case .identifier(let variable) = token else {
            throw lexer.error("The variable of '\(quantifier.rawValue)' is expected", at: offset)
        }
        try advance()
        try expect(.colon, "':' after the variable '\(variable)'")
        variables.append(variable)
        defer { variables.removeLast() }
        let place = offset
        let predicate = try disjunction()
        try checkPredicate(predicate, at: place)
        try expect(.close, "')' or operator")
        return .lambda(
            ODataLambda(quantifier: quantifier, collection: collection, variable: variable, predicate: predicate)
        )
    }

    /// Refuses an expression that has no truth value where one is needed.
    private func checkPredicate(_ expression: ODataExpression, at place: Int) throws(ODataError) {
        switch expression {
        case .literal(.boolean), .path, .comparison, .and, .or, .not, .isIn, .lambda: return
        case .call(let function, _) where function.isPredicate: return
        case .literal, .call:
            throw lexer.error(
                "The expression is not a condition; compare it, for example with eq",
                at: place
            )
        }
    }
}

public import JSONTree
import Moments

extension ODataFilter {
    /// Whether an entity fulfils the filter.
    ///
    /// A comparison with a missing or null value is false, but `eq null` and `ne`; `eq ''` means missing, null or empty.
    public func matches(_ entity: JSON) -> Bool {
        ODataEvaluation(entity: entity).holds(expression)
    }
}

/// One evaluation: the entity and the elements that the lambdas stand at.
struct ODataEvaluation {
    let entity: JSON
    private var variables: [(name: String, value: JSON)] = []

    init(entity: JSON) { self.entity = entity }

    func holds(_ expression: ODataExpression) -> Bool {
        switch expression {
        case .literal(.boolean(let flag)): flag
        case .path(let path): value(at: path) == .bool(true)
        case .comparison(let comparison, let left, let right): compare(comparison, left, right)
        case .and(let parts): parts.allSatisfy(holds)
        case .or(let parts): parts.contains(where: holds)
        case .not(let inner): !holds(inner)
        case .isIn(let operand, let literals):
            literals.contains { compare(.eq, operand, .literal($0)) }
        case .call(let function, let arguments): ODataFunctions.call(function, arguments.map(value)) == .bool(true)
        case .lambda(let lambda): holds(lambda)
        case .literal: false
        }
    }

    private func holds(_ lambda: ODataLambda) -> Bool {
        let elements = value(at: lambda.collection).arrayValue ?? []
        guard let variable = lambda.variable, let predicate = lambda.predicate else { return !elements.isEmpty }
        let test: (JSON) -> Bool = { element in
            var inner = self
            inner.variables.append((variable, element))
            return inner.holds(predicate)
        }
        return lambda.quantifier == .any ? elements.contains(where: test) : elements.allSatisfy(test)
    }

    private func value(at path: ODataPath) -> JSON {
        var current = entity
        if let name = path.variable { current = variables.last { $0.name == name }?.value ?? .null }
        for segment in path.segments { current = current[ignoringCase: segment] ?? .null }
        return current
    }

    private func value(_ expression: ODataExpression) -> JSON {
        switch expression {
        case .literal(let literal): ODataValue.json(literal)
        case .path(let path): value(at: path)
        case .call(let function, let arguments): ODataFunctions.call(function, arguments.map(value))
        default: .bool(holds(expression))
        }
    }

    private func compare(_ comparison: ODataComparison, _ left: ODataExpression, _ right: ODataExpression) -> Bool {
        if case .literal(let literal) = right {
            return ODataValue.compare(comparison, value(left), literal)
        }
        if case .literal(let literal) = left {
            return ODataValue.compare(comparison.mirrored, value(right), literal)
        }
        return ODataValue.compare(comparison, value(left), value(right))
    }
}

extension ODataComparison {
    /// The operator that holds when the sides are swapped.
    var mirrored: ODataComparison {
        switch self {
        case .eq: .eq
        case .ne: .ne
        case .gt: .lt
        case .ge: .le
        case .lt: .gt
        case .le: .ge
        }
    }

    /// Whether it holds for an order of the two sides: negative when the left one is less.
    func holds(_ order: Int) -> Bool {
        switch self {
        case .eq: order == 0
        case .ne: order != 0
        case .gt: order > 0
        case .ge: order >= 0
        case .lt: order < 0
        case .le: order <= 0
        }
    }
}

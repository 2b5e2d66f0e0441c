/// A `$filter`, read once and used for many entities.
///
/// ```swift
/// let filter = try ODataFilter("status eq 'newAlert' and userStates/any(u:u/accountName eq 'eva')")
/// let new = alerts.filter { filter.matches($0) }
/// ```
///
/// Names, operators, texts and enumeration members are matched without regard to case, as Graph's samples need.
public struct ODataFilter: Sendable, Hashable {
    /// The text as the client wrote it.
    public let text: String
    /// The tree.
    public let expression: ODataExpression

    /// Reads a filter.
    ///
    /// - Parameters:
    ///   - text: The value of `$filter`, percent-decoded.
    ///   - limits: How much is read.
    /// - Throws: ``ODataError`` with the position of the first mistake.
    public init(_ text: String, limits: ODataLimits = .default) throws(ODataError) {
        self.text = text
        expression = try ODataFilterParser.parse(text, limits: limits)
    }

    /// The property paths that the filter reads, with lambda variables replaced by the path of their collection.
    public var paths: [ODataPath] {
        var found: [ODataPath] = []
        collect(expression, [:], &found)
        return found
    }

    /// The texts that a path must equal for the filter to hold, when the filter says so at its top; nil when it does not.
    ///
    /// So `vendorInformation/provider eq 'ASC' and status eq 'newAlert'` names one provider.
    public func requiredTexts(of path: String) -> [String]? {
        switch expression {
        case .and(let parts): parts.lazy.compactMap { Self.texts($0, path) }.first
        default: Self.texts(expression, path)
        }
    }

    private static func texts(_ expression: ODataExpression, _ wanted: String) -> [String]? {
        switch expression {
        case .comparison(.eq, .path(let path), .literal(.string(let text))),
            .comparison(.eq, .literal(.string(let text)), .path(let path)):
            path.description.lowercased() == wanted.lowercased() ? [text] : nil
        case .isIn(.path(let path), let literals) where path.description.lowercased() == wanted.lowercased():
            literals.compactMap { if case .string(let text) = $0 { text } else { nil } }
        case .or(let parts):
            parts.reduce(into: Optional([String]())) { all, part in
                all = all.flatMap { known in texts(part, wanted).map { known + $0 } }
            }
        default: nil
        }
    }

    private func collect(_ expression: ODataExpression, _ variables: [String: [String]], _ found: inout [ODataPath]) {
        switch expression {
        case .literal: return
        case .path(let path): found.append(Self.absolute(path, variables))
        case .comparison(_, let left, let right):
            collect(left, variables, &found)
            collect(right, variables, &found)
        case .and(let parts), .or(let parts), .call(_, let parts):
            for part in parts { collect(part, variables, &found) }
        case .not(let inner), .isIn(let inner, _): collect(inner, variables, &found)
        case .lambda(let lambda):
            let collection = Self.absolute(lambda.collection, variables)
            found.append(collection)
            guard let variable = lambda.variable, let predicate = lambda.predicate else { return }
            collect(predicate, variables.merging([variable: collection.segments]) { $1 }, &found)
        }
    }

    private static func absolute(_ path: ODataPath, _ variables: [String: [String]]) -> ODataPath {
        guard let variable = path.variable, let base = variables[variable] else { return path }
        return ODataPath(segments: base + path.segments)
    }
}

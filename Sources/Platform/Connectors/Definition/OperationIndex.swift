/// Finds the operation of a call by its method and path, or by its name.
struct OperationIndex: Sendable {
    /// An operation with the encoded values of its path.
    typealias Found = (operation: OperationDescription, values: [String: String])

    private struct Key: Hashable {
        let method: String
        let segments: Int
    }

    private let candidates: [Key: [OperationDescription]]
    /// Those whose parameters may span several segments, by method.
    private let spanning: [String: [OperationDescription]]
    private let byID: [String: [OperationDescription]]
    private let byPlace: [String: OperationDescription]

    init(_ operations: [OperationDescription]) {
        // Sorting keeps the order of the definition where neither is nearer.
        let sorted = operations.enumerated().sorted { left, right in
            if left.element.path.isNearer(than: right.element.path) { return true }
            if right.element.path.isNearer(than: left.element.path) { return false }
            return left.offset < right.offset
        }.map(\.element)
        candidates = Dictionary(grouping: sorted) { Key(method: $0.method, segments: $0.path.segments.count) }
        spanning = Dictionary(grouping: sorted.filter { !$0.path.spanning.isEmpty }, by: \.method)
        byID = Dictionary(grouping: operations) { $0.id.lowercased() }
        byPlace = Dictionary(operations.map { ($0.place.lowercased(), $0) }) { first, _ in first }
    }

    /// The nearest operation that fits a path: literal text before parameters from the left, then the same slash at the end.
    ///
    /// - Parameters:
    ///   - method: The method in any case.
    ///   - path: The path, which may bring a query.
    ///   - queries: Further query parameters, decoded.
    /// - Returns: The operation with the values of its path; nil when none fits.
    func find(method: String, path: some StringProtocol, queries: [(name: String, value: String)] = []) -> Found? {
        let method = method.uppercased()
        let (bare, query) = PathText.parts(path)
        let all = query.isEmpty ? queries : URLText.pairs(query) + queries
        let count = PathText.split(bare).count
        let exact = candidates[Key(method: method, segments: count)] ?? []
        if let found = nearest(exact, bare, all, { $0.match(bare) }) { return found }
        if let found = nearest(spanning[method] ?? [], bare, all, { $0.matchSpanning(bare) }) { return found }
        // Somebody left a parameter empty: the call can say which.
        guard bare.contains("//") || bare.hasSuffix("/") else { return nil }
        let empty = candidates[Key(method: method, segments: PathText.splitEmpty(bare).count)] ?? []
        return nearest(empty, bare, all, { $0.matchEmpty(bare) })
    }

    private func nearest(
        _ operations: [OperationDescription],
        _ path: some StringProtocol,
        _ queries: [(name: String, value: String)],
        _ match: (PathTemplate) -> [String: String]?
    ) -> Found? {
        let isSlashed = path.utf8.count > 1 && path.hasSuffix("/")
        var first: Found?
        for operation in operations {
            if let first, first.operation.path.isNearer(than: operation.path) { break }
            guard let inPath = match(operation.path), let inQuery = operation.path.matchQuery(queries) else { continue }
            let found = (operation, inQuery.isEmpty ? inPath : inPath.merging(inQuery) { $1 })
            if operation.path.isSlashed == isSlashed { return found }
            first = first ?? found
        }
        return first
    }

    /// The operation that a path with `{}` in the place of unknown values can mean; the nearest one of several.
    ///
    /// A `{}` stands for the value of a parameter; where no operation fits so, also for a literal part, and last for
    /// several parts at once.
    func find(method: String, pattern: String) -> OperationDescription? {
        // No definition has this in a literal part, and it stands where a value would.
        let filled = pattern.replacing("{}", with: PathTemplate.anyValue)
        if let found = find(method: method, path: filled) { return found.operation }
        let path = String(filled.prefix { $0 != "?" })
        let mine = candidates.filter { $0.key.method == method.uppercased() }.values.joined()
            .sorted {
                if $0.path.isNearer(than: $1.path) { return true }
                return !$1.path.isNearer(than: $0.path) && $0.path.text < $1.path.text
            }
        return mine.first { $0.path.canMean(path, isJoining: false) }
            ?? mine.first { $0.path.canMean(path, isJoining: true) }
    }

    /// The operation of a name, or of method and path as `PUT /tags/{id}`; nil where several bear the name.
    ///
    /// The name is matched in its own case first, because some operations are told apart by it alone; then in any.
    func operation(id: String) -> OperationDescription? {
        let same = operations(id: id)
        return same.count == 1 ? same[0] : same.isEmpty ? byPlace[id.lowercased()] : nil
    }

    /// All operations that bear a name: those in its own case, or else in any.
    func operations(id: String) -> [OperationDescription] {
        let all = byID[id.lowercased()] ?? []
        let exact = all.filter { $0.id == id }
        return exact.isEmpty ? all : exact
    }

    /// An operation by its method and path template, with the values that a path has for it.
    func find(place: String, path: some StringProtocol) -> Found? {
        guard let operation = byPlace[place.lowercased()] else { return nil }
        let (bare, query) = PathText.parts(path)
        let values = operation.path.match(bare) ?? operation.path.matchSpanning(bare) ?? operation.path.matchEmpty(bare)
        let inQuery = operation.path.matchQuery(URLText.pairs(query))
        return values.map { (operation, $0.merging(inQuery ?? [:]) { $1 }) }
    }
}

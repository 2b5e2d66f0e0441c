/// Finds the operation of a call by its method and path.
struct OperationIndex: Sendable {
    private struct Key: Hashable {
        let method: String
        let segments: Int
    }

    private let candidates: [Key: [OperationDescription]]
    private let byID: [String: OperationDescription]

    init(_ operations: [OperationDescription]) {
        candidates = Dictionary(grouping: operations) { Key(method: $0.method, segments: $0.path.segments.count) }
            .mapValues { $0.sorted { $0.path.literalSegments > $1.path.literalSegments } }
        byID = Dictionary(operations.map { ($0.id.lowercased(), $0) }) { first, _ in first }
    }

    /// The operation with the most literal segments that fits, with the encoded values of its path.
    func find(method: String, path: some StringProtocol) -> (operation: OperationDescription, values: [String: String])?
    {
        let count = String(path).split(separator: "/").count
        for operation in candidates[Key(method: method.uppercased(), segments: count)] ?? [] {
            if let values = operation.path.match(path) { return (operation, values) }
        }
        return findEmpty(method: method, path: path)
    }

    /// The operation of a path in which somebody left a parameter empty, so that the call can say which.
    private func findEmpty(
        method: String,
        path: some StringProtocol
    ) -> (operation: OperationDescription, values: [String: String])? {
        guard path.contains("//") else { return nil }
        let count = PathTemplate.countEmpty(path)
        for operation in candidates[Key(method: method.uppercased(), segments: count)] ?? [] {
            if let values = operation.path.matchEmpty(path) { return (operation, values) }
        }
        return nil
    }

    /// The operation that a path with `{}` in the place of unknown values can mean; the nearest one of several.
    ///
    /// A `{}` stands for the value of a parameter; where no operation fits so, also for a literal part, and last for
    /// several parts at once.
    func find(method: String, pattern: String) -> OperationDescription? {
        let path = pattern.prefix { $0 != "?" }
        // No definition has this in a literal part, and it stands where a value would.
        let filled = String(path).replacing("{}", with: PathTemplate.anyValue)
        if let found = find(method: method, path: filled) { return found.operation }
        let mine = candidates.filter { $0.key.method == method.uppercased() }.values.joined()
            .sorted { ($0.path.literalSegments, $1.path.text) > ($1.path.literalSegments, $0.path.text) }
        return mine.first { $0.path.canMean(filled, isJoining: false) }
            ?? mine.first { $0.path.canMean(filled, isJoining: true) }
    }

    func operation(id: String) -> OperationDescription? { byID[id.lowercased()] }
}

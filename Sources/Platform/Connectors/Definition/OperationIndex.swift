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
        return nil
    }

    func operation(id: String) -> OperationDescription? { byID[id.lowercased()] }
}

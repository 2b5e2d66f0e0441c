public import JSONTree
import Synchronization

/// Compiled schemas by their JSON, so that an action that runs often compiles its schema once.
///
/// Holds at most a given number; when it is full, the older half is let go.
public final class SchemaCache: Sendable {
    /// The cache of the process: 256 schemas.
    public static let shared = SchemaCache(capacity: 256)

    private struct State: Sendable {
        var schemas: [JSON: (schema: CompiledSchema, order: Int)] = [:]
        var next = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// Makes a cache.
    ///
    /// - Parameter capacity: The greatest number of schemas, at least 2.
    public init(capacity: Int) { self.capacity = max(2, capacity) }

    /// The compiled form of a schema.
    ///
    /// - Parameter json: The schema.
    /// - Returns: The compiled schema.
    /// - Throws: ``SchemaError`` when it cannot be compiled; failures are not kept.
    public func schema(_ json: JSON) throws(SchemaError) -> CompiledSchema {
        if let known = state.withLock({ $0.schemas[json]?.schema }) { return known }
        let compiled = try CompiledSchema(json)
        state.withLock { state in
            if state.schemas.count >= capacity {
                let middle = state.schemas.values.map(\.order).sorted()[state.schemas.count / 2]
                state.schemas = state.schemas.filter { $0.value.order >= middle }
            }
            state.schemas[json] = (compiled, state.next)
            state.next += 1
        }
        return compiled
    }

    /// The number of schemas held.
    public var count: Int { state.withLock { $0.schemas.count } }
}

import Stores
import Testing

/// A kind of store that runs the conformance suite; add one here for each new database.
struct EngineUnderTest: Sendable, CustomTestStringConvertible {
    let name: String
    /// Opens the store at a place; opened again at the same place, it has the same data.
    let open: @Sendable (_ place: String, _ options: StoreOptions) async throws -> any StoreEngine

    var testDescription: String { name }

    static let all: [EngineUnderTest] = [
        EngineUnderTest(name: "SQLite") { try Store.open(folder: $0, options: $1) }
    ]

    /// Opens a store in a new place, has it used, and closes it.
    func withStore(
        _ options: StoreOptions = TestTables.options(),
        _ body: (any StoreEngine) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        let store = try await open(scratch("data"), options)
        do {
            try await body(store)
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
    }
}
